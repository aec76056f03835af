"""The calendar's grid: each entry on its day and hour by the museum's clock, none twice."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core.calendar_entries import CalendarEntry
from mixroom.core.text import Bilingual
from mixroom.plan.weeks import hours_of, month_of, next_month, span_of, week_of, weeks_of

ZONES = st.sampled_from(["America/Montreal", "Europe/Paris", "Pacific/Auckland", "UTC"]).map(
    ZoneInfo
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  in UTC by `timezones`


def entry(n: int, at: datetime) -> CalendarEntry:
    return CalendarEntry(str(n), at, Bilingual.of("Mot", "Word"), "/plan", "message")


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_a_week_begins_on_the_sunday_before_or_that_day(day: date) -> None:
    first = week_of(day)
    assert first.strftime("%A") == "Sunday"
    assert timedelta() <= day - first < timedelta(days=7)


@given(st.lists(MOMENTS, max_size=30), ZONES, st.dates(date(2026, 2, 1), date(2027, 11, 1)))
def test_every_entry_of_the_span_stands_once_on_its_day(
    moments: list[datetime], zone: ZoneInfo, day: date
) -> None:
    first = week_of(day)
    since, until = span_of(first, 6, zone)
    inside = [entry(n, at) for n, at in enumerate(moments) if since <= at < until]
    weeks = weeks_of(inside, first, 6, zone, most=30)
    assert [len(week) for week in weeks] == [7] * 6
    days = [each for week in weeks for each in week]
    assert [each.day for each in days] == [first + timedelta(days=n) for n in range(42)]
    shown = [(each.day, one) for each in days for one in each.entries]
    assert sorted(one.key for _, one in shown) == sorted(each.key for each in inside)
    assert all(one.at.astimezone(zone).date() == day for day, one in shown)
    for each in days:
        assert list(each.entries) == sorted(each.entries, key=lambda one: (one.at, one.key))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 11, 2), 24)]
)
def test_a_day_on_which_the_clocks_change_loses_no_entry(day: date, hours: int) -> None:
    zone = ZoneInfo("America/Montreal")
    since, _ = span_of(day, 1, zone)
    until, _ = span_of(day + timedelta(days=1), 1, zone)
    begins = since.astimezone(UTC)
    assert until.astimezone(UTC) - begins == timedelta(hours=hours)
    found = hours_of([entry(n, begins + timedelta(hours=n)) for n in range(hours)], zone)
    assert sum(len(each.entries) for each in found) == hours
    assert [each.hour for each in found] == sorted({each.hour for each in found})


def test_a_day_shows_its_usual_hours_and_those_that_have_something() -> None:
    zone = ZoneInfo("America/Montreal")
    assert [each.hour for each in hours_of([], zone)] == list(range(7, 24))
    early = datetime(2026, 11, 6, 5, 30, tzinfo=zone)
    assert hours_of([entry(1, early)], zone)[0].hour == 5


@given(st.integers(0, 20), st.integers(1, 8))
def test_a_day_and_an_hour_show_their_first_entries_and_how_many_more_there_are(
    number: int, most: int
) -> None:
    zone = ZoneInfo("America/Montreal")
    noon = datetime(2026, 11, 4, 12, tzinfo=zone)
    found = [entry(n, noon + timedelta(minutes=n)) for n in range(number)]
    first = week_of(noon.date())
    (day,) = (each for each in weeks_of(found, first, 1, zone, most)[0] if each.day == noon.date())
    (hour,) = (each for each in hours_of(found, zone, most) if each.hour == 12)
    for each in (day, hour):
        assert list(each.entries) == found[:most]
        assert each.more == max(0, number - most)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_the_weeks_of_a_month_have_all_its_days_and_no_week_without_one(day: date) -> None:
    first, some = month_of(day)
    shown = [first + timedelta(days=n) for n in range(7 * some)]
    month = [each for each in shown if (each.year, each.month) == (day.year, day.month)]
    assert month[0].day == 1
    assert next_month(day) == month[-1] + timedelta(days=1)
    assert month[0] in shown[:7]
    assert month[-1] in shown[-7:]
