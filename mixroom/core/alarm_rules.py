"""The rules by which alarms are raised: what a feature declares, and what a rule finds.

A rule only says what is wrong now. `mixroom/alarms/` keeps the alarms: it raises one for each
cause, clears it, and tells people.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from mixroom.core.files import Store
from mixroom.core.roles import REVIEWERS, Role
from mixroom.core.text import Bilingual


class ThresholdUnit(StrEnum):
    """The unit of a rule's threshold."""

    MINUTES = "minutes"
    HOURS = "hours"
    PERCENT = "percent"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Look:
    """One look at an event by a rule: a transaction to read, the threshold, and the time."""

    tx: sa.Connection
    event_id: str
    threshold: float
    now: datetime
    files: Store


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing that a rule finds wrong now.

    At most one alarm of a rule is open for a `key`, which is stable, ASCII and has at most 80
    characters. `about` is a name, such as a team's; `path` is the page on which someone does
    something about it. `particulars` is JSON for programs, such as the team's id.
    """

    key: str
    about: Bilingual
    since: datetime
    path: str
    particulars: Mapping[str, Any] = field(default_factory=dict)


Find = Callable[[Look], Sequence[Cause]]


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """A kind of alarm, which a feature declares.

    `title` is the text of one alarm; it may contain `%(about)s` and `%(threshold)s`, which comes
    with its unit. `many` is that of several at once, with `%(count)s` in place of `%(about)s`.
    `meaning` explains the rule on the page of settings, where a lead may choose a threshold from
    `least` to `most`. `roles` are told unless a lead chooses otherwise.

    An alarm is raised at the threshold, and cleared only once `find` no longer reports its cause
    at the threshold times `slack`, so that a value near the threshold does not make it flap:
    `slack` is below 1 if too much is wrong, above 1 if too little is. A rule whose `find` is
    costly is asked only every so often.
    """

    name: str
    title: str
    many: str
    meaning: str
    unit: ThresholdUnit
    threshold: float
    least: float
    most: float
    find: Find
    roles: frozenset[Role] = REVIEWERS
    slack: float = 1.0
    every: timedelta = timedelta()
