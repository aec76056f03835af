"""The steps of shifts that no person takes: told, reminded, settled; and the journal's lines."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.crew import store as crew_store
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.event.renewal import Renewal
from mixroom.letters import results as letters
from mixroom.push import actions as push
from mixroom.push.model import Message, Notice
from mixroom.shifts import store
from mixroom.shifts.model import AROUND, SETTLED_AFTER, Fact, Shift, SignUp
from mixroom.shifts.notices import REMINDED, REMINDER, STAND_IN
from mixroom.shifts.queries import stand_ins
from mixroom.shifts.words import day_and_times, sentence, title

NOBODY = ""  # `by` in the journal if nobody of the crew acted
WRITE_JOB = "shift.write"
FARTHEST = timedelta(hours=72)  # before a shift, of any reminder


def tell(
    tx: sa.Connection,
    notice: Notice,
    event: Event,
    shift: Shift,
    people: Iterable[str],
    *,
    by: str = NOBODY,
) -> None:
    """Send people a message about a shift."""
    message = Message(notice, shift.id, sentence(event, shift))
    for person in people:
        push.notify(tx, person, message, by=by)


def look_for_stand_in(tx: sa.Connection, event: Event, shift: Shift, asker: str) -> int:
    """Ask everyone who could stand in; return how many they are."""
    found = [person.id for person in stand_ins(tx, shift, event)]
    tell(tx, STAND_IN, event, shift, found, by=asker)
    return len(found)


def renew(tx: sa.Connection, renewal: Renewal) -> None:
    """Give the next edition the shifts of the one before, on its own days and without people.

    A shift stays as many days after the first day as it was, and at the place of the same name.
    """
    old, new = renewal.old, renewal.new
    later = new.starts_on - old.starts_on
    for shift in store.some(tx, old.id, store.keys(tx, old.id)):
        place = next((each.name for each in old.places if each.id == shift.place), None)
        there = next((each.id for each in new.places if each.name == place), None)
        day = shift.starts.astimezone(old.zone).date() + later
        if day - new.ends_on > AROUND:
            continue
        moved = shift.on_another_day(day, old.zone, new.zone)
        store.add(tx, replace(moved, id=ids.new(), event_id=new.id, place=there))
    store.save_terms(tx, new.id, store.terms_of(tx, old.id))


def watch(now: datetime) -> None:
    """Remind people of shifts that begin soon, and settle shifts that are over.

    Every worker calls it every few seconds; each reminder goes out once.
    """
    with reading() as tx:
        soon = {shift.event_id for shift, _ in _due(tx, now)}
        over = {shift.event_id for shift in store.to_settle(tx, now - SETTLED_AFTER)}
    for event_id in sorted(soon):
        _remind(event_id, now)
    for event_id in sorted(over):
        _settle(event_id, now)


def write_reminder(job: Job, shift_id: str, person_id: str, base_url: str) -> None:
    """Remind a person by letter too, if they gave an address and are still on the shift."""
    with transaction() as tx:
        jobs.finish(tx, job)
        person, signup = crew_store.get_person(tx, person_id), store.past(tx, shift_id, person_id)
        if person is None or not person.email or signup is None or signup.left_at:
            return
        event = event_store.get(tx, person.event_id)
        shift = store.get(tx, person.event_id, shift_id)
        if event is None or shift is None or shift.ends <= clock.now():
            return
        words = {
            "name": person.name,
            "what": title(event, shift, person.lang),
            "when": day_and_times(event, shift, person.lang),
            "link": f"{base_url}/shifts#shift-{shift.id}",
        }
        key = f"shift {shift.id} {person.id} {shift.revision}"
        letters.write_to(tx, person, REMINDER, words, key=key, by=NOBODY)


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def record(
    tx: sa.Connection, fact: Fact, shift: Shift, by: str, person_id: str | None = None
) -> int:
    """Write a fact about a shift to the journal, as the last step; return its number."""
    particulars = {"person": person_id} if person_id else None
    entry = journal.record(
        tx,
        fact,
        event_id=shift.event_id,
        key=shift.id,
        owner=shift.event_id,
        by=by,
        particulars=particulars,
    )
    return entry.seq


def record_terms(tx: sa.Connection, event_id: str, by: str) -> None:
    """Write to the journal that a lead changed the settings."""
    journal.record(tx, Fact.TERMS, event_id=event_id, key=event_id, owner=event_id, by=by)


def _due(tx: sa.Connection, now: datetime) -> list[tuple[Shift, SignUp]]:
    """Return the sign-ups whose reminder is due, by the settings of their events."""
    found = []
    waiting = sorted(store.to_remind(tx, now, FARTHEST), key=lambda pair: pair[0].event_id)
    for event_id, pairs in groupby(waiting, key=lambda pair: pair[0].event_id):
        ahead = store.terms_of(tx, event_id).remind
        found += [pair for pair in pairs if pair[0].starts <= now + ahead]
    return found


def _remind(event_id: str, now: datetime) -> None:
    with transaction() as tx:
        event_store.lock(tx, event_id)  # no second worker reminds at the same time
        event = event_store.get(tx, event_id)
        if event is None:
            return
        due = [pair for pair in _due(tx, now) if pair[0].event_id == event_id]
        for shift, signup in due:
            store.put(tx, replace(signup, reminded_at=now))
            tell(tx, REMINDED, event, shift, [signup.person_id])
            jobs.enqueue(tx, WRITE_JOB, {"shift": shift.id, "person": signup.person_id})


def _settle(event_id: str, now: datetime) -> None:
    with transaction() as tx:
        event_store.lock(tx, event_id)
        over = [s for s in store.to_settle(tx, now - SETTLED_AFTER) if s.event_id == event_id]
        signups = store.signed_up(tx, [each.id for each in over])
        changed = []
        for shift in over:
            store.save(tx, replace(shift, settled_at=now))
            for before in signups.get(shift.id, ()):
                after = before.settled(shift)
                if after != before:
                    store.put(tx, after)
                    changed.append((shift, after))
        for shift, after in changed:
            record(tx, Fact.SETTLED, shift, NOBODY, after.person_id)
