"""The coverage: hours by the museum's clock, one cell of each kind for each item, and the gaps."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.text import Bilingual
from mixroom.dashboard.coverage import By, CellKey, Placed, cells, gaps, read_key
from mixroom.event.hours import (
    HOUR,
    begin_of,
    end_of_hour,
    hour_of,
    hours_of,
    time_of,
    wanted_hours,
)
from mixroom.event.model import Event
from mixroom.event.programme import ProgrammeEntry

CASES = json.loads((Path(__file__).parent.parent / "data" / "coverage.json").read_text())
ZONES = [
    "America/Toronto",
    "America/St_Johns",
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # its clock moves by half an hour
    "Pacific/Apia",  # which left out a day
    "Europe/Paris",
    "UTC",
]
START = datetime(2015, 11, 7, 12, tzinfo=UTC)

zones = st.sampled_from(ZONES).map(ZoneInfo)
moments = st.datetimes(datetime(2011, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(2011, 1, 1), date(2030, 1, 1))
labels = st.none() | st.sampled_from([Bilingual("Écho", "Echo"), Bilingual("Écho"), Bilingual("X")])
items = st.builds(
    Placed,
    key=st.uuids().map(str),
    captured_at=st.just(START),
    hour=st.integers(0, 5).map(lambda n: START + n * HOUR),
    team=labels,
    place=labels,
    langs=st.frozensets(st.sampled_from(["fr", "en"])),
    kind=st.sampled_from(["photo", "post"]),
    author_id=st.sampled_from(["chloe", "driss"]),
)


@given(moments, zones)
def test_every_moment_is_in_exactly_one_hour_of_its_local_day(at: datetime, zone: ZoneInfo) -> None:
    hours = hours_of(at.astimezone(zone).date(), zone)
    inside = [hour for hour in hours if hour <= at < end_of_hour(hour, zone)]
    assert inside == [hour_of(at, zone)]


@given(days, zones)
def test_the_hours_of_a_day_fill_it_without_overlap(day: date, zone: ZoneInfo) -> None:
    hours = hours_of(day, zone)
    ends = [end_of_hour(hour, zone) for hour in hours]
    next_day = begin_of(day + timedelta(days=1), zone)
    assert [*hours, next_day] == [begin_of(day, zone), *ends] if hours else True


def test_a_day_has_25_hours_where_the_clock_is_set_back() -> None:
    toronto = ZoneInfo("America/Toronto")
    assert len(hours_of(date(2015, 11, 1), toronto)) == 25
    assert len(hours_of(date(2015, 3, 8), toronto)) == 23
    assert len(hours_of(date(2015, 11, 7), toronto)) == 24


def _event(*programme: tuple[int, str]) -> Event:
    entries = tuple(ProgrammeEntry(day, at, Bilingual("X")) for day, at in programme)
    name, zone = Bilingual("M"), "America/Toronto"
    begin, end = date(2015, 10, 31), date(2015, 11, 2)  # the clock is set back in between
    return Event("e", "e", name, begin, end, zone, programme=entries)


def test_the_hours_of_the_programme_reach_from_its_first_to_its_last_entry() -> None:
    event = _event((0, "09:30"), (0, "11:00"), (1, "00:30"), (1, "24:00"))
    first = wanted_hours(event, date(2015, 10, 31))
    assert [f"{hour.astimezone(event.zone):%H:%M}" for hour in first] == ["09:00", "10:00", "11:00"]
    assert len(wanted_hours(event, date(2015, 11, 1))) == 25
    assert wanted_hours(event, date(2015, 11, 2)) == ()
    midnight = begin_of(date(2015, 11, 2), event.zone)
    assert time_of(event, event.programme[-1]) == midnight


@given(st.lists(items, max_size=30))
def test_every_item_is_in_exactly_one_cell_of_each_kind(placed: list[Placed]) -> None:
    found = cells(placed)
    for by in By:
        of_kind = [each.key for cell, some in found.items() if cell.by is by for each in some]
        assert Counter(of_kind) == Counter(each.key for each in placed)


@given(st.sampled_from(By), moments, st.text("abc-.0123456789", min_size=1))
def test_a_key_is_read_as_it_was_written(by: By, at: datetime, row: str) -> None:
    cell = CellKey(by, hour_of(at, ZoneInfo("Asia/Kolkata")), row)
    assert read_key(str(cell)) == cell


@given(st.text())
def test_another_text_is_no_key_or_reads_as_itself(text: str) -> None:
    cell = read_key(text)
    assert cell is None or read_key(str(cell)) == cell


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_gaps(case: dict[str, object]) -> None:
    def times(name: str) -> list[datetime]:
        return [datetime.fromisoformat(each) for each in case[name]]  # type: ignore[attr-defined]

    now = datetime.fromisoformat(str(case["now"]))
    found = gaps(["row"], {"row": times("covered")}, times("wanted"), now)
    assert [[gap.start, gap.end] for gap in found] == [
        [datetime.fromisoformat(each) for each in gap]
        for gap in case["gaps"]  # type: ignore[attr-defined]
    ]


@given(
    st.sets(st.integers(0, 15)),
    st.integers(0, 16 * 60),
    st.integers(0, 240),
)
def test_a_gap_grows_older_while_nothing_comes(covered: set[int], now: int, later: int) -> None:
    wanted = [START + n * HOUR for n in range(16)]
    there = {"row": {START + n * HOUR for n in covered}}
    first, second = (START + timedelta(minutes=minutes) for minutes in (now, now + later))
    before, after = (gaps(["row"], there, wanted, at) for at in (first, second))
    ages = {gap.start: gap.age(second) for gap in after}
    for gap in before:
        assert ages[gap.start] >= gap.age(first)


@given(st.sets(st.integers(0, 15)), st.integers(0, 20 * 60))
def test_gaps_and_items_share_the_hours_that_have_begun(covered: set[int], now: int) -> None:
    wanted = [START + n * HOUR for n in range(16)]
    at = START + timedelta(minutes=now)
    there = {START + n * HOUR for n in covered}
    found = gaps(["row"], {"row": there}, wanted, at)
    empty = {hour for hour in wanted if any(gap.start <= hour < gap.end for gap in found)}
    assert empty == {hour for hour in wanted if hour <= at} - there
