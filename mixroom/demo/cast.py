"""The people, teams, places, firms and hours of the rehearsal. All of them are made up."""

from dataclasses import dataclass
from typing import Literal

from mixroom.core.text import Bilingual, Lang
from mixroom.team.model import Moment

FIRST_DAY, LAST_DAY = "2015-11-06", "2015-11-08"
TIMEZONE = "America/Toronto"
NAME = Bilingual("Museomix Montréal", "Museomix Montréal")


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Someone of the media room. `role` is one of the team's roles."""

    key: str
    name: str
    role: str
    lang: Lang = "fr"

    @property
    def credit(self) -> str:
        """Return the name as it stands under a photo: first name and initial."""
        first, *_, last = self.name.split()
        return f"{first} {last[0]}."


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A firm that pays for some of it: its share of the wall, and how its logo is drawn."""

    name: str
    tier: Literal["principal", "partner", "friend"]
    percent: float
    sign: str
    colour: str
    under: bool = False


CAST = (
    Volunteer("amelie", "Amélie Boisdune", "lead"),
    Volunteer("ben", "Ben Harrowell", "community_manager", "en"),
    Volunteer("chloe", "Chloé Grandlis", "photographer"),
    Volunteer("driss", "Driss Benzahra", "blogger"),
    Volunteer("flora", "Flora Montbrune", "press"),
    Volunteer("gaspard", "Gaspard Loisevent", "blogger"),
    Volunteer("helene", "Hélène Tranquemar", "blogger"),
    Volunteer("ilyas", "Ilyas Norwynne", "blogger", "en"),
    Volunteer("jia", "Jia Tremblechamp", "blogger", "en"),
    Volunteer("karim", "Karim Solvanne", "community_manager"),
    Volunteer("lea", "Léa Rivemonde", "blogger"),
    Volunteer("maite", "Maïté Ruelland-Fay", "photographer"),
    Volunteer("noor", "Noor Halvane", "photographer", "en"),
    Volunteer("oscar", "Oscar Petiboiron", "photographer"),
)

TEAMS = {
    "pixel": Bilingual("Équipe Pixel", "Team Pixel"),
    "echo": Bilingual("Équipe Écho", "Team Echo"),
    "soussol": Bilingual("Équipe Sous-sol", "Team Basement"),
    "vertige": Bilingual("Équipe Vertige", "Team Vertigo"),
    "boussole": Bilingual("Équipe Boussole", "Team Compass"),
    "contrechamp": Bilingual("Équipe Contrechamp", "Team Reverse Shot"),
    "murmure": Bilingual("Équipe Murmure", "Team Murmur"),
    "persistance": Bilingual("Équipe Persistance", "Team Persistence"),
    "zigzag": Bilingual("Équipe Zigzag", "Team Zigzag"),
    "horscadre": Bilingual("Équipe Hors-cadre", "Team Off-Frame"),
}

PLACES = {
    "hall": Bilingual("Hall d’entrée", "Entrance hall"),
    "rotonde": Bilingual("Rotonde", "Rotunda"),
    "nouveautes": Bilingual(
        "Nouveautés et autres obsessions", "Nouveautés et autres obsessions (exhibition)"
    ),
    "oeil": Bilingual("L’Œil et l’Esprit", "L’Œil et l’Esprit (exhibition)"),
    "atelier": Bilingual("Atelier de fabrication", "Fabrication workshop"),
    "scene": Bilingual("Salle de la table ronde", "Round-table room"),
    "plateau": Bilingual("Plateau du Journal TV", "Journal TV set"),
    "esplanade": Bilingual("Esplanade", "Esplanade"),
    "mixroom": Bilingual("Mixroom", "Mixroom"),
    "cantine": Bilingual("Cantine", "Canteen"),
}

SPONSORS = (
    Sponsor("Fondation Lumen", "principal", 30, "lamp", "#d9480f"),
    Sponsor("Caisse du Ruisseau", "principal", 25, "brook", "#1446a0"),
    Sponsor("Orée Électronique", "partner", 15, "chip", "#1c7c54", under=True),
    Sponsor("Brasserie du Quai Vide", "partner", 15, "mug", "#8a5a00"),
    Sponsor("Imprimerie Deux-Points", "friend", 5, "colon", "#b4006b", under=True),
)

PROGRAMME = tuple(
    Moment(day, at, Bilingual(fr, en))
    for day, at, fr, en in (
        (0, "08:30", "Accueil et café", "Welcome and coffee"),
        (0, "09:30", "Mot d’ouverture", "Opening words"),
        (0, "10:00", "Visite des deux expositions", "Tour of both exhibitions"),
        (0, "11:30", "Formation des dix équipes", "The ten teams form"),
        (0, "12:30", "Journal TV du midi", "Journal TV, noon edition"),
        (0, "14:00", "Début du prototypage", "Prototyping begins"),
        (0, "18:30", "Journal TV du soir", "Journal TV, evening edition"),
        (0, "19:30", "Repas collectif", "Shared dinner"),
        (0, "22:00", "Nuit de l’atelier", "Night at the workshop"),
        (1, "08:30", "Café et point des équipes", "Coffee and team check-in"),
        (1, "10:00", "Essais en salle", "Tests in the galleries"),
        (1, "12:30", "Journal TV du midi", "Journal TV, noon edition"),
        (1, "14:00", "Table ronde publique", "Public round table"),
        (1, "16:30", "Plénière des équipes", "Team plenary"),
        (1, "18:30", "Journal TV du soir", "Journal TV, evening edition"),
        (1, "19:30", "Repas collectif", "Shared dinner"),
        (1, "22:00", "Dernière nuit", "Last night"),
        (2, "09:00", "Derniers réglages", "Final adjustments"),
        (2, "11:00", "Installation des prototypes", "Prototypes move in"),
        (2, "12:30", "Journal TV du midi", "Journal TV, noon edition"),
        (2, "14:00", "Visite publique des prototypes", "Public visit of the prototypes"),
        (2, "17:00", "Mot de la fin et prix du public", "Closing words and public award"),
        (2, "18:30", "Dernier Journal TV", "Last Journal TV"),
    )
)


def volunteer(key: str) -> Volunteer:
    """Return someone of the cast."""
    return next(person for person in CAST if person.key == key)
