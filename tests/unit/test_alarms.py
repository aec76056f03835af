"""The rules of alarms: raised once for each cause, over by themselves, and never a storm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mixroom.alarms.model import (
    MAX_RINGS,
    RETURNS_WITHIN,
    RING_INTERVAL,
    Acknowledgement,
    Alarm,
    Quiet,
    Setting,
    checked_setting,
    look,
    may_ring,
    to_ring,
    with_unit,
)
from mixroom.core import ids
from mixroom.core.alarm_rules import AlarmRule, Cause, ThresholdUnit
from mixroom.core.errors import InvalidError
from mixroom.core.roles import REVIEWERS, Role
from mixroom.core.text import Bilingual

MONTREAL = ZoneInfo("America/Toronto")
KEYS = ("pixel", "echo", "atelier")
START = datetime(2026, 10, 31, 20, tzinfo=UTC)  # the night in which clocks are set back
RULE = AlarmRule(
    "toy.silent",
    "%(about)s: nothing for %(threshold)s",
    "%(count)s: nothing for %(threshold)s",
    "Nothing.",
    ThresholdUnit.HOURS,
    threshold=2,
    least=0.5,
    most=48,
    find=lambda _look: (),
)
SETTING = Setting(on=True, threshold=2, roles=REVIEWERS)


def cause(key: str, since: datetime = START) -> Cause:
    return Cause(key, Bilingual(key, key), since, "/review")


def alarm(key: str, now: datetime) -> Alarm:
    words = Bilingual(key, key)
    return Alarm(ids.new(), "event", RULE.name, key, words, words, "/review", now, now)


class Evening(RuleBasedStateMachine):
    """Causes come and go, workers look at any time, people acknowledge, phones ring."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.wrong: set[str] = set()
        self.lasting: set[str] = set()
        self.alarms: dict[str, Alarm] = {}
        self.rings: list[tuple[datetime, frozenset[str]]] = []
        self.setting = SETTING
        self.gone_since: dict[str, datetime] = {}

    @rule(key=st.sampled_from(KEYS))
    def something_goes_wrong(self, key: str) -> None:
        self.wrong.add(key)
        self.lasting.add(key)

    @rule(key=st.sampled_from(KEYS))
    def it_is_nearly_over(self, key: str) -> None:
        self.wrong.discard(key)

    @rule(key=st.sampled_from(KEYS))
    def it_is_over(self, key: str) -> None:
        self.wrong.discard(key)
        self.lasting.discard(key)

    @rule(minutes=st.sampled_from([0, 1, 4, 6, 59, 180]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(times=st.integers(1, 3))
    def workers_look(self, times: int) -> None:
        for _ in range(times):
            before = {each.key for each in self.alarms.values() if each.is_open}
            recent = [
                each
                for each in self.alarms.values()
                if each.cleared_at is None or self.now - each.cleared_at < RETURNS_WITHIN
            ]
            changes = look(recent, [cause(each) for each in self.wrong], self.lasting, self.now)
            for found in changes.raised:
                assert found.key not in before
                made = alarm(found.key, self.now)
                self.alarms[made.id] = made
            for each in (*changes.reopened, *changes.cleared):
                self.alarms[each.id] = each
        still = {each.key for each in self.alarms.values() if each.is_open}
        assert self.wrong <= still <= self.wrong | self.lasting
        recent = [each for each in self.alarms.values() if each.is_open]
        assert not look(recent, [cause(each) for each in self.wrong], self.lasting, self.now)

    @rule(quiet=st.sampled_from([None, Quiet("22:00", "07:00"), Quiet("01:30", "02:30")]))
    def a_lead_sets_quiet_hours(self, quiet: Quiet | None) -> None:
        self.setting = replace(SETTING, quiet=quiet)

    @precondition(lambda self: self.alarms)
    @rule(data=st.data())
    def someone_sees_it(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.alarms)))
        seen = Acknowledgement("amelie", self.now)
        self.alarms[key] = replace(self.alarms[key], acknowledged=seen)

    @rule()
    def phones_ring(self) -> None:
        if not may_ring([at for at, _ in self.rings], self.now):
            return
        settings = {RULE.name: self.setting}
        ready = to_ring(list(self.alarms.values()), settings, self.now, MONTREAL)
        if ready:
            assert all(each.is_open and each.acknowledged is None for each in ready)
            self.rings.append((self.now, frozenset(each.id for each in ready)))
        for each in ready:
            self.alarms[each.id] = replace(each, told_at=self.now)
        quiet = self.setting.quiet
        if not quiet or not quiet.covers(self.now, MONTREAL):
            assert not any(each.waits_to_ring for each in self.alarms.values())

    @invariant()
    def one_alarm_is_open_for_a_cause(self) -> None:
        still = [each.key for each in self.alarms.values() if each.is_open]
        assert len(still) == len(set(still))

    @invariant()
    def no_alarm_rings_twice(self) -> None:
        rung = [key for _, keys in self.rings for key in keys]
        assert len(rung) == len(set(rung))

    @invariant()
    def a_cause_that_comes_back_at_once_does_not_ring_again(self) -> None:
        for key in KEYS:
            own = sorted(
                (each for each in self.alarms.values() if each.key == key),
                key=lambda each: each.raised_at,
            )
            for earlier, later in pairwise(own):
                assert earlier.cleared_at is not None
                assert later.raised_at - earlier.cleared_at >= RETURNS_WITHIN

    @invariant()
    def phones_ring_seldom(self) -> None:
        times = [at for at, _ in self.rings]
        for at in times:
            near = [each for each in times if timedelta() <= each - at < timedelta(hours=1)]
            assert len(near) <= MAX_RINGS
        assert all(later - earlier >= RING_INTERVAL for earlier, later in pairwise(times))


