"""The timetable of a day: rows by place and role, shifts beside each other, in quarters of an hour.

A day is drawn from the first hour with a shift to the last. A shift from the evening before, or
into the next morning, is cut at midnight and says so.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mixroom.core.roles import Role
from mixroom.event.hours import begin_of, hour_of, hours_of
from mixroom.shifts.model import Shift, SignUp, Standing, State

QUARTER = timedelta(minutes=15)
LEAST_HOURS = 8  # that a day shows, however few shifts it has
MOST_FREE = 12  # empty seats that are drawn

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """A part of a lane: a shift, or nothing, `quarters` wide.

    `before` and `after` say that the shift goes beyond the day.
    """

    quarters: int
    item: Item | None = None
    before: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A place and role, with as many lanes as it has shifts at the same time."""

    place: Mapping[str, str | None] | None
    role: str
    lanes: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Board:
    """The timetable of a day: its hours, each with its number of quarters, and its rows."""

    day: date
    hours: Sequence[tuple[datetime, int]]
    rows: Sequence[Row]

    @property
    def quarters(self) -> int:
        """Return how many quarters of an hour it shows."""
        return sum(width for _, width in self.hours)


def times_of(item: Item) -> tuple[datetime, datetime]:
    """Return when a shift begins and ends."""
    return datetime.fromisoformat(item["from"]), datetime.fromisoformat(item["to"])


def on_day(items: Iterable[Item], day: date, zone: ZoneInfo) -> list[Item]:
    """Return the shifts that go on during a day, the first to begin first."""
    begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
    found = [
        (starts, each["id"], each)
        for each in items
        for starts, ends in [times_of(each)]
        if starts < end and ends > begin
    ]
    return [each for _, _, each in sorted(found, key=lambda one: one[:2])]


def days_with_shifts(items: Iterable[Item], zone: ZoneInfo) -> set[date]:
    """Return the days on which shifts begin, by the museum's clock."""
    return {times_of(each)[0].astimezone(zone).date() for each in items}


def standings(items: Iterable[Item], now: datetime) -> dict[tuple[str, str], Standing]:
    """Return how each person of each shift stands, by the ids of shift and person."""
    found = {}
    for item in items:
        starts, ends = times_of(item)
        shift = Shift(item["id"], "", Role(item["role"]), starts, ends, item["seats"])
        for person in item["people"]:
            signup = SignUp(item["id"], person["id"], now, "", State(person["state"]))
            found[item["id"], person["id"]] = signup.standing(shift, now)
    return found


def board(items: Sequence[Item], day: date, zone: ZoneInfo, order: Sequence[str]) -> Board:
    """Return the timetable of a day from its shifts; `order` is that of the places."""
    hours = _hours(items, day, zone)
    if not hours:
        return Board(day, (), ())
    start, end = hours[0][0], hours[-1][0] + hours[-1][1] * QUARTER
    rows: dict[tuple[str, str], list[Item]] = {}
    for each in items:
        rows.setdefault((each["place"]["id"] if each["place"] else "", each["role"]), []).append(
            each
        )
    ranks = {place: rank for rank, place in enumerate(order)}
    keys = sorted(rows, key=lambda key: (ranks.get(key[0], len(ranks)), key[1]))
    return Board(day, hours, [_row(rows[key], start, end) for key in keys])


def _hours(items: Sequence[Item], day: date, zone: ZoneInfo) -> list[tuple[datetime, int]]:
    """Return the hours from the first shift to the last, each with its number of quarters."""
    begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
    times = [times_of(each) for each in items]
    if not times:
        return []
    first = hour_of(max(min(starts for starts, _ in times), begin), zone)
    last = hour_of(min(max(ends for _, ends in times), end) - timedelta(microseconds=1), zone)
    all_hours = hours_of(day, zone)
    shown = [each for each in all_hours if first <= each <= last]
    later = [each for each in all_hours if each > last]
    earlier = [each for each in all_hours if each < first][::-1]
    while len(shown) < LEAST_HOURS and (later or earlier):
        if later:
            shown.append(later.pop(0))
        else:
            shown.insert(0, earlier.pop(0))
    ends = [*all_hours[1:], end]
    widths = dict(zip(all_hours, ends, strict=True))
    return [(each, int((widths[each] - each) / QUARTER)) for each in shown]


def _row(items: Sequence[Item], start: datetime, end: datetime) -> Row:
    lanes: list[list[Cell]] = []
    filled: list[int] = []  # quarters of each lane
    total = int((end - start) / QUARTER)
    for item in items:
        starts, ends = times_of(item)
        first = max(0, int((starts - start) / QUARTER))
        last = min(total, max(first + 1, -int((start - ends) / QUARTER)))
        cell = Cell(last - first, item, before=starts < start, after=ends > end)
        free = next((n for n, until in enumerate(filled) if until <= first), None)
        if free is None:
            free = len(lanes)
            lanes.append([])
            filled.append(0)
        if first > filled[free]:
            lanes[free].append(Cell(first - filled[free]))
        lanes[free].append(cell)
        filled[free] = last
    for lane, until in zip(lanes, filled, strict=True):
        if until < total:
            lane.append(Cell(total - until))
    return Row(items[0]["place"], items[0]["role"], lanes)
