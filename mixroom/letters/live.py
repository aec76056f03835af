"""The live views of letters: the newest ones, and how many are where."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from mixroom.core.roles import LEADS
from mixroom.core.views import Item, Named, View
from mixroom.letters import store
from mixroom.letters.items import OUTBOX, letter_items, outbox_items
from mixroom.letters.model import Fact

MOST = 100  # letters in the list, the newest; the page has links to older ones


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return store.keys(tx, event_id, (), before="", most=MOST)[::-1]


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    return letter_items(store.some(tx, event_id, keys))


def _outbox_key(_tx: sa.Connection, _event_id: str) -> list[str]:
    return [OUTBOX]


def _touched(_tx: sa.Connection, _scope: str, facts: Sequence[Named]) -> dict[str, int]:
    return {OUTBOX: facts[-1].seq} if facts else {}


LETTERS = View("letters", facts=frozenset(Fact), keys=_keys, find=_find, roles=LEADS, most=MOST)
OUTBOX_VIEW = View(
    "outbox",
    facts=frozenset(Fact),
    keys=_outbox_key,
    find=outbox_items,
    roles=LEADS,
    touched=_touched,
)
