"""The words of a list of people: names of columns, of roles and of languages."""

import unicodedata
from typing import Literal

from mixroom.core.roles import Role
from mixroom.core.text import Lang

Column = Literal["name", "first", "last", "email", "role", "lang", "telephone"]

# Words without capitals and accents.
HEADERS: dict[str, Column] = {
    **dict.fromkeys(("nom complet", "full name", "name", "personne", "person"), "name"),
    **dict.fromkeys(
        ("prenom et nom", "nom et prenom", "prenom, nom", "first and last name", "names", "noms"),
        "name",
    ),
    **dict.fromkeys(("prenom", "first name", "firstname", "given name"), "first"),
    **dict.fromkeys(("nom", "nom de famille", "last name", "lastname", "surname"), "last"),
    **dict.fromkeys(
        ("courriel", "email", "e-mail", "mail", "adresse courriel", "adresse"), "email"
    ),
    **dict.fromkeys(
        (
            "adresse de courriel",
            "adresse e-mail",
            "adresse email",
            "adresse mail",
            "adresse electronique",
            "courrier electronique",
            "email address",
            "e-mail address",
        ),
        "email",
    ),
    **dict.fromkeys(("role", "fonction", "poste"), "role"),
    **dict.fromkeys(("langue", "language", "lang"), "lang"),
    **dict.fromkeys(
        ("telephone", "tel", "tel.", "phone", "mobile", "cellulaire", "cell", "portable"),
        "telephone",
    ),
    **dict.fromkeys(
        ("phone number", "mobile phone", "cell phone", "numero de telephone", "no de telephone"),
        "telephone",
    ),
}
ROLES: dict[str, Role] = {
    **dict.fromkeys(("lead", "responsable", "responsable des communications"), Role.LEAD),
    "communications lead": Role.LEAD,
    **dict.fromkeys(("community manager", "cm", "community_manager"), Role.COMMUNITY_MANAGER),
    **dict.fromkeys(
        (
            "gestionnaire de communaute",
            "gestion de communaute",
            "animateur de communaute",
            "animatrice de communaute",
        ),
        Role.COMMUNITY_MANAGER,
    ),
    **dict.fromkeys(
        ("blogger", "blogueur", "blogueuse", "blogue", "redacteur", "redactrice", "redaction"),
        Role.BLOGGER,
    ),
    **dict.fromkeys(
        (
            "photographer",
            "videographer",
            "photo",
            "video",
            "photographe",
            "videaste",
            "photographer, videographer",
            "photographe, videaste",
        ),
        Role.PHOTOGRAPHER,
    ),
    **dict.fromkeys(
        ("press", "presse", "press officer", "attache de presse", "attachee de presse"), Role.PRESS
    ),
}
LANGUAGES: dict[str, tuple[Lang, bool]] = {
    **dict.fromkeys(("fr", "francais", "french", "francophone"), ("fr", False)),
    **dict.fromkeys(("en", "anglais", "english", "anglophone"), ("en", False)),
    **dict.fromkeys(("bilingue", "fr/en", "fr en", "fr + en", "francais et anglais"), ("fr", True)),
    **dict.fromkeys(("bilingual", "en/fr", "en fr", "en + fr"), ("en", True)),
}


def folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in apart if not unicodedata.combining(sign)).split())
