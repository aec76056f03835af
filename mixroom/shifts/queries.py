"""Reads of shifts: for other features, which ask who is on, and for pages and the API."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.calendar_entries import Calendar, CalendarEntry
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import CREW, Role
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.shifts import calendar_store, store
from mixroom.shifts.collisions import is_rested, overlap
from mixroom.shifts.items import items_of
from mixroom.shifts.model import (
    RELAY,
    Correction,
    Note,
    Shift,
    SignUp,
    State,
    Terms,
    suits,
)
from mixroom.shifts.signing import calendar_of, calendar_token

LOOKED_BACK, LOOKED_AHEAD = timedelta(days=30), timedelta(days=400)
MOST_OWNED = 500  # entries of a person's own calendar


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one person: how many shifts, how long they are, and how long was worked."""

    shifts: int
    planned: timedelta
    worked: timedelta
    missed: int


def on_now(tx: sa.Connection, event_id: str, at: datetime) -> frozenset[str]:
    """Return the ids of the people whose shift is on: who have arrived or are expected.

    Nobody who is missing, or has gone home, counts.
    """
    found = store.on_shift(tx, event_id, at)
    return frozenset(signup.person_id for shift, signup in found if signup.is_on(shift, at))


def has_shifts(tx: sa.Connection, event_id: str) -> bool:
    """Return whether an event has a shift."""
    return store.count(tx, event_id) > 0


def item(by: Person, key: str) -> Item:
    """Return a shift as the crew sees it; raises NotFoundError."""
    by.must("shift.read")
    with reading() as tx:
        shift = store.get(tx, by.event_id, key)
        if shift is None:
            raise NotFoundError(key)
        return items_of(tx, by.event_id, [shift])[key]


def page(
    by: Person,
    *,
    span: tuple[datetime, datetime] | None = None,
    role: Role | None = None,
    after: str = "",
    limit: int,
) -> list[Item]:
    """Return up to `limit` shifts in the order of their ids, after the last of the page before."""
    by.must("shift.read")
    with reading() as tx:
        found = store.page(tx, by.event_id, span=span, role=role, after=after, limit=limit)
        return list(items_of(tx, by.event_id, found).values())


