"""The accounts as their page follows them."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.connectors import store
from mixroom.connectors.items import account_items
from mixroom.connectors.model import Fact
from mixroom.core.roles import LEADS
from mixroom.core.views import Item, View


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return [each.id for each in store.of_event(tx, event_id)]


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    return account_items([each for each in store.of_event(tx, event_id) if each.id in keys])


VIEW = View("accounts", facts=frozenset(Fact), keys=_keys, find=_find, roles=LEADS)
