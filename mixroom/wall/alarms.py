"""The rule of alarms about screens: one has fallen silent."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.text import N_, Bilingual
from mixroom.wall import store


def find_silent(look: Look) -> Sequence[Cause]:
    """Return the screens that reported lately, and not within the threshold, in minutes.

    A screen that has been off for MAY_SHOW_FOR is no longer missed.
    """
    silent = timedelta(minutes=look.threshold)
    reports = store.recent_reports(look.tx, look.event_id, look.now)
    late = {key: each.at for key, each in reports.items() if look.now - each.at >= silent}
    if not late:
        return ()
    names = {each.id: each.name for each in store.list_screens(look.tx, look.event_id)}
    return [
        Cause(key, Bilingual(names[key], names[key]), at, "/screens", {"screen": key})
        for key, at in late.items()
    ]


SILENT = AlarmRule(
    name="wall.silent",
    title=N_("Screen %(about)s: no sign of life for %(threshold)s"),
    many=N_("%(count)s screens: no sign of life for %(threshold)s"),
    meaning=N_("A screen that was on has not reported for this long."),
    unit=ThresholdUnit.MINUTES,
    threshold=5,
    least=2,
    most=240,
    find=find_silent,
)