TestEvening = Evening.TestCase


def test_many_causes_at_once_ring_once() -> None:
    changes = look([], [cause(str(n)) for n in range(12)], (), START)
    made = [alarm(each.key, START) for each in changes.raised]
    assert len(to_ring(made, {RULE.name: SETTING}, START, MONTREAL)) == 12
    assert may_ring([], START)
    assert not may_ring([START], START + timedelta(seconds=59))


def test_the_longest_standing_come_first_where_there_is_no_room_for_all() -> None:
    causes = [cause(str(n), START + timedelta(minutes=n)) for n in range(5)]
    assert [each.key for each in look([], causes[::-1], (), START, room=2).raised] == ["0", "1"]
    assert look([], causes, (), START, room=-3).raised == ()


def test_quiet_hours_hold_back_the_ring_and_not_the_alarm() -> None:
    setting = replace(SETTING, quiet=Quiet("22:00", "07:00"))
    waiting = [alarm("pixel", START)]
    night = datetime(2026, 11, 1, 3, tzinfo=MONTREAL)
    assert to_ring(waiting, {RULE.name: setting}, night, MONTREAL) == []
    morning = datetime(2026, 11, 1, 7, tzinfo=MONTREAL)
    assert to_ring(waiting, {RULE.name: setting}, morning, MONTREAL) == waiting


@given(st.integers(0, 365 * 24 * 60))
def test_quiet_hours_are_those_of_the_clock_on_the_wall(minute: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    at = now.astimezone(MONTREAL).strftime("%H:%M")
    for starts, ends in (("22:00", "07:00"), ("01:30", "02:30"), ("00:00", "23:59")):
        inside = starts <= at < ends if starts < ends else not ends <= at < starts
        assert Quiet(starts, ends).covers(now, MONTREAL) == inside


@pytest.mark.parametrize(
    ("field", "setting"),
    [
        ("threshold", replace(SETTING, threshold=0)),
        ("threshold", replace(SETTING, threshold=49)),
        ("threshold", replace(SETTING, threshold=float("nan"))),
        ("roles", replace(SETTING, roles=frozenset())),
        ("roles", replace(SETTING, roles=frozenset({Role.SCREEN}))),
        ("quiet_from", replace(SETTING, quiet=Quiet("", "07:00"))),
        ("quiet_to", replace(SETTING, quiet=Quiet("22:00", ""))),
        ("quiet_from", replace(SETTING, quiet=Quiet("24:00", "07:00"))),
        ("quiet_to", replace(SETTING, quiet=Quiet("07:00", "07:00"))),
    ],
)
def test_settings_that_make_no_sense_are_refused(field: str, setting: Setting) -> None:
    with pytest.raises(InvalidError, match=field):
        checked_setting(RULE, setting)


def test_a_threshold_has_its_unit_in_both_languages() -> None:
    assert with_unit(1.5, ThresholdUnit.HOURS) == Bilingual("1,5\u00a0h", "1.5\u00a0h")
    assert with_unit(10, ThresholdUnit.PERCENT) == Bilingual("10\u00a0%", "10%")
    assert with_unit(15, ThresholdUnit.MINUTES)["fr"] == "15\u00a0min"
    assert with_unit(3, ThresholdUnit.COUNT)["en"] == "3"
