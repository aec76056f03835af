"""Questions that pages and the API ask about short links."""

from collections.abc import Sequence

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Actor
from mixroom.shortlinks import store
from mixroom.shortlinks.model import MAX_LINKS, Day, Link


def listed(by: Actor) -> list[Link]:
    """Return the event's links, newest first."""
    by.must("shortlink.read")
    with reading() as tx:
        return store.some(tx, by.event_id, MAX_LINKS)


def page(by: Actor, *, after: str, limit: int) -> list[Link]:
    """Return up to `limit` links that follow an id, oldest first."""
    by.must("shortlink.read")
    with reading() as tx:
        return store.page(tx, by.event_id, after, limit)


def one(by: Actor, key: str) -> tuple[Link, Sequence[Day]]:
    """Return a link with the days on which it was followed; raises NotFoundError."""
    by.must("shortlink.read")
    with reading() as tx:
        link = store.get(tx, by.event_id, key)
        if link is None:
            raise NotFoundError(key)
        return link, store.by_day(tx, key)
