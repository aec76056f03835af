"""Editions of the event, and their rules."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import LEADS, declare
from mixroom.core.text import Bilingual, Lang
from mixroom.event.look import PLAIN, Look
from mixroom.event.programme import MAX_DAYS, ProgrammeEntry

MAX_LABEL = 120  # characters of the name of an event, a team or a place
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)  # so that sums never overflow
MAX_HASHTAGS = 12

PERMISSIONS = declare({"event.edit": LEADS})


class Fact(StrEnum):
    """The facts about editions in the journal."""

    EDITED = "event.edited"


class Languages(StrEnum):
    """The order and the size of both languages on the walls.

    If one language comes first, the other stands below it, clearly smaller, as on a museum's label.
    """

    FRENCH_FIRST = "french_first"
    EQUAL = "equal"
    ENGLISH_FIRST = "english_first"
    ALTERNATING = "alternating"

    @property
    def first(self) -> Lang:
        """Return the language that comes first in the wall's own words."""
        return "en" if self is Languages.ENGLISH_FIRST else "fr"


class Moment(StrEnum):
    """The three moments of an edition, which decide where people land."""

    BEFORE = "before"
    DURING = "during"
    AFTER = "after"


class GroupKind(StrEnum):
    """The kinds of groups in an event."""

    TEAM = "team"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Group:
    """A team or a place of the event."""

    id: str
    kind: GroupKind
    name: Bilingual


@dataclass(frozen=True, slots=True)
class Event:
    """An edition: some days in one museum, from `starts_on` to `ends_on` in `timezone`.

    Its moment follows from the days, unless a lead has said another one. `skipped` are the names of
    steps of the preparation that it can do without.
    """

    id: str
    slug: str
    name: Bilingual
    starts_on: date
    ends_on: date
    timezone: str
    rehearsal: bool = False
    groups: tuple[Group, ...] = ()
    programme: tuple[ProgrammeEntry, ...] = ()
    hashtags: tuple[str, ...] = ()
    languages: Languages = Languages.FRENCH_FIRST
    said_moment: Moment | None = None
    look: Look = PLAIN
    skipped: tuple[str, ...] = ()

    @property
    def days(self) -> tuple[date, ...]:
        """Return the days of the event, in order."""
        length = (self.ends_on - self.starts_on).days + 1
        return tuple(self.starts_on + timedelta(days=n) for n in range(length))

    def is_on(self, now: datetime) -> bool:
        """Return whether a time is on one of the event's days, by the museum's clock."""
        return self.starts_on <= now.astimezone(self.zone).date() <= self.ends_on

    @property
    def is_as_given(self) -> bool:
        """Return whether its days are still those that a new installation is given."""
        return self.slug.endswith(self.starts_on.isoformat())

    def moment(self, now: datetime) -> Moment:
        """Return whether a time is before, during or after the event, or the one that was said."""
        today = now.astimezone(self.zone).date()
        by_days = (
            Moment.BEFORE
            if today < self.starts_on
            else Moment.AFTER
            if today > self.ends_on
            else Moment.DURING
        )
        return self.said_moment or by_days

    @property
    def zone(self) -> ZoneInfo:
        """Return the time zone of the museum."""
        return ZoneInfo(self.timezone)

    @property
    def teams(self) -> tuple[Group, ...]:
        """Return the teams, in order of creation."""
        return tuple(g for g in self.groups if g.kind is GroupKind.TEAM)

    @property
    def places(self) -> tuple[Group, ...]:
        """Return the places, in order of creation."""
        return tuple(g for g in self.groups if g.kind is GroupKind.PLACE)

    def time_of(self, day: int, at: str) -> datetime:
        """Return a time of the programme, in UTC: a day from 0, and `HH:MM` up to `24:00`.

        Of the hour that a change of clocks repeats, it is the first.
        """
        hour, minute = int(at[:2]), int(at[3:])
        date = self.starts_on + timedelta(days=day + hour // 24)
        local = datetime(date.year, date.month, date.day, hour % 24, minute, tzinfo=self.zone)
        return local.astimezone(UTC)

    def named(self, kind: GroupKind, label: str | None) -> Bilingual | None:
        """Return the name of a team or place by id or name; an unknown label is its own name."""
        if not label:
            return None
        for group in self.groups:
            if group.kind is kind and label in (group.id, group.name.fr, group.name.en):
                return group.name
        return Bilingual(label, label)


class SlugTakenError(ConflictError):
    """Another edition has this short name."""

    code = "slug_taken"


def checked_event(event: Event) -> Event:
    """Return the event; raises InvalidError if its name, days or time zone are not acceptable."""
    if not event.name:
        raise InvalidError("name", "missing")
    if event.name.longest() > MAX_LABEL:
        raise InvalidError("name", "too_long", most=MAX_LABEL)
    if event.starts_on < FIRST_DAY or event.ends_on > LAST_DAY:
        raise InvalidError("starts_on" if event.starts_on < FIRST_DAY else "ends_on", "malformed")
    if event.ends_on < event.starts_on:
        raise InvalidError("ends_on", "before_start")
    if len(event.days) > MAX_DAYS:
        raise InvalidError("ends_on", "too_long", most=MAX_DAYS)
    if event.timezone not in _zones():
        raise InvalidError("timezone", "unknown")
    return event


def checked_label(name: Bilingual) -> Bilingual:
    """Return the name of a team or a place; raises InvalidError if it is empty or too long."""
    if not name:
        raise InvalidError("name", "missing")
    if name.longest() > MAX_LABEL:
        raise InvalidError("name", "too_long", most=MAX_LABEL)
    return name


def checked_new(event: Event) -> Event:
    """Return a new event; raises InvalidError as `checked_event`, or for its short name."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", event.slug):
        raise InvalidError("slug", "malformed", example="museomix-2015")
    return checked_event(event)


@cache
def _zones() -> set[str]:
    """Return the names of all time zones; reading them from the disk takes a while."""
    return available_timezones()


def read_hashtags(text: str) -> tuple[str, ...]:
    """Read hashtags from typed words; return them without `#`, each once.

    A hashtag has letters, digits and `_` only; raises InvalidError for any other word.
    """
    tags = tuple(dict.fromkeys(word.lstrip("#") for word in re.split(r"[\s,;]+", text)))
    tags = tuple(filter(None, tags))
    if len(tags) > MAX_HASHTAGS:
        raise InvalidError("hashtags", "too_many", most=MAX_HASHTAGS)
    if not all(re.fullmatch(r"\w{1,50}", tag) for tag in tags):
        raise InvalidError("hashtags", "malformed")
    return tags


def read_moment(text: str) -> Moment | None:
    """Read a moment by its name, or None where it follows from the days; raises InvalidError."""
    if text and text not in list(Moment):
        raise InvalidError("moment", "unknown")
    return Moment(text) if text else None


def read_languages(text: str) -> Languages:
    """Read a choice of languages for the walls by its name; raises InvalidError."""
    if text not in list(Languages):
        raise InvalidError("languages", "unknown")
    return Languages(text)
