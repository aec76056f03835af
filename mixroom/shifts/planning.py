"""The actions of leads on shifts: make, change, copy, call them off, and choose the settings."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.shifts import store
from mixroom.shifts.collisions import collision
from mixroom.shifts.guards import get_locked, in_turn
from mixroom.shifts.model import (
    MAX_SHIFTS,
    Fact,
    Mode,
    Roster,
    Shift,
    ShiftAssignedError,
    ShiftChangedError,
    ShiftCollidesError,
    Terms,
    checked_shift,
    checked_terms,
)
from mixroom.shifts.notices import CALLED_OFF, MOVED, WANTED
from mixroom.shifts.queries import stand_ins
from mixroom.shifts.results import record, record_terms, tell

FAR = timedelta(days=400)  # beyond which no day of an event can be


def make(by: Person, wanted: Shift) -> Shift:
    """Make a shift; with the same id, the same is made once. Raises InvalidError."""
    by.must("shift.edit")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        key = wanted.id or ids.new()
        shift = checked_shift(replace(wanted, id=key, event_id=by.event_id), event)
        _must_be_few(tx, by.event_id, 1)
        if not store.add(tx, shift):
            if store.get(tx, by.event_id, key) == shift:
                return shift
            shift = replace(shift, id=ids.new())  # another one, from a page that was gone back to
            store.add(tx, shift)
        record(tx, Fact.MADE, shift, by.id)
    return shift


def change(by: Person, key: str, changes: Mapping[str, Any], seen: str | None = None) -> Shift:
    """Change fields of a shift, and tell those who are on it if its time, place or note is another.

    `seen` is the version from which a lead set out. Raises InvalidError, ShiftChangedError if it is
    no longer that one, and ShiftCollidesError where someone on it is on another shift then.
    """
    by.must("shift.edit")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before = roster.shift
        if seen is not None and seen != before.version:
            raise ShiftChangedError(key)
        wanted = replace(_somewhere(before, event), **changes)
        after = before.with_changes(checked_shift(wanted, event))
        if after == before:
            return before
        if after.seats < len(roster.signups):
            raise InvalidError("seats", "seats_taken", least=len(roster.signups))
        _must_collide_with_nothing(tx, roster, after)
        store.save(tx, after)
        if after.starts > clock.now() + store.terms_of(tx, by.event_id).remind:
            store.forget_reminders(tx, key)  # there is time for another one
        if after.revision != before.revision and clock.now() < after.ends:
            tell(tx, MOVED, event, after, (each.person_id for each in roster.signups), by=by.id)
        record(tx, Fact.CHANGED, after, by.id)
        return after


def copy(by: Person, key: str, days: Sequence[date]) -> list[Shift]:
    """Make the same shift on other days, at the same times by the museum's clock, without people.

    Raises InvalidError.
    """
    by.must("shift.edit")
    if not days:
        raise InvalidError("days", "missing")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        shift = _somewhere(get_locked(tx, by, key).shift, event)
        chosen = sorted(set(days))
        if any(abs(day - event.starts_on) > FAR for day in chosen):
            raise InvalidError("days", "far_from_event")
        _must_be_few(tx, by.event_id, len(chosen))
        made = [
            checked_shift(replace(shift.on_another_day(day, event.zone), id=ids.new()), event)
            for day in chosen
        ]
        for each in made:
            store.add(tx, each)
        for each in made:
            record(tx, Fact.MADE, each, by.id)
        return made


def call_off(by: Person, key: str) -> None:
    """Call a shift off, and tell those who are on it."""
    by.must("shift.edit")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        now = clock.now()
        store.save(tx, roster.shift.cancelled(now))
        if now < roster.shift.ends:
            people = (each.person_id for each in roster.signups)
            tell(tx, CALLED_OFF, event, roster.shift, people, by=by.id)
        record(tx, Fact.CANCELLED, roster.shift, by.id)


def call(by: Person, key: str) -> int:
    """Ask those who could take an empty seat, by their phones; return how many they are.

    Raises ShiftFullError, ShiftAssignedError, ShiftOverError.
    """
    by.must("shift.edit")
    with transaction() as tx:
        event = in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        roster.shift.must_be_ahead(clock.now())
        roster.shift.must_have_room(len(roster.signups))
        if roster.shift.mode is Mode.ASSIGNED:
            raise ShiftAssignedError(key)
        asked = [person.id for person in stand_ins(tx, roster.shift, event)]
        tell(tx, WANTED, event, roster.shift, asked, by=by.id)
        record(tx, Fact.CALLED, roster.shift, by.id)
        return len(asked)


def set_terms(by: Person, **changes: timedelta) -> Terms:
    """Choose settings of the event, fields of Terms: rest, leaving, reminders, hours of a day."""
    by.must("shift.edit")
    with transaction() as tx:
        in_turn(tx, by.event_id)
        terms = checked_terms(replace(store.terms_of(tx, by.event_id), **changes))
        store.save_terms(tx, by.event_id, terms)
        record_terms(tx, by.event_id, by.id)
    return terms


def _somewhere(shift: Shift, event: Event) -> Shift:
    """Return a shift, without its place if a lead has removed that from the event."""
    there = shift.place in {place.id for place in event.places}
    return shift if there else replace(shift, place=None)


def _must_be_few(tx: sa.Connection, event_id: str, more: int) -> None:
    if store.count(tx, event_id) + more > MAX_SHIFTS:
        raise InvalidError("shifts", "too_many", most=MAX_SHIFTS)


def _must_collide_with_nothing(tx: sa.Connection, roster: Roster, after: Shift) -> None:
    """Raise ShiftCollidesError for the first person who could not do their other shifts too."""
    held = store.of_people(tx, after.event_id, {each.person_id for each in roster.signups})
    for person, pairs in held.items():
        others = [shift for shift, _ in pairs if shift.id != after.id]
        if other := collision(after, others):
            name, _ = crew_store.names(tx, [person])[person]
            raise ShiftCollidesError(
                after.id,
                shift={"id": other.id, "from": rfc3339(other.starts), "to": rfc3339(other.ends)},
                person={"id": person, "name": name},
            )
