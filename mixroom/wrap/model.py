"""A wrap: the story of one day, its pieces, its numbers and its rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from mixroom.core.errors import ConflictError, InvalidError, NotFoundError
from mixroom.core.roles import REVIEWERS, declare
from mixroom.core.text import Bilingual
from mixroom.event.model import Event
from mixroom.submissions.content import MAX_TEXT_LENGTH, Purpose

MAX_TITLE = 120  # characters
MAX_OPENING = 2000
MAX_THANKS = 500
MAX_CAPTION = MAX_TEXT_LENGTH
MAX_PIECES = 60
MAX_OF_DAY = 2000  # approved submissions of a day that are looked at, the newest

PERMISSIONS = declare({"wrap.edit": REVIEWERS, "wrap.publish": REVIEWERS})


class Fact(StrEnum):
    """The facts about wraps in the journal."""

    SAVED = "wrap.saved"
    CORRECTED = "wrap.corrected"
    PUBLISHED = "wrap.published"
    TAKEN_DOWN = "wrap.taken_down"


class Status(StrEnum):
    """The state of a wrap; the walls can show it in each of them but the last."""

    DRAFT = "draft"
    PUBLISHED = "published"
    TAKEN_DOWN = "taken_down"


class Use(StrEnum):
    """A place in which a wrap is shown, each with the consent that it needs."""

    WALL = "wall"
    WEB = "web"
    PRESS = "press"

    @property
    def purpose(self) -> Purpose:
        """Return the purpose that every photo has to be cleared for."""
        return Purpose(self.value)


class EmptyWrapError(ConflictError):
    """There is nothing to publish: neither a piece nor a word."""

    code = "empty_wrap"


@dataclass(frozen=True, slots=True)
class Piece:
    """One submission in a wrap; a side of its caption that is None is that of the submission.

    `by_hand`: a person added it, wrote its caption or gave it its place, so a proposal keeps it.
    """

    id: str
    caption: Bilingual = Bilingual()
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a day as they were when it was composed, each with what it counts.

    Approved items, the photos in them, the people who sent them; teams that they cover, of all
    teams of the event; places; requests that were answered.
    """

    items: int = 0
    photos: int = 0
    people: int = 0
    teams: int = 0
    all_teams: int = 0
    places: int = 0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """An approved submission of a day, as far as it is counted and proposed."""

    id: str
    at: datetime
    author: str
    team: Bilingual
    place: Bilingual
    photos: int
    key_moment: bool
    press: bool
    both_languages: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The part of a wrap that people write. `unnamed` are the ids of people not to be thanked."""

    title: Bilingual = Bilingual()
    opening: Bilingual = Bilingual()
    thanks: Bilingual = Bilingual()
    pieces: tuple[Piece, ...] = ()
    unnamed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wrap:
    """The wrap of a day of the event (from 0). `version` counts every change; 0 is not saved yet.

    `removed` are submissions that a person took out, which no proposal brings back. `people` are
    the ids of those who sent something that day.
    """

    id: str
    event_id: str
    day: int
    draft: Draft = Draft()
    removed: frozenset[str] = frozenset()
    numbers: Numbers = Numbers()
    people: tuple[str, ...] = ()
    status: Status = Status.DRAFT
    version: int = 0
    saved_by: str | None = None
    saved_at: datetime | None = None
    published_at: datetime | None = None

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Return the pieces in their order; some may not be shown at present."""
        return self.draft.pieces

    @property
    def is_published(self) -> bool:
        """Return whether the public can read it."""
        return self.status is Status.PUBLISHED

    @property
    def by_hand(self) -> list[str]:
        """Return the ids of the pieces that a person chose, in their order."""
        return [each.id for each in self.pieces if each.by_hand]

    def edited(self, draft: Draft) -> "Wrap":
        """Return the wrap with what a person wrote, and note which pieces they chose."""
        before = {each.id: each for each in self.pieces}
        now = [each.id for each in draft.pieces]
        moved = [key for key in before if key in now] != [key for key in now if key in before]
        pieces = tuple(
            replace(
                each,
                by_hand=moved
                or each.id not in before
                or before[each.id].by_hand
                or before[each.id].caption != each.caption,
            )
            for each in draft.pieces
        )
        removed = self.removed.union(before).difference(now)
        unnamed = draft.unnamed.intersection(self.people)
        written = replace(draft, pieces=pieces, unnamed=unnamed)
        return replace(self, draft=written, removed=removed)

    def composed(self, proposal: Sequence[str]) -> "Wrap":
        """Return the wrap with a proposal's pieces; those that a person chose stay as they are."""
        before = {each.id: each for each in self.pieces}
        pieces = tuple(before.get(key, Piece(key)) for key in proposal)[:MAX_PIECES]
        return replace(self, draft=replace(self.draft, pieces=pieces))

    def saved(self, by: str, now: datetime) -> "Wrap":
        """Return the next version."""
        return replace(self, version=self.version + 1, saved_by=by, saved_at=now)

    def published(self, now: datetime) -> "Wrap":
        """Return the wrap as the public can read it; raises EmptyWrapError."""
        draft = self.draft
        if not (draft.pieces or draft.title or draft.opening):
            raise EmptyWrapError(self.id)
        return replace(self, status=Status.PUBLISHED, published_at=now)

    def taken_down(self) -> "Wrap":
        """Return the wrap as the public can no longer read it."""
        return replace(self, status=Status.TAKEN_DOWN)


