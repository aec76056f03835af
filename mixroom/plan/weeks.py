"""The calendar's grid: entries by week and day before the event, by hour on one day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mixroom.core.calendar_entries import CalendarEntry

SUNDAY = 6  # of date.weekday(): with it begins a week in Québec
WEEK = timedelta(days=7)
DAY = timedelta(days=1)
MOST_WEEKS = 6  # of one page
SHOWN_A_DAY = 5  # entries in the cell of a day, which lead to all; so a month fits on a page
SHOWN_AN_HOUR = 60
FIRST_HOUR, LAST_HOUR = 7, 23  # that a day shows, also when they are empty


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the calendar: its first entries, in the order of time, and how many more it has."""

    day: date
    entries: Sequence[CalendarEntry]
    more: int = 0


@dataclass(frozen=True, slots=True)
class CalendarHour:
    """An hour of a day, by the museum's clock: its first entries, and how many more it has."""

    hour: int
    entries: Sequence[CalendarEntry]
    more: int = 0


def week_of(day: date) -> date:
    """Return the Sunday with which the week of a day begins."""
    return day - timedelta(days=(day.weekday() - SUNDAY) % 7)


def month_of(day: date) -> tuple[date, int]:
    """Return the Sunday with which the weeks of a day's month begin, and how many they are."""
    first = week_of(day.replace(day=1))
    last = week_of(next_month(day) - DAY)
    return first, (last - first) // WEEK + 1


def next_month(day: date) -> date:
    """Return the first day of the month after."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def span_of(first: date, weeks: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the time from the beginning of a day until so many weeks later."""
    until = first + weeks * WEEK
    return (
        datetime.combine(first, time(), tzinfo=zone),
        datetime.combine(until, time(), tzinfo=zone),
    )


def weeks_of(
    entries: Iterable[CalendarEntry],
    first: date,
    weeks: int,
    zone: ZoneInfo,
    most: int = SHOWN_A_DAY,
) -> list[list[CalendarDay]]:
    """Return the days of so many weeks from a Sunday on, each with its first `most` entries."""
    by_day: dict[date, list[CalendarEntry]] = {}
    for each in sorted(entries, key=lambda entry: (entry.at, entry.key)):
        by_day.setdefault(each.at.astimezone(zone).date(), []).append(each)
    days = [first + n * DAY for n in range(7 * weeks)]
    found = [CalendarDay(day, *_first(by_day.get(day, ()), most)) for day in days]
    return [found[n : n + 7] for n in range(0, len(found), 7)]


def hours_of(
    entries: Iterable[CalendarEntry], zone: ZoneInfo, most: int = SHOWN_AN_HOUR
) -> list[CalendarHour]:
    """Return the hours of a day, without those early and late ones that have no entry.

    In the night in which the clocks are set back, an hour that comes twice is one.
    """
    by_hour: dict[int, list[CalendarEntry]] = {}
    for each in sorted(entries, key=lambda entry: (entry.at, entry.key)):
        by_hour.setdefault(each.at.astimezone(zone).hour, []).append(each)
    first, last = min([FIRST_HOUR, *by_hour]), max([LAST_HOUR, *by_hour])
    return [
        CalendarHour(hour, *_first(by_hour.get(hour, ()), most)) for hour in range(first, last + 1)
    ]


def _first(entries: Sequence[CalendarEntry], most: int) -> tuple[Sequence[CalendarEntry], int]:
    """Return the first `most` entries, and how many more there are."""
    shown = entries if len(entries) <= most else entries[:most]
    return shown, len(entries) - len(shown)
