"""The steps of an application that no lead makes: received, confirmed, forgotten, told."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.crew.model import Person
from mixroom.event.renewal import Renewal
from mixroom.letters import results as letters
from mixroom.recruiting import store
from mixroom.recruiting.limits import (
    COUNTED_FOR,
    LETTER_EVERY,
    LETTERS_AT_ONCE,
    MAX_UNCONFIRMED,
)
from mixroom.recruiting.model import Application, Half, Opening, halves_of
from mixroom.recruiting.moves import Fact
from mixroom.recruiting.notices import DECLINED, LETTERS, WAITING, letter_key

NOBODY = ""  # `by` in the journal if nobody of the crew acted
ZONES = timedelta(hours=12)  # a day is over everywhere when it is at the last of the time zones


def in_excess(tx: sa.Connection, event_id: str) -> list[Application]:
    """Return the unconfirmed application that makes room: of the busiest source, the last.

    So a robot pushes out its own, and nobody else's.
    """
    by_source = store.apart_by_source(tx, event_id, MAX_UNCONFIRMED)
    if sum(map(len, by_source.values())) < MAX_UNCONFIRMED:
        return []
    busiest = max(by_source.values(), key=len)
    return store.some(tx, event_id, [busiest[-1]])


def leaves_at(tx: sa.Connection, event_id: str, now: datetime) -> datetime | None:
    """Return when the next confirmation letter leaves: None for at once, later in a flood."""
    most = MAX_UNCONFIRMED
    waiting = store.apart_since(tx, event_id, now - COUNTED_FOR, most) - LETTERS_AT_ONCE
    return now + waiting * LETTER_EVERY if waiting > 0 else None


def remove(tx: sa.Connection, gone: Sequence[Application], by: str = NOBODY) -> None:
    """Delete applications with the letters about them, and record that they are forgotten.

    Call it late in a transaction, since it records facts; the rows are locked before that.
    """
    store.delete(tx, [each.id for each in gone])
    for each in gone:
        unwrite(tx, each)
        record(tx, Fact.FORGOTTEN, each.event_id, each.id, by)


def untell(tx: sa.Connection, application: Application, by: str) -> None:
    """Call off the letter about the present decision, if it has not left."""
    for template in (WAITING, DECLINED):
        key = letter_key(application.id, template, application.version)
        letters.call_off(tx, application.event_id, key, by)


def unwrite(tx: sa.Connection, application: Application) -> None:
    """Erase every letter about an application from the outbox."""
    keys = [
        letter_key(application.id, template, version)
        for template in LETTERS
        for version in range(1, application.version + 1)
    ]
    letters.erase(tx, application.event_id, keys, NOBODY)


def forget_agreed(tx: sa.Connection, before: datetime, most: int) -> int:
    """Forget applications whose agreed day is over; return how many."""
    return _forget(tx, store.due_by_consent(tx, (before - ZONES).date(), most))


def forget_unconfirmed(tx: sa.Connection, before: datetime, most: int) -> int:
    """Forget applications that were sent before a time and never confirmed; return how many."""
    return _forget(tx, store.due_unconfirmed(tx, before, most))


def renew(tx: sa.Connection, renewal: Renewal) -> None:
    """Give the next edition the needs of the one before, on its own days, and the contact."""
    old, new = renewal.old, renewal.new
    later, possible = new.starts_on - old.starts_on, set(halves_of(new))
    moved = {
        (role, Half(half.day + later, half.part)): count
        for (role, half), count in store.get_needs(tx, old.id).items()
    }
    store.save_needs(tx, new.id, {key: n for key, n in moved.items() if key[1] in possible})
    before = store.get_opening(tx, old.id)
    store.save_opening(tx, new.id, Opening(instead=before.instead, contact=before.contact))


def leave(tx: sa.Connection, person: Person) -> None:
    """Count the application of someone who is removed from the crew as accepted no longer."""
    now = clock.now()
    for each in store.accepted_of(tx, person.event_id, person.id):
        store.save(tx, each.after_leaving(now))
        record(tx, Fact.LEFT, each.event_id, each.id, NOBODY)


def record(tx: sa.Connection, fact: str, event_id: str, key: str, by: str) -> int:
    """Write the fact to the journal, as the last step; return its number."""
    return journal.record(tx, fact, event_id=event_id, key=key, owner=event_id, by=by).seq


def _forget(tx: sa.Connection, due: Sequence[Application]) -> int:
    remove(tx, due)
    return len(due)
