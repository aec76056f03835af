"""Reads of editions: for pages, the API and the command line."""

from mixroom.core.db import reading
from mixroom.event import store
from mixroom.event.model import Event


def get(event_id: str) -> Event | None:
    """Return an edition with its teams and places."""
    with reading() as tx:
        return store.get(tx, event_id)


def get_by_slug(slug: str) -> Event | None:
    """Return the edition with this short name."""
    with reading() as tx:
        return store.get_by_slug(tx, slug)


def get_present(patience: float | None = None) -> Event | None:
    """Return the newest edition that is no rehearsal, which visitors see.

    `patience` limits the wait for PostgreSQL, in seconds.
    """
    with reading(patience) as tx:
        return store.get_present(tx)
