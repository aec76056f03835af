"""Actions on editions: open one, and change its fields, teams and places."""

from dataclasses import replace
from datetime import date
from typing import Any

from mixroom.core import ids
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Actor
from mixroom.core.text import Bilingual
from mixroom.event import results, store
from mixroom.event.model import (
    Event,
    Group,
    GroupKind,
    Languages,
    checked_event,
    checked_label,
    checked_new,
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
    event = checked_new(
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
        results.open_new(tx, event, by=event.id)
    return event


def edit(by: Actor, **changes: Any) -> Event:
    """Change the event; `changes` are fields of Event, such as `name` or `programme`."""
    by.must("event.edit")
    with transaction() as tx:
        before = store.require(tx, by.event_id)
        edited = checked_event(replace(before, **changes))
        results.save(tx, edited, by=by.id, before=before)
    return edited


def add_group(by: Actor, kind: GroupKind, name: Bilingual) -> Group:
    """Add a team or a place that volunteers can choose."""
    by.must("event.edit")
    group = Group(ids.new(), kind, checked_label(name))
    with transaction() as tx:
        store.add_group(tx, by.event_id, group)
        results.record(tx, by.event_id, by=by.id)
    return group


def rename_group(by: Actor, group_id: str, name: Bilingual) -> None:
    """Rename a team or a place; items that were sent before keep the name that they had."""
    by.must("event.edit")
    name = checked_label(name)
    with transaction() as tx:
        if not store.rename_group(tx, by.event_id, group_id, name):
            raise NotFoundError(group_id)
        results.record(tx, by.event_id, by=by.id)


def remove_group(by: Actor, group_id: str) -> None:
    """Remove a team or a place; items that name it keep its id."""
    by.must("event.edit")
    with transaction() as tx:
        if not store.remove_group(tx, by.event_id, group_id):
            raise NotFoundError(group_id)
        results.record(tx, by.event_id, by=by.id)
