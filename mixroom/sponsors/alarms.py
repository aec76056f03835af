"""The rule of alarms about sponsors: one was shown less than it was promised."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.text import N_
from mixroom.event import store as event_store
from mixroom.sponsors import store
from mixroom.sponsors.model import shortfall

ENOUGH = timedelta(hours=1)  # time on the walls, before which a share says little


def find_behind(look: Look) -> Sequence[Cause]:
    """Return the sponsors that lack the threshold, in percent, of what today promised them.

    A sponsor is judged by its share of the time that the walls have shown sponsors today, and only
    once that time is an hour, all screens together.
    """
    event = event_store.get(look.tx, look.event_id)
    promised = [each for each in store.list_all(look.tx, look.event_id) if each.promise.amount]
    if event is None or not promised:
        return ()
    midnight = datetime.combine(look.now.astimezone(event.zone), time(), event.zone)
    shown: dict[str | None, float] = defaultdict(float)
    for each in store.shown(look.tx, look.event_id, since=midnight):
        shown[each.sponsor_id] += each.seconds
    total = timedelta(seconds=sum(shown.values()))
    if total < ENOUGH:
        return ()
    lacking = {each: shortfall(each.promise, shown[each.id], total) for each in promised}
    return [
        Cause(
            sponsor.id,
            sponsor.name,
            midnight,
            "/sponsors",
            {"sponsor": sponsor.id, "behind": round(percent)},
        )
        for sponsor, percent in lacking.items()
        if percent >= look.threshold
    ]


BEHIND = AlarmRule(
    name="sponsors.behind",
    title=N_("%(about)s: %(threshold)s less visible today than promised"),
    many=N_("%(count)s sponsors: %(threshold)s less visible today than promised"),
    meaning=N_("A sponsor lacks this part of its promised share of today’s time on the walls."),
    unit=ThresholdUnit.PERCENT,
    threshold=25,
    least=5,
    most=100,
    find=find_behind,
    slack=0.6,
    every=timedelta(minutes=2),
)
