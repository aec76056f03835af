"""The rule of alarms about promises: one is late."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.text import N_, Bilingual
from mixroom.event import store as event_store
from mixroom.promises import queries
from mixroom.promises.items import titled
from mixroom.push.reminders import by_day
from mixroom.sponsors import store as sponsor_store


def find_late(look: Look) -> Sequence[Cause]:
    """Return the promises that have been late for the threshold, in hours of the day."""
    before = look.now - timedelta(hours=look.threshold)
    found = queries.late(look.tx, look.event_id, before)
    event = event_store.get(look.tx, look.event_id) if found else None
    names = sponsor_store.names(look.tx, look.event_id) if found else {}
    return [
        Cause(
            each.promise.id,
            titled(each.promise, names.get(each.promise.sponsor_id, Bilingual())),
            each.promise.due,
            f"/promises/{each.promise.id}",
            {"promise": each.promise.id, "sponsor": each.promise.sponsor_id},
        )
        for each in found
        if event and by_day(each.promise.due, event.zone) <= before
    ]


LATE = AlarmRule(
    name="promises.late",
    title=N_("%(about)s: not kept, %(threshold)s after it was due"),
    many=N_("%(count)s promises to sponsors: not kept, %(threshold)s after they were due"),
    meaning=N_("A promise to a sponsor is not kept, this long after it was due."),
    unit=ThresholdUnit.HOURS,
    threshold=1,
    least=0,
    most=240,
    find=find_late,
    roles=LEADS,
    every=timedelta(minutes=2),
)
