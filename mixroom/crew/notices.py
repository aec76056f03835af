"""The invitation as a letter."""

from typing import Protocol

from mixroom.core.dates import days_in_words
from mixroom.core.letter_templates import LetterTemplate
from mixroom.core.roles import Role
from mixroom.core.speech import say
from mixroom.core.text import N_
from mixroom.crew.model import Person, invite_url
from mixroom.event.model import Event

ROLES = {
    Role.LEAD: N_("communications lead"),
    Role.COMMUNITY_MANAGER: N_("community manager"),
    Role.BLOGGER: N_("blogger"),
    Role.PHOTOGRAPHER: N_("photographer, videographer"),
    Role.PRESS: N_("press officer"),
    Role.SCREEN: N_("screen"),
}
INVITE = LetterTemplate(
    name="crew.invite",
    title=N_("Invitation to the team"),
    subject=N_("%(event)s: your invitation to the team"),
    body=N_(
        "Hello %(name)s,\n\n"
        "%(lead)s invites you to the team of %(event)s, %(days)s.\n"
        "Your role: %(role)s.\n\n"
        "This link is yours alone. Open it on the phone with which you will take photos or "
        "write:\n\n"
        "%(link)s\n\n"
        "If it does not open, go to %(page)s and type this code: %(code)s\n\n"
        "There is no password. See you soon!"
    ),
    fields=("name", "lead", "event", "days", "role", "link", "page", "code"),
    needs=("link",),
    secrets=("link", "code"),
)


class Sealed(Protocol):
    """An invite with its secrets."""

    @property
    def person(self) -> Person: ...
    @property
    def token(self) -> str: ...
    @property
    def code(self) -> str: ...


def invitation(event: Event, invite: Sealed, *, lead: str, base_url: str) -> dict[str, str]:
    """Return the fields of an invitation."""
    person, code = invite.person, invite.code
    return {
        "name": person.name,
        "lead": lead,
        "event": event.name[person.lang],
        "days": days_in_words(event.starts_on, event.ends_on, locale=person.lang),
        "role": say(person.lang, ROLES[person.role]),
        "link": invite_url(base_url, invite.token),
        "page": f"{base_url}/j",
        "code": f"{code[:4]} {code[4:]}",
    }
