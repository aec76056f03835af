"""The rules of alarms about shifts: a seat is empty soon, a person is missing."""

from collections.abc import Sequence
from datetime import timedelta

from mixroom.core.alarm_rules import AlarmRule, Cause, Look, ThresholdUnit
from mixroom.core.roles import LEADS
from mixroom.core.text import N_, Bilingual
from mixroom.crew import store as crew_store
from mixroom.event import store as event_store
from mixroom.shifts import store
from mixroom.shifts.model import State
from mixroom.shifts.words import sentence


def find_empty(look: Look) -> Sequence[Cause]:
    """Return the shifts with an empty seat that go on, or begin within the threshold, in hours."""
    ahead = timedelta(hours=look.threshold)
    soon = store.upcoming(look.tx, look.event_id, look.now, look.now + ahead)
    event = event_store.get(look.tx, look.event_id) if soon else None
    if event is None:
        return ()
    taken = store.signed_up(look.tx, [each.id for each in soon])
    return [
        Cause(
            each.id,
            sentence(event, each),
            each.starts - ahead,
            f"/shifts/{each.id}",
            {"shift": each.id, "empty": each.seats - len(taken.get(each.id, ()))},
        )
        for each in soon
        if len(taken.get(each.id, ())) < each.seats
    ]


def find_missing(look: Look) -> Sequence[Cause]:
    """Return the people who have not arrived the threshold, in minutes, after their shift began."""
    late = timedelta(minutes=look.threshold)
    missing = [
        (shift, signup)
        for shift, signup in store.on_shift(look.tx, look.event_id, look.now)
        if signup.state is State.TAKEN and look.now - shift.starts >= late
    ]
    names = crew_store.names(look.tx, {signup.person_id for _, signup in missing})
    return [
        Cause(
            f"{shift.id}:{signup.person_id}",
            Bilingual(*2 * (names[signup.person_id][0],)),
            shift.starts,
            f"/shifts/{shift.id}",
            {"shift": shift.id, "person": signup.person_id},
        )
        for shift, signup in missing
    ]


RULES = (
    AlarmRule(
        name="shifts.empty",
        title=N_("A seat is empty: %(about)s"),
        many=N_("%(count)s shifts have an empty seat within %(threshold)s"),
        meaning=N_("A shift that goes on or begins within this time has an empty seat."),
        unit=ThresholdUnit.HOURS,
        threshold=2,
        least=0.5,
        most=48,
        find=find_empty,
        roles=LEADS,
        every=timedelta(seconds=5),
    ),
    AlarmRule(
        name="shifts.missing",
        title=N_("%(about)s has not arrived, %(threshold)s after the shift began"),
        many=N_("%(count)s people have not arrived, %(threshold)s after their shift began"),
        meaning=N_("Someone has not arrived this long after their shift began."),
        unit=ThresholdUnit.MINUTES,
        threshold=30,
        least=5,
        most=240,
        find=find_missing,
        roles=LEADS,
    ),
)