def shift(by: Person, key: str) -> Shift:
    """Return a shift of the person's event; raises NotFoundError."""
    by.must("shift.read")
    with reading() as tx:
        found = store.get(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def terms(by: Person) -> Terms:
    """Return the settings of the person's event."""
    with reading() as tx:
        return store.terms_of(tx, by.event_id)


def mine(by: Person) -> list[tuple[Shift, SignUp]]:
    """Return the shifts that this person is on, the first to begin first."""
    by.must("shift.take")
    with reading() as tx:
        return store.of_person(tx, by.id)


def calendar_address(by: Person, base_url: str, secret_key: str) -> str | None:
    """Return the address of this person's calendar, or None if they have none."""
    with reading() as tx:
        key = calendar_store.id_of(tx, by.id)
    return f"{base_url}/shifts/{calendar_token(key, secret_key)}.ics" if key else None


def calendar(
    token: str, secret_key: str
) -> tuple[Person, Event, list[tuple[Shift, SignUp]]] | None:
    """Return whose calendar an address opens, their event, and every shift they are or were on."""
    key = calendar_of(token, secret_key)
    if key is None:
        return None
    with reading() as tx:
        person_id = calendar_store.person_of(tx, key)
        person = crew_store.get_person(tx, person_id) if person_id else None
        event = event_store.get(tx, person.event_id) if person else None
        if person is None or event is None:
            return None
        return person, event, store.ever_of_person(tx, person.id)


def owned(person: Person, calendars: Iterable[Calendar], now: datetime) -> list[CalendarEntry]:
    """Return what is due that a person owns: messages of the plan, promises, and the like."""
    since, until = now - LOOKED_BACK, now + LOOKED_AHEAD
    with reading() as tx:
        found = [each for give in calendars for each in give(tx, person.event_id, since, until)]
    mine = [each for each in found if each.owner_id == person.id]
    return sorted(mine, key=lambda each: (each.at, each.key))[:MOST_OWNED]


def can_be_asked(by: Person, key: str) -> list[tuple[Person, bool]]:
    """Return who could be assigned to a shift: those of its role who are free, the rested first."""
    by.must("shift.edit")
    with reading() as tx:
        shift = store.get(tx, by.event_id, key)
        event = event_store.get(tx, by.event_id)
        if shift is None or event is None:
            raise NotFoundError(key)
        chosen = store.terms_of(tx, by.event_id)
        found = free(tx, shift)
        return sorted(
            (
                (person, is_rested(shift, others, event.zone, chosen))
                for person, others in found.items()
            ),
            key=lambda pair: (pair[0].role is not shift.role, not pair[1], pair[0].name),
        )


def stand_ins(tx: sa.Connection, shift: Shift, event: Event) -> list[Person]:
    """Return who could stand in: the same role, free at that time (so not on it), and rested."""
    chosen = store.terms_of(tx, event.id)
    return [
        person
        for person, others in free(tx, shift).items()
        if person.role is shift.role and is_rested(shift, others, event.zone, chosen)
    ]


def free(tx: sa.Connection, shift: Shift) -> dict[Person, list[Shift]]:
    """Return the people who suit a shift and have no other at that time, with those they have."""
    crew = crew_store.people_of(tx, shift.event_id)
    fitting = [each for each in crew if each.role in CREW and suits(each.role, shift.role)]
    held = store.of_people(tx, shift.event_id, {each.id for each in fitting})
    theirs = {each: [one for one, _ in held.get(each.id, ())] for each in fitting}
    return {
        person: shifts
        for person, shifts in theirs.items()
        if not any(overlap(shift, each) for each in shifts)  # nor are they on this one
    }


def hours(by: Person) -> dict[str, Hours]:
    """Return the hours of everyone who is on a shift, by the id of the person."""
    by.must("shift.edit")
    now = clock.now()
    with reading() as tx:
        held = store.of_people(tx, by.event_id)
    return {person: _hours(pairs, now) for person, pairs in held.items()}


def names(by: Person, person_ids: Collection[str]) -> dict[str, str]:
    """Return the names of people by id."""
    by.must("shift.read")
    with reading() as tx:
        return {key: name for key, (name, _) in crew_store.names(tx, person_ids).items()}


def roster(by: Person, key: str) -> tuple[Shift, list[SignUp], list[Note], list[Correction]]:
    """Return a shift, who is on it, the notes for it, and the corrections of its hours."""
    by.must("shift.read")
    with reading() as tx:
        shift = store.get(tx, by.event_id, key)
        if shift is None:
            raise NotFoundError(key)
        signups = store.signed_up(tx, [key]).get(key, [])
        return shift, signups, handed_over(tx, shift), store.corrections_of(tx, key)


def notes_for(by: Person, shift: Shift) -> list[tuple[Note, str]]:
    """Return the notes that were handed over for a shift, each with the name of its author."""
    by.must("shift.read")
    with reading() as tx:
        found = handed_over(tx, shift)
        names = crew_store.names(tx, {each.by for each in found})
    return [(each, names[each.by][0] if each.by in names else "") for each in found]


def handed_over(tx: sa.Connection, shift: Shift) -> list[Note]:
    """Return the newest hand-over notes for a shift: of earlier ones, same place and role."""
    start = shift.starts - RELAY
    earlier = store.upcoming(tx, shift.event_id, start, shift.starts)
    same = [
        each.id
        for each in earlier
        if (each.place, each.role) == (shift.place, shift.role) and each.id != shift.id
    ]
    found = [note for some in store.notes_of(tx, same).values() for note in some]
    return sorted(found, key=lambda note: note.id, reverse=True)[: store.MOST_NOTES]


def _hours(pairs: Sequence[tuple[Shift, SignUp]], now: datetime) -> Hours:
    return Hours(
        shifts=len(pairs),
        planned=sum((shift.length for shift, _ in pairs), timedelta()),
        worked=sum((signup.worked(shift, now) for shift, signup in pairs), timedelta()),
        missed=sum(signup.state is State.MISSED for _, signup in pairs),
    )
