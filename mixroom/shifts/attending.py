"""The actions at the museum: people arrive, go home, leave a note; a lead corrects hours."""

from dataclasses import replace

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotAllowedError
from mixroom.crew.model import Person
from mixroom.shifts import store
from mixroom.shifts.guards import get_locked, in_turn, must_be_self_or_lead, signup_of
from mixroom.shifts.model import (
    LONGEST,
    MAX_NOTE,
    MAX_WHY,
    Correction,
    Fact,
    Note,
    SignUp,
    State,
    checked_text,
)
from mixroom.shifts.queries import handed_over
from mixroom.shifts.results import record


def arrive(by: Person, key: str, person_id: str | None = None) -> tuple[SignUp, list[Note]]:
    """Say that one is there, or that someone is, as a lead or whoever has arrived themselves.

    Return the sign-up, and the notes that were handed over. Raises ArrivalEarlyError,
    ShiftOverError; once is enough.
    """
    by.must("shift.take")
    with transaction() as tx:
        in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = signup_of(roster, person_id or by.id), clock.now()
        if before.person_id != by.id and not by.may("shift.edit"):
            _must_be_here(tx, by)
        after = before.arrived(roster.shift, now, by.id)
        notes = handed_over(tx, roster.shift)
        if after != before:
            store.put(tx, after)
            record(tx, Fact.ARRIVED, roster.shift, by.id, before.person_id)
        return after, notes


def finish(by: Person, key: str, person_id: str | None = None, note: str = "") -> SignUp:
    """Go home, and leave a note for the next ones; hours count until now.

    Raises NotArrivedError.
    """
    by.must("shift.take")
    must_be_self_or_lead(by, person_id or by.id)
    with transaction() as tx:
        in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = signup_of(roster, person_id or by.id), clock.now()
        after = before.finished(roster.shift, now)
        if note.strip():
            text = checked_text(note, "note", MAX_NOTE)
            store.add_note(tx, Note(ids.new(), key, by.id, now, text))
        if after != before:
            store.put(tx, after)
        if after != before or note.strip():
            record(tx, Fact.DONE, roster.shift, by.id, before.person_id)
        return after


def leave_note(by: Person, key: str, text: str) -> Note:
    """Leave a note for the next ones on the same place and role, as someone on it or a lead."""
    by.must("shift.take")
    text = checked_text(text, "note", MAX_NOTE)
    with transaction() as tx:
        in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        if not by.may("shift.edit") and roster.of(by.id) is None:
            raise NotAllowedError("shift.edit")
        note = Note(ids.new(), key, by.id, clock.now(), text)
        store.add_note(tx, note)
        record(tx, Fact.NOTED, roster.shift, by.id)
        return note


def correct(by: Person, key: str, person_id: str, minutes: int, why: str) -> SignUp:
    """Correct the hours of someone, as a lead; who, when, before, after and why are kept.

    Someone who was missed and has worked after all is done. Raises InvalidError.
    """
    by.must("shift.edit")
    why = checked_text(why, "why", MAX_WHY)
    most = int(LONGEST.total_seconds() // 60)
    if not 0 <= minutes <= most:
        raise InvalidError("minutes", "hours_between", most=most // 60)
    with transaction() as tx:
        in_turn(tx, by.event_id)
        roster = get_locked(tx, by, key)
        before, now = signup_of(roster, person_id), clock.now()
        if now < roster.shift.starts:
            raise InvalidError("minutes", "not_begun")
        worked = round(before.worked(roster.shift, now).total_seconds() / 60)
        state = State.DONE if before.state is State.MISSED and minutes else before.state
        after = replace(before, minutes=minutes, state=state)
        store.put(tx, after)
        made = Correction(ids.new(), key, person_id, by.id, now, worked, minutes, why)
        store.add_correction(tx, made)
        record(tx, Fact.CORRECTED, roster.shift, by.id, person_id)
        return after


def _must_be_here(tx: sa.Connection, by: Person) -> None:
    """Raise NotAllowedError if a person who notes another's arrival is not on a shift now."""
    on = store.on_shift(tx, by.event_id, clock.now())
    if not any(s.person_id == by.id and s.state is State.ARRIVED for _, s in on):
        raise NotAllowedError("shift.edit")
