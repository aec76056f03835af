"""The rule of alarms about supports: one is late."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.text import N_
from mixroom.event import store as event_store
from mixroom.push.reminders import by_day
from mixroom.supports import store


def find_late(look: Look) -> Sequence[Cause]:
    """Return the supports that have been late for the threshold, in hours of the day."""
    before = look.now - timedelta(hours=look.threshold)
    found = store.late(look.tx, look.event_id, before)
    event = event_store.get(look.tx, look.event_id) if found else None
    return [
        Cause(each.id, each.title, each.due, f"/supports/{each.id}", {"support": each.id})
        for each in found
        if each.due and event and by_day(each.due, event.zone) <= before
    ]


LATE = AlarmRule(
    name="supports.late",
    title=N_("%(about)s: no valid version, %(threshold)s after it was due"),
    many=N_("%(count)s supports: no valid version, %(threshold)s after they were due"),
    meaning=N_("A support has had no valid version for this long after it was due."),
    unit=ThresholdUnit.HOURS,
    threshold=1,
    least=0,
    most=240,
    find=find_late,
    roles=LEADS,
)
