"""Reads of editions: for pages, the API and the command line."""

from mixroom.core.db import reading
from mixroom.core.text import Bilingual
from mixroom.event import store
from mixroom.event.model import Event, GroupKind


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


def labels(
    event_id: str, team: str | None, place: str | None
) -> tuple[Bilingual | None, Bilingual | None]:
    """Return the names of a team and a place of an event, in both languages.

    Each is given by its id or by one of its names; an unknown name stands for itself.
    """
    if not team and not place:
        return None, None
    event = get(event_id)
    assert event is not None
    return event.named(GroupKind.TEAM, team), event.named(GroupKind.PLACE, place)
