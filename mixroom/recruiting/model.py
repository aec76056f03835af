"""An application: what someone offers, what they have agreed to, and the rules for its life."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from mixroom.core.contacts import checked_email, checked_telephone
from mixroom.core.errors import ConflictError, InvalidError, MixroomError
from mixroom.core.roles import CREW, LEADS, Role, declare
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.crew.model import checked_name
from mixroom.event.model import Event
from mixroom.recruiting.limits import (
    MAX_APPLICATIONS,
    MAX_CONTACT,
    MAX_INSTEAD,
    MAX_LINK,
    MAX_LINKS,
    MAX_NEEDS,
    MAX_NOTE,
    MAX_WANTED,
)
from mixroom.recruiting.moves import UNDECIDED, Fact, Status, WrongStatusError, moved

ROLES = tuple(role for role in Role if role in CREW - LEADS)  # that one can apply for
KEPT_AFTER = timedelta(days=30)  # after the event
KEPT_LONG = timedelta(days=365)  # after the event, to be asked for the next edition
LINK = re.compile(r"https?://[^\s<>\"]+\.[^\s<>\"]+", re.IGNORECASE)

PERMISSIONS = declare(
    {
        "application.read": LEADS,
        "application.decide": LEADS,
        "recruiting.edit": LEADS,
    }
)


class Part(StrEnum):
    """A half-day: the parts of a day for which people are wanted."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


@dataclass(frozen=True, slots=True, order=True)
class Half:
    """A half-day of the event."""

    day: date
    part: Part

    def __str__(self) -> str:
        return f"{self.day.isoformat()}:{self.part.value}"

    @property
    def position(self) -> tuple[date, int]:
        """Return the place of the half-day in time."""
        return self.day, list(Part).index(self.part)


class Keep(StrEnum):
    """How long someone lets their application be kept."""

    EVENT = "event"
    NEXT = "next"


class Shelf(StrEnum):
    """Where an application is kept: among those to decide on, apart, or only counted."""

    STANDING = "standing"
    APART = "apart"  # its e-mail address is not confirmed, and no lead has decided
    GONE = "gone"  # withdrawn: nothing about the person is left


class Gate(StrEnum):
    """Whether applications are taken."""

    OPEN = "open"
    SOON = "soon"
    CLOSED = "closed"
    FULL = "full"


class GateClosedError(ConflictError):
    """Applications are not taken at present; `facts` has the state and the date."""

    code = "applications_closed"


class TooFastError(MixroomError):
    """A form came back sooner than a person can fill it in."""

    code = "form_too_fast"


class FormOldError(MixroomError):
    """A form was open for too long, or was not made by this server."""

    code = "form_old"


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers that someone writes in the form."""

    name: str
    email: str
    roles: tuple[Role, ...]
    languages: tuple[Lang, ...]
    halves: tuple[Half, ...]
    telephone: str | None = None
    links: tuple[str, ...] = ()
    note: str | None = None
    needs: str | None = None

    @property
    def address(self) -> str:
        """Return the e-mail address as it is compared."""
        return self.email.casefold()


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent of an applicant: the exact wording that was shown, and until when it counts."""

    text: str
    lang: Lang
    version: str
    at: datetime
    until: date


