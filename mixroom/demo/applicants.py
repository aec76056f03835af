"""The applicants of the rehearsal: one application in each state, with its letters."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from mixroom.core import clock, ids
from mixroom.core.data_files import Table, must_be_one_of, parse, read
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew.model import Person
from mixroom.demo.words import FOLDER
from mixroom.event.model import Event
from mixroom.recruiting import actions, applying
from mixroom.recruiting.formats import VERSION, consent_texts
from mixroom.recruiting.model import ROLES, Answers, Consent, Half, Keep, Part, until
from mixroom.recruiting.moves import Fact
from mixroom.recruiting.signing import Seal, Way

HALVES = [f"{day} {part.value}" for day in range(1, 4) for part in Part]
NEEDED = {Role.PHOTOGRAPHER: 3, Role.BLOGGER: 2, Role.COMMUNITY_MANAGER: 1}
DECIDED = {
    "shortlisted": Fact.SHORTLISTED,
    "waiting": Fact.WAITING,
    "declined": Fact.DECLINED,
}


class Applicant(Table):
    """An application, and what has become of it."""

    name: str
    email: str
    roles: list[str]
    languages: list[Lang]
    halves: list[str]
    becomes: Literal[
        "unconfirmed", "received", "shortlisted", "accepted", "waiting", "declined", "withdrawn"
    ]
    lang: Lang = "fr"
    why: str | None = None
    needs: str | None = None
    links: list[str] = Field(default_factory=list)
    note: str | None = None


class _File(Table):
    applicants: list[Applicant]


def read_applicants(path: Path) -> list[Applicant]:
    """Return the file's applicants; raises WordsError."""
    found = parse(_File, read(path), path.name).applicants
    for each in found:
        place = f"{path.name}, {each.name}"
        for role in each.roles:
            must_be_one_of(role, {role.value for role in ROLES}, "roles", place)
        for half in each.halves:
            must_be_one_of(half, HALVES, "halves", place)
    return found


def add_applicants(event: Event, lead: Person, seal: Seal) -> None:
    """Send the applications, and decide on them in the lead's name."""
    wanted = {(role, half): count for role, count in NEEDED.items() for half in _halves(event)}
    actions.set_needs(lead, wanted)
    for each in read_applicants(FOLDER / "applicants.toml"):
        _add(each, event, lead, seal)


def _add(each: Applicant, event: Event, lead: Person, seal: Seal) -> None:
    answers = Answers(
        name=each.name,
        email=each.email,
        roles=tuple(map(Role, each.roles)),
        languages=tuple(each.languages),
        halves=tuple(_half(event, half) for half in each.halves),
        links=tuple(each.links),
        note=each.why,
        needs=each.needs,
    )
    sent = applying.apply(
        event,
        answers,
        _consent(event, each.lang),
        lang=each.lang,
        key=ids.new(),
        sent_from=each.email,
        seal=seal,
        form=True,
    )
    if each.becomes == "unconfirmed":
        return
    token = seal.token(sent.id, sent.turn, Way.LETTER)
    applying.confirm(token, seal)
    if each.note:
        actions.note(lead, sent.id, each.note)
    if each.becomes == "accepted":
        actions.accept(lead, sent.id, seal)
    elif each.becomes == "withdrawn":
        applying.withdraw(token, seal)
    elif each.becomes in DECIDED:
        actions.decide(lead, sent.id, DECIDED[each.becomes], seal)


def _consent(event: Event, lang: Lang) -> Consent:
    now = clock.now()
    today = now.astimezone(event.zone).date()
    text = consent_texts(event, lang, today)[Keep.EVENT]
    return Consent(text, lang, VERSION, now, until(event, Keep.EVENT, today))


def _halves(event: Event) -> list[Half]:
    return [_half(event, half) for half in HALVES]


def _half(event: Event, text: str) -> Half:
    day, part = text.split()
    return Half(event.days[int(day) - 1], Part(part))
