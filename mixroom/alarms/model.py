"""Alarms and their settings: when one is raised, clears itself, and makes phones ring."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from mixroom.core.alarm_rules import AlarmRule, Cause, ThresholdUnit
from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW, LEADS, REVIEWERS, Role, declare
from mixroom.core.text import Bilingual

MAX_OPEN = 200  # alarms of an event that stand at the same time
MAX_LISTED = 100  # alarms that are over, in the live list
MAX_NOTE = 500  # characters
RETURNS_WITHIN = timedelta(minutes=5)  # the same alarm opens again, and no phone rings
RING_INTERVAL = timedelta(minutes=1)  # at least, between two rings of an event
MAX_RINGS = 6  # of an event in an hour
HOUR = timedelta(hours=1)
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")

PERMISSIONS = declare(
    {
        "alarm.read": REVIEWERS,
        "alarm.acknowledge": REVIEWERS,
        "alarm.edit": LEADS,
    }
)


class Fact(StrEnum):
    """The facts about alarms in the journal."""

    RAISED = "alarm.raised"
    CLEARED = "alarm.cleared"
    ACKNOWLEDGED = "alarm.acknowledged"
    CHANGED = "alarm.changed"


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of each day (`HH:MM`, local time) in which no phone rings; they may pass midnight."""

    starts: str
    ends: str

    def covers(self, now: datetime, zone: ZoneInfo) -> bool:
        """Return whether a moment is in these hours, by the clock on the museum's wall."""
        at = now.astimezone(zone).strftime("%H:%M")
        if self.starts < self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


@dataclass(frozen=True, slots=True)
class Setting:
    """A lead's settings for a rule: its threshold, who is told, and how.

    Without `push` the alarm is only on the page.
    """

    on: bool
    threshold: float
    roles: frozenset[Role]
    push: bool = True
    quiet: Quiet | None = None

    def rings(self, now: datetime, zone: ZoneInfo) -> bool:
        """Return whether phones may ring for the rule at a moment."""
        return self.push and not (self.quiet and self.quiet.covers(now, zone))


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person has seen the alarm; `note` is what was done."""

    by: str
    at: datetime
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm for one cause; its words are those of the moment in which it was raised.

    `told_at` is when phones rang for it.
    """

    id: str
    event_id: str
    rule: str
    key: str
    title: Bilingual
    about: Bilingual
    path: str
    since: datetime
    raised_at: datetime
    particulars: Mapping[str, Any] = field(default_factory=dict)
    cleared_at: datetime | None = None
    acknowledged: Acknowledgement | None = None
    told_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Return whether its cause still stands."""
        return self.cleared_at is None

    @property
    def waits_to_ring(self) -> bool:
        """Return whether phones have still to ring for it."""
        return self.is_open and self.told_at is None and self.acknowledged is None


@dataclass(frozen=True, slots=True)
class Changes:
    """The result of a look at one rule: causes to raise, alarms that are over or open again."""

    raised: tuple[Cause, ...] = ()
    reopened: tuple[Alarm, ...] = ()
    cleared: tuple[Alarm, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.raised or self.reopened or self.cleared)


def usual(rule: AlarmRule) -> Setting:
    """Return the settings of a rule for which no lead has chosen any."""
    return Setting(on=True, threshold=rule.threshold, roles=rule.roles)


def look(
    alarms: Sequence[Alarm],
    causes: Sequence[Cause],
    lasting: Collection[str],
    now: datetime,
    room: int = MAX_OPEN,
) -> Changes:
    """Compare the alarms of a rule with what is wrong now.

    `alarms` are those that are open, and those that cleared within RETURNS_WITHIN. `lasting` are
    the keys that are still wrong at the threshold for clearing. At most `room` alarms are raised,
    the longest-standing first.
    """
    wrong = {each.key for each in causes}
    open_keys = {each.key for each in alarms if each.is_open}
    over = [each for each in alarms if each.is_open and each.key not in wrong | {*lasting}]
    back = {
        each.key: replace(each, cleared_at=None)
        for each in sorted(alarms, key=lambda each: each.raised_at)
        if each.cleared_at and each.key in wrong - open_keys
        if now - each.cleared_at < RETURNS_WITHIN
    }
    new = {each.key: each for each in causes if each.key not in open_keys | back.keys()}
    longest = sorted(new.values(), key=lambda each: (each.since, each.key))
    return Changes(
        tuple(longest[: max(0, room - len(back))]),
        tuple(back.values()),
        tuple(replace(each, cleared_at=now) for each in over),
    )


def may_ring(rung: Collection[datetime], now: datetime) -> bool:
    """Return whether phones of an event may ring now; `rung` are the times of earlier rings."""
    lately = [each for each in rung if now - each < HOUR]
    return len(lately) < MAX_RINGS and all(now - each >= RING_INTERVAL for each in lately)


def to_ring(
    waiting: Sequence[Alarm], settings: Mapping[str, Setting], now: datetime, zone: ZoneInfo
) -> list[Alarm]:
    """Return those of the waiting alarms for which phones may ring at a moment."""
    return [
        each
        for each in waiting
        if each.waits_to_ring and each.rule in settings and settings[each.rule].rings(now, zone)
    ]


def checked_setting(rule: AlarmRule, setting: Setting) -> Setting:
    """Return the settings; raises InvalidError for the first field that makes no sense."""
    if not rule.least <= setting.threshold <= rule.most:
        least, most = (amount_text(each) for each in (rule.least, rule.most))
        raise InvalidError("threshold", "out_of_range", least=least, most=most)
    if not setting.roles and setting.push:
        raise InvalidError("roles", "nobody_told")
    if setting.roles - CREW:
        raise InvalidError("roles", "unknown")
    if quiet := setting.quiet:
        for name, at in (("quiet_from", quiet.starts), ("quiet_to", quiet.ends)):
            if not at:
                raise InvalidError(name, "missing")
            if not TIME_OF_DAY.fullmatch(at):
                raise InvalidError(name, "malformed")
        if quiet.starts == quiet.ends:
            raise InvalidError("quiet_to", "no_hours")
    return setting


def checked_note(note: str | None) -> str | None:
    """Return what was done, trimmed, or None; raises InvalidError if it is too long."""
    note = (note or "").strip() or None
    if note and len(note) > MAX_NOTE:
        raise InvalidError("note", "too_long", most=MAX_NOTE)
    return note


def amount_text(amount: float) -> str:
    """Return a threshold without a needless decimal: `2`, `1.5`."""
    return f"{amount:g}"


def with_unit(amount: float, unit: ThresholdUnit) -> Bilingual:
    """Return a threshold with its unit in both languages, with no-break spaces."""
    text = amount_text(amount)
    french = text.replace(".", ",")
    if unit is ThresholdUnit.PERCENT:
        return Bilingual(f"{french}\u00a0%", f"{text}%")
    sign = {
        ThresholdUnit.MINUTES: "\u00a0min",
        ThresholdUnit.HOURS: "\u00a0h",
        ThresholdUnit.COUNT: "",
    }[unit]
    return Bilingual(f"{french}{sign}", f"{text}{sign}")
