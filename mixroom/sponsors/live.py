"""The live view of sponsors: one item for each, and one for the event's blackouts."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mixroom.core.roles import Role
from mixroom.core.views import Item, View
from mixroom.sponsors import store
from mixroom.sponsors.model import Fact, Sponsor


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return [*(each.id for each in store.list_all(tx, event_id)), event_id]


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    found: dict[str, Item] = {
        each.id: as_item(each) for each in store.list_all(tx, event_id) if each.id in keys
    }
    return found | {event_id: _blackouts(tx, event_id)} if event_id in keys else found


def as_item(sponsor: Sponsor) -> dict[str, Any]:
    """Return a sponsor as the walls and the API get it."""
    logo = sponsor.logo
    shown = logo and {
        "src": sponsor.address,
        "width": logo.width,
        "height": logo.height,
        "ink": logo.ink,
        "pale": logo.pale,
    }
    return {
        "id": sponsor.id,
        "name": sponsor.name.as_dict(),
        "tier": sponsor.tier.value,
        "share": sponsor.promise.percent / 100,
        "position": sponsor.position,
        "url": sponsor.url,
        "logo": shown or None,
    }


def _blackouts(tx: sa.Connection, event_id: str) -> dict[str, Any]:
    found = store.blackouts_of(tx, event_id)
    return {"id": event_id, "blackouts": [each.as_dict() for each in found]}


VIEW = View("sponsors", facts=frozenset(Fact), keys=_keys, find=_find, roles=frozenset(Role))
