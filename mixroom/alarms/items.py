"""Alarms as the live list, the page and the API show them."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from mixroom.alarms import store
from mixroom.alarms.model import Alarm
from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.views import Item
from mixroom.crew import store as crew_store


def alarm_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of an event's alarms that have these ids."""
    return as_items(tx, store.some(tx, event_id, keys))


def open_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the alarms that are open."""
    return as_items(tx, [each for each in store.some(tx, event_id, keys) if not each.cleared_at])


def as_items(tx: sa.Connection, alarms: Sequence[Alarm]) -> dict[str, Item]:
    """Return alarms with the names of those who have seen them, in the given order."""
    names = crew_store.names(tx, {each.acknowledged.by for each in alarms if each.acknowledged})
    return {each.id: _item(each, names) for each in alarms}


def _item(alarm: Alarm, names: Mapping[str, tuple[str, Role]]) -> Item:
    seen = alarm.acknowledged
    return {
        "id": alarm.id,
        "rule": alarm.rule,
        "title": alarm.title.as_dict(),
        "about": alarm.about.as_dict(),
        "since": rfc3339(alarm.since),
        "raised_at": rfc3339(alarm.raised_at),
        "cleared_at": rfc3339(alarm.cleared_at) if alarm.cleared_at else None,
        "acknowledged": seen
        and {
            "by": names.get(seen.by, ("", None))[0],
            "at": rfc3339(seen.at),
            "note": seen.note,
        },
        "path": alarm.path,
        "particulars": dict(alarm.particulars),
    }
