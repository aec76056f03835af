"""The messages of an event as the board follows them, and the dashboard's panel."""

import sqlalchemy as sa

from mixroom.core.roles import CREW
from mixroom.core.views import View
from mixroom.plan import store
from mixroom.plan.items import message_items
from mixroom.plan.moves import Fact, Status

MOST = 60  # messages of each status


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return sorted(key for status in Status for key in store.board(tx, event_id, status, MOST))


VIEW = View(
    "messages",
    facts=frozenset(Fact),
    keys=_keys,
    find=message_items,
    roles=CREW,
    most=MOST * len(Status),
)
