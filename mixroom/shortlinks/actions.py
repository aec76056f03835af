"""What people do with short links: make one, change where it leads, follow it."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import Actor
from mixroom.event import store as event_store
from mixroom.shortlinks import store
from mixroom.shortlinks.model import MAX_LINKS, CodeTakenError, Fact, Link, checked, new_code

TRIES = 20  # random codes, of which each is free but for one in millions


def make(by: Actor, url: str, title: str, code: str = "", *, site: str = "") -> Link:
    """Make a link, with a random code unless one is wanted; `site` is our own origin.

    Raises InvalidError, CodeTakenError.
    """
    by.must("shortlink.edit")
    url, title, code = checked(url, title, code, site)
    with transaction() as tx:
        event_store.lock(tx, by.event_id)  # those who count and add take turns
        if store.count(tx, by.event_id) >= MAX_LINKS:
            raise InvalidError("url", "too_many", most=MAX_LINKS)
        for wanted in [code] if code else [new_code() for _ in range(TRIES)]:
            link = Link(ids.new(), by.event_id, wanted, url, title, by.id, clock.now())
            if store.add(tx, link):
                _record(tx, by, Fact.MADE, link.id)
                return link
        raise CodeTakenError(code)


def change(by: Actor, key: str, url: str, title: str, *, site: str = "") -> None:
    """Change where a link leads, and its title; its code is on paper and stays.

    Raises InvalidError, NotFoundError.
    """
    by.must("shortlink.edit")
    url, title, _ = checked(url, title, "", site)
    with transaction() as tx:
        if not store.change(tx, by.event_id, key, url, title):
            raise NotFoundError(key)
        _record(tx, by, Fact.CHANGED, key)


def follow(code: str, *, counts: bool) -> str:
    """Return the address to which a code leads, and count it; raises NotFoundError."""
    with transaction() as tx:
        link = store.of_code(tx, code.casefold())
        event = event_store.get(tx, link.event_id) if link else None
        if link is None or event is None:
            raise NotFoundError(code)
        if counts:
            store.follow(tx, link.id, clock.now().astimezone(ZoneInfo(event.timezone)).date())
    return link.url


def _record(tx: sa.Connection, by: Actor, fact: Fact, key: str) -> None:
    journal.record(tx, fact, event_id=by.event_id, key=key, owner=by.event_id, by=by.id)
