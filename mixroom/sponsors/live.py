"""The plan as the walls follow it: each sponsor with its share, and when nobody is thanked."""

from typing import Any

import sqlalchemy as sa

from mixroom.core.views import Item, View
from mixroom.sponsors import store
from mixroom.sponsors.model import Fact, Sponsor
from mixroom.team.model import Role


def _items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
    found: dict[str, Item] = {each.id: as_item(each) for each in store.of_event(tx, event_id)}
    return found | {event_id: _silences(tx, event_id)}


def _item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
    if key == event_id:
        return _silences(tx, event_id)
    found = store.get(tx, key)
    return as_item(found) if found and found.event_id == event_id else None


def as_item(sponsor: Sponsor) -> dict[str, Any]:
    """Return a sponsor as the walls and the API read it."""
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


def _silences(tx: sa.Connection, event_id: str) -> dict[str, Any]:
    found = store.blackouts_of(tx, event_id)
    return {"id": event_id, "blackouts": [each.as_dict() for each in found]}


VIEW = View("sponsors", hears=frozenset(Fact), items=_items, item=_item, roles=frozenset(Role))
