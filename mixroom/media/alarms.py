"""The rules of alarms about photos: originals that stay on phones, and a store that fills up."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.speech import both
from mixroom.core.text import N_, Bilingual
from mixroom.crew import store as crew_store
from mixroom.media import store

LATELY = timedelta(hours=24)  # a phone that is silent for longer has gone home
MEGABYTE = 1_000_000


def find_unsent(look: Look) -> Sequence[Cause]:
    """Return the people whose originals have not followed within the threshold, in minutes."""
    latest = look.now - timedelta(minutes=look.threshold)
    found = store.unsent_originals(look.tx, look.event_id, look.now - LATELY, latest)
    names = crew_store.names(look.tx, found)
    return [
        Cause(
            person,
            Bilingual(names[person][0], names[person][0]),
            since,
            "/alarms",
            {"person": person, "count": count},
        )
        for person, (count, since) in found.items()
        if person in names
    ]


def find_full(look: Look) -> Sequence[Cause]:
    """Return the media store if less of it is free than the threshold, in percent."""
    room = look.files.free()
    if room is None or (room.percent >= look.threshold and not room.is_full):
        return ()
    particulars = {"free_mb": room.free // MEGABYTE, "percent": round(room.percent, 1)}
    return (Cause("store", both(N_("The photo store")), look.now, "/alarms", particulars),)


UNSENT = AlarmRule(
    name="media.unsent",
    title=N_("%(about)s: originals are still on the phone after %(threshold)s"),
    many=N_("%(count)s people: originals are still on the phone after %(threshold)s"),
    meaning=N_("A photo’s preview has arrived, and its original has not followed for this long."),
    unit=ThresholdUnit.MINUTES,
    threshold=30,
    least=5,
    most=720,
    find=find_unsent,
)
STORE = AlarmRule(
    name="media.store",
    title=N_("%(about)s: less than %(threshold)s is free"),
    many=N_("%(count)s stores: less than %(threshold)s is free"),
    meaning=N_("Less than this part of the disk for photos is free."),
    unit=ThresholdUnit.PERCENT,
    threshold=10,
    least=1,
    most=50,
    find=find_full,
    slack=1.2,
    every=timedelta(seconds=30),
)
RULES = (UNSENT, STORE)
