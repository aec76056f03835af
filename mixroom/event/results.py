"""An edition that has changed: saved, and recorded in the journal."""

from collections.abc import Mapping
from typing import Any

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


def save(tx: sa.Connection, event: Event, *, by: str, before: Event | None = None) -> None:
    """Save an event without its groups, and record that it has changed.

    The fact has the end that it had `before`, if that is another one.
    """
    store.save(tx, event)
    if before and (before.ends_on, before.timezone) != (event.ends_on, event.timezone):
        was = {"ends_on": before.ends_on.isoformat(), "timezone": before.timezone}
        record(tx, event.id, by=by, particulars={"was": was})
    else:
        record(tx, event.id, by=by)


def record(
    tx: sa.Connection, event_id: str, *, by: str, particulars: Mapping[str, Any] | None = None
) -> None:
    """Record that an edition was opened, or that something of it has changed."""
    journal.record(
        tx,
        Fact.EDITED,
        event_id=event_id,
        key=event_id,
        owner=event_id,
        by=by,
        particulars=particulars,
    )
