"""The rule of alarms about messages: one is late."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.text import N_
from mixroom.plan import store

MOST = 50


def find_late(look: Look) -> Sequence[Cause]:
    """Return the messages that were due the threshold, in minutes, ago and are not out."""
    before = look.now - timedelta(minutes=look.threshold)
    return [
        Cause(each.id, each.name, each.due, f"/plan/messages/{each.id}", {"message": each.id})
        for each in store.late(look.tx, look.event_id, before, MOST)
        if each.due
    ]


RULES = (
    AlarmRule(
        name="plan.late",
        title=N_("A message is late: %(about)s"),
        many=N_("%(count)s messages are late"),
        meaning=N_("A message was due this long ago and is not out."),
        unit=ThresholdUnit.MINUTES,
        threshold=15,
        least=1,
        most=1440,
        find=find_late,
        slack=0.5,
        every=timedelta(seconds=5),
    ),
)
