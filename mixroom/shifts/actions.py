"""The actions of people on seats: take one, leave, ask for a stand-in, take over; and calendars."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.shifts import calendar_store, store
from mixroom.shifts.collisions import Warned, warnings
from mixroom.shifts.guards import (
    colleague,
    get_locked,
    in_turn,
    must_be_free,
    must_be_self_or_lead,
    signup_of,
)
from mixroom.shifts.model import (
    Fact,
    LeaveLateError,
    Mode,
    Roster,
    ShiftAssignedError,
    SignUp,
    StandInGoneError,
    State,
)
from mixroom.shifts.notices import ASSIGNED, REMOVED, TAKEN_OVER
from mixroom.shifts.results import look_for_stand_in, record, tell


@dataclass(frozen=True, slots=True)
class Taken:
    """A seat that someone has: whether it is new, and what they should know about the shift."""

    signup: SignUp
    is_new: bool
    warned: Sequence[Warned] = ()
    seq: int | None = None


def sign_up(by: Person, key: str, person_id: str | None = None) -> Taken:
    """Take a seat for oneself, or assign someone as a lead; taking it again changes nothing.

    Raises ShiftFullError, ShiftCollidesError, ShiftAssignedError, ShiftRoleError, ShiftOverError.
    """
    by.must("shift.take")
    must_be_self_or_lead(by, person_id or by.id)
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        person = colleague(tx, by, person_id or by.id)
        if before := roster.of(person.id):
            return Taken(before, is_new=False)
        shift = roster.shift
        if shift.mode is Mode.ASSIGNED and not by.may("shift.edit"):
            raise ShiftAssignedError(key)
        taken = _seat(tx, event, roster, person, by)
        if person.id != by.id:
            tell(tx, ASSIGNED, event, shift, [person.id], by=by.id)
        return replace(taken, seq=record(tx, Fact.TAKEN, shift, by.id, person.id))


def leave(by: Person, key: str, person_id: str | None = None) -> None:
    """Leave a shift early enough, or take someone off it as a lead.

    Raises LeaveLateError where the person has to ask for a stand-in, and ShiftOverError.
    """
    by.must("shift.take")
    must_be_self_or_lead(by, person_id or by.id)
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = signup_of(roster, person_id or by.id), clock.now()
        if not by.may("shift.edit"):
            roster.shift.must_be_ahead(now)
            before.must_leave_freely(roster.shift, store.terms_of(tx, by.event_id), now)
        store.put(tx, before.left(now))
        if now < roster.shift.ends:
            tell(tx, REMOVED, event, roster.shift, [before.person_id], by=by.id)
        record(tx, Fact.LEFT, roster.shift, by.id, before.person_id)


def ask_for_stand_in(by: Person, key: str, person_id: str | None = None) -> int:
    """Ask those who could stand in, by their phones; return how many they are.

    The person stays responsible until one of them takes over. Asking again asks again.
    """
    by.must("shift.take")
    must_be_self_or_lead(by, person_id or by.id)
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = signup_of(roster, person_id or by.id), clock.now()
        roster.shift.must_be_ahead(now)
        if before.state is not State.TAKEN:
            raise LeaveLateError(key)
        store.put(tx, replace(before, asked_at=before.asked_at or now))
        asked = look_for_stand_in(tx, event, roster.shift, before.person_id)
        record(tx, Fact.STAND_IN_ASKED, roster.shift, by.id, before.person_id)
        return asked


def drop_stand_in(by: Person, key: str, person_id: str | None = None) -> None:
    """Do the shift after all: nobody is looked for any more."""
    by.must("shift.take")
    must_be_self_or_lead(by, person_id or by.id)
    with transaction() as tx:
        in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before = signup_of(roster, person_id or by.id)
        if before.asked_at is None:
            return
        store.put(tx, replace(before, asked_at=None))
        record(tx, Fact.STAND_IN_DROPPED, roster.shift, by.id, before.person_id)


def take_over(by: Person, key: str, person_id: str) -> Taken:
    """Stand in for someone who asks for it: they are off the shift as this person comes onto it.

    The first one gets it. Raises StandInGoneError, ShiftCollidesError, ShiftRoleError.
    """
    by.must("shift.take")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = roster.of(person_id), clock.now()
        if before is None or before.asked_at is None or before.person_id == by.id:
            raise StandInGoneError(key)
        person = colleague(tx, by, by.id)
        if roster.of(by.id):  # nobody can have two seats
            raise StandInGoneError(key)
        store.put(tx, before.left(now))
        others = tuple(each for each in roster.signups if each.person_id != person_id)
        taken = _seat(tx, event, Roster(roster.shift, others), person, by)
        tell(tx, TAKEN_OVER, event, roster.shift, [person_id], by=by.id)
        return replace(taken, seq=record(tx, Fact.TAKEN_OVER, roster.shift, by.id, by.id))


def make_calendar(by: Person) -> str:
    """Make an address for one's calendar, in place of an earlier one; return the calendar's id."""
    by.must("shift.take")
    key = ids.new()
    with transaction() as tx:
        calendar_store.remove(tx, by.id)
        calendar_store.add(tx, by.id, key, clock.now())
    return key


def revoke_calendar(by: Person) -> None:
    """Make the address of one's calendar open nothing any more."""
    by.must("shift.take")
    with transaction() as tx:
        calendar_store.remove(tx, by.id)


def _seat(tx: sa.Connection, event: Event, roster: Roster, person: Person, by: Person) -> Taken:
    """Give a person a seat of a shift, once every rule allows it."""
    shift, now = roster.shift, clock.now()
    shift.must_be_ahead(now)
    shift.must_suit(person.role)
    others = must_be_free(tx, shift, person)
    shift.must_have_room(len(roster.signups))
    earlier = store.past(tx, shift.id, person.id)
    signup = SignUp(
        shift.id,
        person.id,
        now,
        by.id,
        reminded_at=earlier.reminded_at if earlier else None,
        revision=earlier.revision + 1 if earlier else 0,
    )
    store.put(tx, signup)
    told = warnings(shift, others, event.zone, store.terms_of(tx, event.id))
    return Taken(signup, is_new=True, warned=told)
