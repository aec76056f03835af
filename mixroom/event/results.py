"""An edition that has changed: saved, and recorded in the journal."""

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.event import store
from mixroom.event.model import Event, Fact, SlugTakenError


def open_new(tx: sa.Connection, event: Event, *, by: str) -> None:
    """Add an event with its groups, and record it; raises SlugTakenError."""
    if store.get_by_slug(tx, event.slug):
        raise SlugTakenError(event.slug)
    store.add(tx, event, clock.now())
    record(tx, event.id, by=by)


def save(tx: sa.Connection, event: Event, *, by: str) -> None:
    """Save an event without its groups, and record that it has changed."""
    store.save(tx, event)
    record(tx, event.id, by=by)


def record(tx: sa.Connection, event_id: str, *, by: str) -> None:
    """Record that an edition was opened, or that something of it has changed."""
    journal.record(tx, Fact.EDITED, event_id=event_id, key=event_id, owner=event_id, by=by)
