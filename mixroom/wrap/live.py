"""The live lists of wraps: all for the crew and the screens, the published ones for pages."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import Role
from mixroom.core.views import Item, View
from mixroom.event import store as event_store
from mixroom.wrap import store
from mixroom.wrap.items import wrap_items
from mixroom.wrap.model import Fact


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    event = event_store.get(tx, event_id)
    return wrap_items(tx, event, store.some(tx, event_id, keys)) if event else {}


def _find_published(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    found = _find(tx, event_id, keys)
    return {key: item for key, item in found.items() if item["status"] == "published"}


WRAPS = View("wraps", facts=frozenset(Fact), keys=store.keys, find=_find, roles=frozenset(Role))
# The list for visitors; a draft that is being written changes nothing for them.
STORIES = View(
    "stories",
    facts=frozenset({Fact.PUBLISHED, Fact.CORRECTED, Fact.TAKEN_DOWN}),
    keys=store.keys,
    find=_find_published,
    roles=frozenset(Role),
)
PANEL = Panel("wrap", "wrap/_panel.html", "", 95, place="foot")