@dataclass(frozen=True, slots=True)
class Span:
    """A day of the event, from midnight to midnight on the museum's clock; some have 25 hours."""

    number: int
    date: date
    begins: datetime
    ends: datetime


def span_of(event: Event, number: int) -> Span:
    """Return a day of the event (from 0); raises NotFoundError for any other."""
    if not 0 <= number < len(event.days):
        raise NotFoundError(str(number))
    day = event.days[number]
    begins, ends = (
        datetime.combine(each, time(), event.zone) for each in (day, day + timedelta(days=1))
    )
    return Span(number, day, begins, ends)


def today(event: Event, now: datetime) -> int:
    """Return the day of the event (from 0) at a time: the first before it, the last after it."""
    day = now.astimezone(event.zone).date()
    return min(max((day - event.starts_on).days, 0), len(event.days) - 1)


def checked(draft: Draft) -> Draft:
    """Return the draft with each piece once; raises InvalidError with the field that is wrong."""
    for name, text, most in (
        ("title", draft.title, MAX_TITLE),
        ("opening", draft.opening, MAX_OPENING),
        ("thanks", draft.thanks, MAX_THANKS),
    ):
        if text.longest() > most:
            raise InvalidError(name, "too_long", most=most)
    pieces = tuple({each.id: each for each in draft.pieces}.values())
    if len(pieces) > MAX_PIECES:
        raise InvalidError("pieces", "too_many", most=MAX_PIECES)
    if any(each.caption.longest() > MAX_CAPTION for each in pieces):
        raise InvalidError("pieces", "too_long", most=MAX_CAPTION)
    return replace(draft, pieces=pieces)


def counted(event: Event, found: Sequence[Sent], requests: int = 0) -> Numbers:
    """Return the numbers of a day's approved submissions."""
    teams = {each.team for each in found}
    places = {each.place for each in found}
    return Numbers(
        items=len(found),
        photos=sum(each.photos for each in found),
        people=len({each.author for each in found}),
        teams=sum(is_one_of(group.name, teams) for group in event.teams),
        all_teams=len(event.teams),
        places=sum(is_one_of(group.name, places) for group in event.places),
        requests=requests,
    )


def is_one_of(name: Bilingual, labels: Iterable[Bilingual]) -> bool:
    """Return whether a team or a place is one of the labels, by either of its names."""
    names = {name.fr, name.en} - {None}
    return any(names & {label.fr, label.en} for label in labels)
