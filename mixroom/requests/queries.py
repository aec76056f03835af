"""Reads of requests for pages and the API; each function is one transaction."""

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.views import Item
from mixroom.crew.model import Person
from mixroom.requests import store
from mixroom.requests.items import items_of
from mixroom.requests.model import Request, Status


def item(by: Person, key: str) -> Item:
    """Return a request of the person's event; raises NotFoundError."""
    by.must("request.read")
    with reading() as tx:
        found = store.get(tx, by.event_id, key)
        if found is None:
            raise NotFoundError(key)
        return items_of(tx, [found])[key]


def page(by: Person, status: Status | None = None, *, after: str = "", limit: int) -> list[Item]:
    """Return up to `limit` requests of the event; `after` is the last id of the page before."""
    by.must("request.read")
    with reading() as tx:
        found = store.page(tx, by.event_id, status, after=after, limit=limit)
        return list(items_of(tx, found).values())


def answered_by_person(tx: sa.Connection, event_id: str) -> dict[str, int]:
    """Return how many requests each person answered, by id: for thanks, never for a ranking."""
    return store.answered_by_person(tx, event_id)


def as_answer(tx: sa.Connection, request: Request) -> dict[str, object]:
    """Return the answer to a verb that changed nothing: the last fact has its number."""
    (*_, last) = journal.about(tx, request.event_id, request.id)
    return {"id": request.id, "status": request.status.value, "seq": last.seq}
