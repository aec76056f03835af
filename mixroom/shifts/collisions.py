"""Two shifts of one person: whether they collide, leave enough rest, or add up to too much.

Time is measured as it passes, and a day is one by the museum's clock, also where that changes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from mixroom.shifts.model import Terms

INSTANT = timedelta(microseconds=1)


class Span(Protocol):
    """A time from `starts` until before `ends`."""

    @property
    def starts(self) -> datetime: ...
    @property
    def ends(self) -> datetime: ...


S = TypeVar("S", bound=Span)


class Caution(StrEnum):
    """The kinds of warnings about a shift for someone."""

    PAST_MIDNIGHT = "past_midnight"
    SHORT_REST = "short_rest"
    MANY_HOURS = "many_hours"


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning; `hours` are those of the rest, or of the day."""

    caution: Caution
    hours: float = 0


def overlap(one: Span, other: Span) -> bool:
    """Return whether two shifts have a moment in common; one may begin as the other ends."""
    return one.starts < other.ends and other.starts < one.ends


def collision(shift: Span, others: Iterable[S]) -> S | None:
    """Return the first of the other shifts that a person could not do too, or None."""
    return next((each for each in others if overlap(shift, each)), None)


def day_of(shift: Span, zone: ZoneInfo) -> date:
    """Return the day of a shift: that on which it begins, by the museum's clock."""
    return shift.starts.astimezone(zone).date()


def crosses_midnight(shift: Span, zone: ZoneInfo) -> bool:
    """Return whether a shift goes on after midnight."""
    return (shift.ends - INSTANT).astimezone(zone).date() > day_of(shift, zone)


def shortest_rest(shift: Span, others: Iterable[Span], zone: ZoneInfo) -> timedelta | None:
    """Return the shortest pause between a shift and those of other days, or None."""
    day = day_of(shift, zone)
    return min((pause(shift, each) for each in others if day_of(each, zone) != day), default=None)


def pause(one: Span, other: Span) -> timedelta:
    """Return the time between two shifts; none if they touch or overlap."""
    return max(other.starts - one.ends, one.starts - other.ends, timedelta())


def hours_by_day(shifts: Iterable[Span], zone: ZoneInfo) -> dict[date, timedelta]:
    """Return how long the shifts of each day are together."""
    found: dict[date, timedelta] = {}
    for each in shifts:
        day = day_of(each, zone)
        found[day] = found.get(day, timedelta()) + (each.ends - each.starts)
    return found


def warnings(
    shift: Span, others: Collection[Span], zone: ZoneInfo, terms: Terms
) -> tuple[Warned, ...]:
    """Return what a person who is on the `others` should know before they take a shift."""
    found = []
    if crosses_midnight(shift, zone):
        found.append(Warned(Caution.PAST_MIDNIGHT))
    rest = shortest_rest(shift, others, zone)
    if rest is not None and rest < terms.rest:
        found.append(Warned(Caution.SHORT_REST, _hours(rest)))
    day = day_of(shift, zone)
    together = hours_by_day([shift, *others], zone)[day]
    if together > terms.most:
        found.append(Warned(Caution.MANY_HOURS, _hours(together)))
    return tuple(found)


def is_rested(shift: Span, others: Iterable[Span], zone: ZoneInfo, terms: Terms) -> bool:
    """Return whether a person who is on the `others` has had, and will have, enough rest."""
    rest = shortest_rest(shift, others, zone)
    return rest is None or rest >= terms.rest


def _hours(time: timedelta) -> float:
    return round(time.total_seconds() / 3600, 2)
