"""Checks of a shift inside an action's transaction: is it there, and does it suit a person?"""

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.errors import NotAllowedError, NotFoundError
from mixroom.core.roles import CREW
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.shifts import store
from mixroom.shifts.collisions import collision
from mixroom.shifts.model import Roster, Shift, ShiftCollidesError, SignUp


def in_turn(tx: sa.Connection, event_id: str) -> Event:
    """Return the event, and let one transaction at a time deal with its shifts.

    A seat is then never given twice, and nobody gets two shifts at once, whoever asks from where.
    """
    event_store.lock(tx, event_id)
    event = event_store.get(tx, event_id)
    if event is None:
        raise NotFoundError(event_id)
    return event


def get_locked(tx: sa.Connection, by: Person, key: str) -> Roster:
    """Return a shift and who is on it, and lock its row. Raises NotFoundError."""
    shift = store.get(tx, by.event_id, key, lock=True)
    if shift is None:
        raise NotFoundError(key)
    return Roster(shift, tuple(store.signed_up(tx, [key]).get(key, ())))


def signup_of(roster: Roster, person_id: str) -> SignUp:
    """Return the sign-up of a person; raises NotFoundError if they are not on the shift."""
    found = roster.of(person_id)
    if found is None:
        raise NotFoundError(person_id)
    return found


def colleague(tx: sa.Connection, by: Person, person_id: str) -> Person:
    """Return a person of the same event's crew; raises NotFoundError."""
    person = crew_store.get_person(tx, person_id)
    if person is None or person.event_id != by.event_id or person.role not in CREW:
        raise NotFoundError(person_id)
    return person


def must_be_self_or_lead(by: Person, person_id: str) -> None:
    """Raise NotAllowedError if the person acts for someone else without being a lead."""
    if person_id != by.id and not by.may("shift.edit"):
        raise NotAllowedError("shift.edit")


def must_be_free(tx: sa.Connection, shift: Shift, person: Person) -> list[Shift]:
    """Return the other shifts of a person; raise ShiftCollidesError if one is at the same time."""
    others = [each for each, _ in store.of_person(tx, person.id) if each.id != shift.id]
    if other := collision(shift, others):
        raise ShiftCollidesError(
            shift.id,
            shift={"id": other.id, "from": rfc3339(other.starts), "to": rfc3339(other.ends)},
            person={"id": person.id, "name": person.name},
        )
    return others
