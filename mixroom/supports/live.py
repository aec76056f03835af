"""The supports of an event as the crew follows them, and the dashboard's panel."""

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import CREW
from mixroom.core.views import View
from mixroom.supports import store
from mixroom.supports.items import pressing_items, support_items
from mixroom.supports.limits import MAX_SUPPORTS, MOST_PRESSING
from mixroom.supports.model import Fact

FACTS = frozenset(Fact) - {Fact.SHARED, Fact.UNSHARED}


def _pressing_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return store.pressing_keys(tx, event_id, MOST_PRESSING)


VIEW = View(
    "supports",
    facts=FACTS,
    keys=store.keys,
    find=support_items,
    roles=CREW,
    most=MAX_SUPPORTS,
)
PANEL = Panel(
    "supports",
    "supports/_panel.html",
    "dashboard/supports",
    58,
    facts=FACTS,
    keys=_pressing_keys,
    find=pressing_items,
)
