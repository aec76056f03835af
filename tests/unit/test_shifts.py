"""The rules of shifts: collisions, rest, midnight and clocks; seats, arrivals, the timetable."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mixroom.core.roles import CREW, Role
from mixroom.event.hours import hours_of
from mixroom.shifts.collisions import (
    Caution,
    collision,
    crosses_midnight,
    day_of,
    hours_by_day,
    is_rested,
    overlap,
    pause,
    shortest_rest,
    warnings,
)
from mixroom.shifts.model import (
    EARLY,
    LATE_AFTER,
    MISSING_AFTER,
    ArrivalEarlyError,
    LeaveLateError,
    Mode,
    NotArrivedError,
    Shift,
    ShiftFullError,
    ShiftOverError,
    SignUp,
    Standing,
    State,
    Terms,
    suits,
)
from mixroom.shifts.offers import Obstacle, offers
from mixroom.shifts.signing import calendar_of, calendar_token
from mixroom.shifts.timetable import board, on_day
from mixroom.shifts.words import clock_time

TORONTO = ZoneInfo("America/Toronto")
ZONES = st.sampled_from([TORONTO, ZoneInfo("Europe/Paris"), ZoneInfo("Australia/Lord_Howe")])
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
# Around both changes of clocks of a year, in quarters of an hour.
STARTS = st.sampled_from([datetime(2015, 10, 31, tzinfo=UTC), datetime(2015, 3, 7, tzinfo=UTC)])


def _drawn(key: int, day: datetime, first: int, length: int) -> Shift:
    starts = day + first * QUARTER
    return Shift(str(key), "e", Role.BLOGGER, starts, starts + length * QUARTER, 1)


def shifts() -> st.SearchStrategy[Shift]:
    numbers = st.integers(0, 10**9), STARTS, st.integers(0, 4 * 48), st.integers(1, 4 * 24)
    return st.builds(_drawn, *numbers)


def shift(hour: float = 14, hours: float = 4, day: int = 7, **more: Any) -> Shift:
    starts = datetime(2015, 11, day, tzinfo=TORONTO).astimezone(UTC) + hour * HOUR
    values: dict[str, Any] = {"id": "s", "seats": 1, **more}
    return Shift(
        event_id="e", role=Role.PHOTOGRAPHER, starts=starts, ends=starts + hours * HOUR, **values
    )


SIGNUP = SignUp("s", "p", datetime(2015, 11, 1, tzinfo=UTC), "p")


@settings(deadline=None)
@given(shifts(), shifts())
def test_two_shifts_collide_if_there_is_a_moment_in_both(one: Shift, other: Shift) -> None:
    moments = {one.starts + n * QUARTER for n in range(int(one.length / QUARTER))}
    theirs = {other.starts + n * QUARTER for n in range(int(other.length / QUARTER))}
    assert overlap(one, other) == overlap(other, one) == bool(moments & theirs)
    assert (pause(one, other) == timedelta()) or not overlap(one, other)
    assert (collision(one, [other]) is other) == overlap(one, other)


@settings(deadline=None)
@given(st.lists(shifts(), max_size=8))
def test_whoever_takes_only_what_does_not_collide_is_nowhere_twice(wanted: list[Shift]) -> None:
    held: list[Shift] = []
    for each in wanted:
        if collision(each, held) is None:
            held.append(each)
    held.sort(key=lambda each: each.starts)
    assert all(before.ends <= after.starts for before, after in pairwise(held))


@settings(deadline=None)
@given(shifts(), ZONES)
def test_a_shift_passes_midnight_if_it_has_a_moment_on_another_day(
    one: Shift, zone: ZoneInfo
) -> None:
    quarters = range(int(one.length / QUARTER))
    days = {(one.starts + n * QUARTER).astimezone(zone).date() for n in quarters}
    assert crosses_midnight(one, zone) == (len(days) > 1)
    assert day_of(one, zone) == min(days)


@settings(deadline=None)
@given(shifts(), st.lists(shifts(), max_size=5), ZONES)
def test_rest_is_time_as_it_passes_and_counts_between_days_only(
    one: Shift, others: list[Shift], zone: ZoneInfo
) -> None:
    others = [each for each in others if not overlap(one, each)]
    rest = shortest_rest(one, others, zone)
    elsewhere = [each for each in others if day_of(each, zone) != day_of(one, zone)]
    assert (rest is None) == (not elsewhere)
    terms = Terms()
    assert is_rested(one, others, zone, terms) == all(
        pause(one, each) >= terms.rest for each in elsewhere
    )
    cautions = {each.caution for each in warnings(one, others, zone, terms)}
    assert (Caution.SHORT_REST in cautions) != is_rested(one, others, zone, terms)
    assert (Caution.PAST_MIDNIGHT in cautions) == crosses_midnight(one, zone)


@settings(deadline=None)
@given(st.lists(shifts(), max_size=8), ZONES)
def test_the_hours_of_all_days_are_those_of_all_shifts(held: list[Shift], zone: ZoneInfo) -> None:
    together = sum(hours_by_day(held, zone).values(), timedelta())
    assert together == sum((each.length for each in held), timedelta())


def test_a_night_in_which_the_clocks_change_is_as_long_as_it_is() -> None:
    evening = shift(22, 2, day=7)
    fall = Shift(
        "a",
        "e",
        Role.PRESS,
        datetime(2015, 10, 31, 22, tzinfo=TORONTO).astimezone(UTC),
        datetime(2015, 11, 1, 1, tzinfo=TORONTO).astimezone(UTC),
        1,
    )
    morning = Shift(
        "b",
        "e",
        Role.PRESS,
        datetime(2015, 11, 1, 8, tzinfo=TORONTO).astimezone(UTC),
        datetime(2015, 11, 1, 12, tzinfo=TORONTO).astimezone(UTC),
        1,
    )
    assert not crosses_midnight(evening, TORONTO)
    assert pause(fall, morning) == 8 * HOUR  # seven on the clock
    assert is_rested(morning, [fall], TORONTO, Terms())
    assert clock_time(fall.ends, TORONTO, "fr") == "1\u00a0h\u00a000"
    assert len(hours_of(date(2015, 11, 1), TORONTO)) == 25


@given(st.integers(0, 80), st.integers(1, 60))
def test_a_seat_is_given_while_there_is_one(taken: int, seats: int) -> None:
    one = shift(seats=seats)
    if taken < seats:
        one.must_have_room(taken)
    else:
        with pytest.raises(ShiftFullError):
            one.must_have_room(taken)


@pytest.mark.parametrize(
    ("minutes", "standing"),
    [
        (-1, Standing.AHEAD),
        (0, Standing.DUE),
        (14, Standing.DUE),
        (15, Standing.LATE),
        (44, Standing.LATE),
        (45, Standing.MISSING),
    ],
)
def test_who_has_not_arrived_is_expected_then_late_then_missing(
    minutes: int, standing: Standing
) -> None:
    one, now = shift(), shift().starts + timedelta(minutes=minutes)
    assert SIGNUP.standing(one, now) is standing
    assert SIGNUP.is_on(one, now) == (0 <= minutes < MISSING_AFTER.total_seconds() / 60)
    short = shift(hours=0.5)
    assert SIGNUP.standing(short, short.ends) is Standing.MISSING
    assert LATE_AFTER < MISSING_AFTER


def test_one_arrives_from_an_hour_before_until_the_end_and_hours_count_from_there() -> None:
    one = shift()
    with pytest.raises(ArrivalEarlyError):
        SIGNUP.arrived(one, one.starts - EARLY - QUARTER, "p")
    with pytest.raises(ShiftOverError):
        SIGNUP.arrived(one, one.ends, "p")
    with pytest.raises(NotArrivedError):
        SIGNUP.finished(one, one.starts)
    there = SIGNUP.arrived(one, one.starts + QUARTER, "lead")
    assert there.arrived(one, one.ends, "p") == there
    assert (there.standing(one, one.ends), there.arrived_by) == (Standing.HERE, "lead")
    assert there.worked(one, one.starts + HOUR) == HOUR - QUARTER
    moments = (one.starts - QUARTER, one.starts, one.ends - QUARTER, one.ends)
    assert [there.is_on(one, at) for at in moments] == [False, True, True, False]
    assert there.worked(one, one.ends + 9 * HOUR) == 4 * HOUR - QUARTER
    home = there.finished(one, one.ends + HOUR)
    assert (home.state, home.ended_at) == (State.DONE, one.ends)
    assert home.finished(one, one.ends) == home
    assert there.settled(one) == home
    assert home.settled(one) == home
    assert SIGNUP.settled(one).state is State.MISSED
    assert SIGNUP.settled(one).standing(one, one.ends) is Standing.MISSED
    assert SIGNUP.worked(one, one.ends) == timedelta()


@given(st.integers(-100, 100))
def test_leaving_is_free_until_a_time(hours: int) -> None:
    one, terms = shift(), Terms(leave=24 * HOUR)
    now = one.starts + hours * HOUR
    if hours <= -24:
        SIGNUP.must_leave_freely(one, terms, now)
        assert SIGNUP.left(now).left_at == now
    else:
        with pytest.raises(LeaveLateError):
            SIGNUP.must_leave_freely(one, terms, now)


def test_calendars_notice_what_they_show_and_nothing_else() -> None:
    one = shift()
    assert one.with_changes(shift(seats=3)).revision == 0
    assert one.with_changes(shift(15)).revision == 1
    assert one.with_changes(shift(mode=Mode.ASSIGNED)).revision == 0
    assert one.cancelled(one.starts).revision == 1
    assert SIGNUP.left(one.starts).revision == 1


def test_a_lead_can_do_all_and_the_others_their_own() -> None:
    for role in CREW:
        assert suits(role, Role.PRESS) == (role in (Role.PRESS, Role.LEAD))


@given(st.uuids(), st.text(min_size=32), st.text())
def test_a_calendars_address_opens_with_the_servers_key_only(
    key: Any, secret: str, other: str
) -> None:
    token = calendar_token(str(key), secret)
    assert token.isascii()
    assert calendar_of(token, secret) == str(key)
    assume(other != secret)
    assert calendar_of(token, other) is None
    assert calendar_of(other, secret) is None


def item(one: Shift, *people: str, seats: int = 1, asks: bool = False) -> dict[str, Any]:
    on = [{"id": each, "asks": asks, "name": each, "state": "taken"} for each in people]
    return {
        "id": one.id,
        "role": one.role.value,
        "place": {"id": one.place, "fr": "x", "en": "x"} if one.place else None,
        "from": one.starts.isoformat(),
        "to": one.ends.isoformat(),
        "seats": seats,
        "taken": len(people),
        "mode": one.mode.value,
        "people": on,
    }


@settings(deadline=None)
@given(st.lists(shifts(), max_size=12), st.integers(0, 2), ZONES)
def test_every_shift_of_a_day_is_on_its_board_once_and_none_covers_another(
    some: list[Shift], later: int, zone: ZoneInfo
) -> None:
    day = date(2015, 10, 31) + timedelta(days=later)
    items = [item(each) for each in some]
    shown = on_day(items, day, zone)
    made = board(shown, day, zone, [])
    drawn = []
    for row in made.rows:
        for lane in row.lanes:
            assert sum(cell.quarters for cell in lane) == made.quarters
            assert all(cell.quarters > 0 for cell in lane)
            drawn += [cell.item["id"] for cell in lane if cell.item]
    assert sorted(drawn) == sorted(each["id"] for each in shown)
    assert made.quarters % 2 == 0


def test_the_board_says_what_goes_beyond_midnight_and_stacks_what_is_at_once() -> None:
    night, late, early = shift(22, 5, id="n"), shift(20, 3, id="l"), shift(9, 2, day=8, id="e")
    items = [item(each) for each in (night, late, early)]
    saturday = board(on_day(items, date(2015, 11, 7), TORONTO), date(2015, 11, 7), TORONTO, [])
    (row,) = saturday.rows
    cells = {cell.item["id"]: cell for lane in row.lanes for cell in lane if cell.item}
    assert (len(row.lanes), cells["n"].after, cells["n"].quarters) == (2, True, 8)
    sunday = board(on_day(items, date(2015, 11, 8), TORONTO), date(2015, 11, 8), TORONTO, [])
    cells = {cell.item["id"]: cell for lane in sunday.rows[0].lanes for cell in lane if cell.item}
    assert (cells["n"].before, cells["n"].quarters, len(sunday.hours)) == (True, 12, 11)
    short = board([items[2]], date(2015, 11, 8), TORONTO, [])
    assert len(short.hours) == 8  # a day is never narrower
    empty = board([], date(2015, 11, 9), TORONTO, [])
    assert (empty.rows, empty.quarters) == ((), 0)


def test_what_one_can_take_and_why_not_the_rest() -> None:
    now = shift(8).starts
    mine, other, full, closed, free, asked, over = (
        shift(14, id="mine"),
        shift(16, id="other"),
        shift(19, id="full"),
        shift(19, id="closed", mode=Mode.ASSIGNED),
        shift(19, id="free"),
        shift(19, id="asked"),
        shift(2, 3, id="over"),
    )
    items = [
        item(mine, "me"),
        item(other),
        item(full, "x"),
        item(closed),
        item(free),
        item(asked, "x", asks=True),
        item(over),
    ]
    found = {
        each.item["id"]: each
        for each in offers(items, "me", Role.PHOTOGRAPHER, TORONTO, Terms(), now)
    }
    assert {key: each.obstacle for key, each in found.items()} == {
        "other": Obstacle.COLLIDES,
        "full": Obstacle.FULL,
        "closed": Obstacle.ASSIGNED,
        "free": None,
        "asked": None,
    }
    assert found["other"].other is not None
    assert found["asked"].asking is not None
    assert offers(items, "me", Role.BLOGGER, TORONTO, Terms(), now) == []
    assert offers(items, "lead", Role.LEAD, TORONTO, Terms(), now) == []  # though leads can
