"""The messages of an event as the board follows them, and the dashboard's panel."""

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.panels import Panel
from mixroom.core.roles import CREW
from mixroom.core.views import View
from mixroom.plan import store
from mixroom.plan.items import kept_items, open_items
from mixroom.plan.moves import Fact, Status

MOST = 40  # messages of each status; pages list the others
SHOWN = tuple(each for each in Status if each is not Status.DROPPED)
MOST_DUE = 40  # on the dashboard, before now and from now on


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return sorted(key for status in SHOWN for key in store.board(tx, event_id, status, MOST))


def _due_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return store.due_keys(tx, event_id, clock.now(), MOST_DUE)


VIEW = View(
    "messages",
    facts=frozenset(Fact),
    keys=_keys,
    find=kept_items,
    roles=CREW,
    most=MOST * len(SHOWN),
)
PANEL = Panel(
    "messages",
    "plan/_panel.html",
    "dashboard/messages",
    28,
    facts=frozenset(Fact),
    keys=_due_keys,
    find=open_items,
)
