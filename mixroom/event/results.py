"""An edition that has changed: saved, and recorded in the journal."""

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.event import store
from mixroom.event.model import Event, Fact


def save(tx: sa.Connection, event: Event, *, by: str) -> None:
    """Save an event without its groups, and record that it has changed."""
    store.save(tx, event)
    record(tx, event.id, by=by)


def record(tx: sa.Connection, event_id: str, *, by: str) -> None:
    """Record that an edition was opened, or that something of it has changed."""
    journal.record(tx, Fact.EDITED, event_id=event_id, key=event_id, owner=event_id, by=by)
