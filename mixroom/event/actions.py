"""Actions on editions: open one, and change its fields, teams and places."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import Actor
from mixroom.core.text import Bilingual
from mixroom.event import store
from mixroom.event.model import (
    MAX_LABEL,
    Event,
    Fact,
    Group,
    GroupKind,
    Languages,
    SlugTakenError,
    checked_event,
)
from mixroom.event.programme import ProgrammeEntry


def create(
    slug: str,
    name: Bilingual,
    starts_on: date,
    ends_on: date,
    timezone: str,
    *,
    groups: tuple[Group, ...] = (),
    programme: tuple[ProgrammeEntry, ...] = (),
    hashtags: tuple[str, ...] = (),
    languages: Languages = Languages.FRENCH_FIRST,
    rehearsal: bool = False,
) -> Event:
    """Open a new edition, from the server: there is no person yet who could have a permission.

    Raises InvalidError and SlugTakenError.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", slug):
        raise InvalidError("slug", "malformed", example="museomix-2015")
    event = checked_event(
        Event(
            ids.new(),
            slug,
            name,
            starts_on,
            ends_on,
            timezone,
            rehearsal,
            groups,
            programme,
            hashtags,
            languages,
        )
    )
    with transaction() as tx:
        if store.get_by_slug(tx, slug):
            raise SlugTakenError(slug)
        store.add(tx, event, clock.now())
        _record(tx, event.id, by=event.id)
    return event


def edit(by: Actor, **changes: Any) -> Event:
    """Change the event; `changes` are fields of Event, such as `name` or `programme`."""
    by.must("event.edit")
    with transaction() as tx:
        event = _event(tx, by.event_id)
        edited = checked_event(replace(event, **changes))
        store.save(tx, edited)
        _record(tx, event.id, by=by.id)
    return edited


def add_group(by: Actor, kind: GroupKind, name: Bilingual) -> Group:
    """Add a team or a place that volunteers can choose."""
    by.must("event.edit")
    if not name:
        raise InvalidError("name", "missing")
    if name.longest() > MAX_LABEL:
        raise InvalidError("name", "too_long", most=MAX_LABEL)
    group = Group(ids.new(), kind, name)
    with transaction() as tx:
        store.add_group(tx, by.event_id, group)
        _record(tx, by.event_id, by=by.id)
    return group


def remove_group(by: Actor, group_id: str) -> None:
    """Remove a team or a place; items that name it keep its id."""
    by.must("event.edit")
    with transaction() as tx:
        if not store.remove_group(tx, by.event_id, group_id):
            raise NotFoundError(group_id)
        _record(tx, by.event_id, by=by.id)


def _event(tx: sa.Connection, event_id: str) -> Event:
    event = store.get(tx, event_id)
    if event is None:
        raise NotFoundError(event_id)
    return event


def _record(tx: sa.Connection, event_id: str, *, by: str) -> None:
    journal.record(tx, Fact.EDITED, event_id=event_id, key=event_id, owner=event_id, by=by)
