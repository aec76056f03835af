"""Reads of supports: for pages, the API, partners, the calendar and the worker."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.calendar_entries import CalendarEntry
from mixroom.core.db import reading
from mixroom.core.errors import NotAllowedError, NotFoundError
from mixroom.core.roles import Role, allows
from mixroom.core.text import Bilingual
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.supports import store
from mixroom.supports.items import items_of
from mixroom.supports.model import (
    VALID,
    Checking,
    Comment,
    Distribution,
    PartnerPage,
    RevokedError,
    Support,
    Version,
    WithdrawnError,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A support with everything about it; `names` are those of the people who did it."""

    support: Support
    versions: list[Version]
    comments: list[Comment]
    distributions: list[Distribution]
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Offered:
    """A valid version, as people without an account get it."""

    support: Support
    version: Version


@dataclass(frozen=True, slots=True)
class Shared:
    """A page for partners: its event, and the valid supports, pairs side by side."""

    page: PartnerPage
    event: Event
    pairs: list[list[Offered]]


def page(by: Person) -> list[Item]:
    """Return the supports of the person's event, oldest first."""
    by.must("support.read")
    with reading() as tx:
        return list(items_of(tx, store.list_all(tx, by.event_id)).values())


def item(by: Person, support_id: str) -> Item:
    """Return a support as an item; raises NotFoundError."""
    by.must("support.read")
    with reading() as tx:
        return items_of(tx, [_require(tx, by, support_id)])[support_id]


def opened(by: Person, support_id: str) -> list[Opened]:
    """Return a support, and the other one of its pair beside it: French first.

    Raises NotFoundError.
    """
    by.must("support.read")
    with reading() as tx:
        support = _require(tx, by, support_id)
        pair = [support]
        if support.pair_id:
            everything = store.list_all(tx, by.event_id)
            pair = [each for each in everything if each.pair_id == support.pair_id]
        pair.sort(key=lambda each: each.lang, reverse=True)
        return [_open(tx, each) for each in pair]


def sendable(by: Person, support_id: str) -> Support:
    """Return a support of which this person may send a version.

    Raises NotFoundError and NotAllowedError.
    """
    by.must("support.send")
    with reading() as tx:
        return may_send(by, _require(tx, by, support_id))


def may_send(by: Person, support: Support) -> Support:
    """Return the support, if the person owns it or edits supports; raises NotAllowedError."""
    if support.owner_id != by.id and not allows(by.role, "support.edit"):
        raise NotAllowedError("support.send")
    return support


def owners(by: Person) -> list[Person]:
    """Return the people who may own a support."""
    with reading() as tx:
        crew = crew_store.people_of(tx, by.event_id)
    return [each for each in crew if each.role is not Role.SCREEN]


def file_of(by: Person, support_id: str, file: str) -> tuple[Support, Version]:
    """Return the support and the version that has a file or a preview; raises NotFoundError."""
    by.must("support.read")
    with reading() as tx:
        support = _require(tx, by, support_id)
        version = store.version_with(tx, support_id, file)
    if version is None or version.checking is not Checking.READY:
        raise NotFoundError(file)
    return support, version


def valid_at(key: str) -> Offered:
    """Return the valid version at a public address.

    Raises NotFoundError, and WithdrawnError if nothing is valid there now.
    """
    with reading() as tx:
        support = store.at_address(tx, key)
        if support is None:
            raise NotFoundError(key)
        version = store.get_version(tx, support.id, support.valid) if support.valid else None
    if version is None:
        raise WithdrawnError
    return Offered(support, version)


def shared(page_id: str | None) -> Shared:
    """Return a page for partners.

    Raises NotFoundError without an id, which only the right secret gives, and RevokedError.
    """
    if page_id is None:
        raise NotFoundError
    with reading() as tx:
        page = store.partner_page(tx, page_id)
        event = event_store.get(tx, page.event_id) if page else None
        if page is None or event is None:
            raise RevokedError
        found = store.list_all(tx, page.event_id, *sorted(VALID))
        shown = store.shown_versions(tx, found)
    pairs: dict[str, list[Offered]] = {}
    for each in found:
        version = next(one for one in shown[each.id] if one.number == each.valid)
        pairs.setdefault(each.pair_id or each.id, []).append(Offered(each, version))
    for pair in pairs.values():
        pair.sort(key=lambda one: one.support.lang, reverse=True)
    return Shared(page, event, list(pairs.values()))


def partner_pages(by: Person) -> list[PartnerPage]:
    """Return the pages for partners that are not revoked."""
    by.must("support.share")
    with reading() as tx:
        return store.partner_pages_of(tx, by.event_id)


def unchecked(support_id: str, number: int) -> tuple[Support, Version] | None:
    """Return a version that no worker has opened yet, or None."""
    with reading() as tx:
        support = store.find(tx, support_id)
        version = store.get_version(tx, support_id, number) if support else None
    if support is None or version is None or version.checking is not Checking.WAITING:
        return None
    return support, version


def valid_supports(tx: sa.Connection, event_id: str) -> dict[str, Bilingual]:
    """Return the titles of an event's supports that have a valid version, by id."""
    return {each.id: each.title for each in store.list_all(tx, event_id, *sorted(VALID))}


def entries(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, *, late: bool = False
) -> Iterator[CalendarEntry]:
    """Yield an entry of the calendar for each support that is due in a time, or late."""
    now = clock.now()
    for each in store.due_between(tx, event_id, since, until):
        assert each.due is not None
        if late and not each.is_late(now):
            continue
        yield CalendarEntry(
            f"support:{each.id}",
            each.due,
            each.title,
            f"/supports/{each.id}",
            "support",
            each.owner_id,
            is_done=each.status in VALID,
            is_late=each.is_late(now),
        )


def _open(tx: sa.Connection, support: Support) -> Opened:
    versions = store.versions_of(tx, support.id)
    comments = store.comments_of(tx, support.id)
    out = store.distributions_of(tx, support.id)
    people: set[Any] = store.people_in([*versions, *comments, *out])
    if support.owner_id:
        people.add(support.owner_id)
    names = {key: name for key, (name, _) in crew_store.names(tx, people).items()}
    return Opened(support, versions, comments, out, names)


def _require(tx: sa.Connection, by: Person, support_id: str) -> Support:
    support = store.get(tx, by.event_id, support_id)
    if support is None:
        raise NotFoundError(support_id)
    return support
