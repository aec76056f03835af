"""The requests of an event as the crew follows them."""

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.panels import Panel
from mixroom.core.roles import CREW
from mixroom.core.views import View
from mixroom.requests import store
from mixroom.requests.items import request_items
from mixroom.requests.model import SHOWN_AFTER_END, Fact


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return store.shown_keys(tx, event_id, clock.now() - SHOWN_AFTER_END)


VIEW = View(
    "requests",
    facts=frozenset(Fact),
    keys=_keys,
    find=request_items,
    roles=CREW,
    most=store.MOST_CURRENT + store.MOST_ENDED,
)
PANEL = Panel(
    "requests",
    "requests/_panel.html",
    "dashboard/requests",
    30,
    facts=frozenset(Fact),
    keys=_keys,
    find=request_items,
)