@dataclass(frozen=True, slots=True)
class Note:
    """A lead's note on an application."""

    id: str
    by: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Application:
    """An application in its present state.

    `role` and `person_id` are of the person of the crew that an acceptance made. `sent_from` names
    the address of an unconfirmed one, and does not reveal it. A new `turn` closes earlier links.
    """

    id: str
    event_id: str
    answers: Answers
    lang: Lang
    consent: Consent
    sent_at: datetime
    status: Status = Status.RECEIVED
    confirmed_at: datetime | None = None
    changed_at: datetime | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    role: Role | None = None
    person_id: str | None = None
    sent_from: str | None = None
    notes: int = 0
    version: int = 1
    turn: int = 1

    @property
    def shelf(self) -> Shelf:
        """Return where the application is kept."""
        if self.status is Status.WITHDRAWN:
            return Shelf.GONE
        if self.confirmed_at is None and self.status is Status.RECEIVED:
            return Shelf.APART
        return Shelf.STANDING

    def decided(self, fact: Fact, by: str, now: datetime) -> "Application":
        """Return the application after a lead's decision; unchanged if it stands already.

        Raises WrongStatusError.
        """
        if self.status is Status.ACCEPTED and fact is Fact.ACCEPTED:
            return self
        status = moved(self.status, fact)
        if status is self.status:
            return self
        return replace(self, status=status, decided_by=by, decided_at=now, version=self.version + 1)

    def confirmed(self, now: datetime) -> "Application":
        """Return the application of an e-mail address whose letter was read."""
        if self.confirmed_at:
            return self
        return replace(self, confirmed_at=now, sent_from=None, version=self.version + 1)

    def changed(self, answers: Answers, consent: Consent, now: datetime) -> "Application":
        """Return the application with other answers; the e-mail address stays.

        Raises WrongStatusError once it is decided.
        """
        if self.status not in UNDECIDED:
            raise WrongStatusError(self.status, status=self.status.value)
        answers = replace(answers, email=self.answers.email)
        return replace(
            self, answers=answers, consent=consent, changed_at=now, version=self.version + 1
        )

    def replaced_by(self, newer: "Application", now: datetime) -> "Application":
        """Return the application with the answers of a newer one from the same address.

        The links of the earlier sending stop working. What a lead has decided stays, but whoever
        has left the crew since applies anew.
        """
        left = self.status is Status.LEFT
        return replace(
            self.confirmed(now),
            status=Status.RECEIVED if left else self.status,
            answers=newer.answers,
            consent=newer.consent,
            lang=newer.lang,
            changed_at=now,
            version=self.version + 1,
            turn=self.turn + 1,
        )

    def after_leaving(self, now: datetime) -> "Application":
        """Return the accepted application of someone who is no longer on the crew."""
        gone = replace(self, status=Status.LEFT, role=None, decided_at=now)
        return replace(gone, version=self.version + 1)

    def withdrawn(self, now: datetime) -> "Application":
        """Return the application without anything about the person; raises WrongStatusError."""
        status = moved(self.status, Fact.WITHDRAWN)
        consent = Consent("", self.consent.lang, "", now, now.date())
        return Application(
            self.id,
            self.event_id,
            Answers("", "", (), (), ()),
            self.lang,
            consent,
            self.sent_at,
            status,
            decided_at=now,
            version=self.version + 1,
            turn=self.turn,
        )


@dataclass(frozen=True, slots=True)
class Opening:
    """When applications are taken, how many, and what else one can do; `contact` is for privacy."""

    opens: datetime | None = None
    closes: datetime | None = None
    most: int | None = None
    instead: Bilingual = Bilingual()
    contact: str | None = None

    def gate(self, now: datetime, standing: int) -> Gate:
        """Return whether applications are taken now, where so many stand already."""
        if self.closes and now >= self.closes:
            return Gate.CLOSED
        if self.opens and now < self.opens:
            return Gate.SOON
        if self.most is not None and standing >= self.most:
            return Gate.FULL
        return Gate.OPEN


Needs = Mapping[tuple[Role, Half], int]


def read_half(text: str) -> Half:
    """Read a half-day as `str` writes it; raises ValueError."""
    day, _, part = text.partition(":")
    return Half(date.fromisoformat(day), Part(part))


def halves_of(event: Event) -> tuple[Half, ...]:
    """Return the half-days of an event, in order."""
    return tuple(Half(day, part) for day in event.days for part in Part)


def until(event: Event, keep: Keep, today: date) -> date:
    """Return the day on which an application is forgotten."""
    return max(event.ends_on, today) + (KEPT_AFTER if keep is Keep.EVENT else KEPT_LONG)


def checked_answers(answers: Answers, event: Event) -> Answers:
    """Return the answers, trimmed; raises InvalidError for the first wrong field."""
    if faults := faults_in(answers, event):
        raise faults[0]
    return replace(
        answers,
        name=checked_name(answers.name),
        email=checked_email(answers.email),
        telephone=_telephone(answers.telephone),
        roles=tuple(dict.fromkeys(answers.roles)),
        languages=tuple(lang for lang in LANGS if lang in answers.languages),
        halves=tuple(half for half in halves_of(event) if half in answers.halves),
        links=checked_links(answers.links),
        note=_text("note", answers.note, MAX_NOTE),
        needs=_text("needs", answers.needs, MAX_NEEDS),
    )


def faults_in(answers: Answers, event: Event) -> list[InvalidError]:
    """Return what is wrong in the answers, one fault at most for each field, in their order."""
    checks: tuple[Callable[[], object], ...] = (
        lambda: _must_be_a_name(answers.name),
        lambda: checked_email(answers.email),
        lambda: _telephone(answers.telephone),
        lambda: _must_be_some_of("roles", answers.roles, ROLES),
        lambda: _must_be_some_of("languages", answers.languages, LANGS),
        lambda: _must_be_some_of("availability", answers.halves, halves_of(event)),
        lambda: _text("note", answers.note, MAX_NOTE),
        lambda: checked_links(answers.links),
        lambda: _text("needs", answers.needs, MAX_NEEDS),
    )
    faults = []
    for check in checks:
        try:
            check()
        except InvalidError as fault:
            faults.append(fault)
    return faults


def checked_links(links: Iterable[str]) -> tuple[str, ...]:
    """Return addresses of pages, with `https://` where that was left out; raises InvalidError."""
    found = tuple(dict.fromkeys(filter(None, (each.strip() for each in links))))
    if len(found) > MAX_LINKS:
        raise InvalidError("links", "too_many", most=MAX_LINKS)
    whole = tuple(each if "://" in each else f"https://{each}" for each in found)
    if any(len(each) > MAX_LINK for each in whole):
        raise InvalidError("links", "too_long", most=MAX_LINK)
    if not all(LINK.fullmatch(each) and each.isprintable() for each in whole):
        raise InvalidError("links", "not_link")
    return whole


def checked_opening(opening: Opening) -> Opening:
    """Return the settings; raises InvalidError for the first wrong one."""
    if opening.opens and opening.closes and opening.closes <= opening.opens:
        raise InvalidError("closes", "before_start")
    if opening.most is not None and not 0 < opening.most <= MAX_APPLICATIONS:
        raise InvalidError("most", "malformed")
    if opening.instead.longest() > MAX_INSTEAD:
        raise InvalidError("instead", "too_long", most=MAX_INSTEAD)
    return replace(opening, contact=_text("contact", opening.contact, MAX_CONTACT))


def checked_needs(needs: Needs) -> Needs:
    """Return how many people are wanted, without zeros; raises InvalidError."""
    for (role, half), count in needs.items():
        if not 0 <= count <= MAX_WANTED:
            raise InvalidError(f"need:{role.value}:{half}", "too_many_people", most=MAX_WANTED)
    return {key: count for key, count in needs.items() if count}


def alike(name: str) -> str:
    """Return a key that very similar names share.

    It ignores case, accents, hyphens, the order of the names, initials, doubled letters, and some
    ways to write the same sound.
    """
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(" " if sign in "-'’." else sign for sign in plain)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    plain = plain.replace("œ", "oe").replace("æ", "ae")
    for written, sounds in (("ph", "f"), ("y", "i"), ("ck", "k"), ("th", "t"), ("h", "")):
        plain = plain.replace(written, sounds)
    words = [re.sub(r"(.)\1+", r"\1", word) for word in plain.split()]
    return " ".join(sorted(word for word in words if len(word) > 1) or sorted(words))[:80]


def twins(items: Sequence[Mapping[str, object]]) -> frozenset[str]:
    """Return the ids of those items that share an e-mail address or a very similar name."""
    seen: dict[tuple[str, object], list[str]] = {}
    for each in items:
        for field in ("address", "alike"):
            seen.setdefault((field, each[field]), []).append(str(each["id"]))
    return frozenset(key for keys in seen.values() if len(keys) > 1 for key in keys)


def _must_be_a_name(name: str) -> None:
    if not any(sign.isalpha() for sign in checked_name(name)):
        raise InvalidError("name", "malformed")


def _must_be_some_of(field: str, chosen: Sequence[object], possible: Sequence[object]) -> None:
    if not chosen:
        raise InvalidError(field, "missing")
    if not set(chosen) <= set(possible):
        raise InvalidError(field, "unknown")


def _telephone(text: str | None) -> str | None:
    text = (text or "").strip()
    return checked_telephone(text) if text else None


def _text(field: str, text: str | None, most: int) -> str | None:
    text = (text or "").replace("\r\n", "\n").strip()
    if len(text) > most:
        raise InvalidError(field, "too_long", most=most)
    return text or None
