"""The promises of an event as those who keep them follow them."""

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import View
from mixroom.promises import store
from mixroom.promises.items import open_items, promise_items
from mixroom.promises.limits import MAX_PROMISES
from mixroom.promises.model import ON_WALLS, Fact

FACTS = frozenset(Fact)


def _open_keys(tx: sa.Connection, event_id: str) -> list[str]:
    found = store.unkept(tx, event_id)
    return [each.id for each in found if each.kind not in ON_WALLS]


VIEW = View(
    "promises",
    facts=FACTS,
    keys=store.keys,
    find=promise_items,
    roles=REVIEWERS,
    most=MAX_PROMISES,
)
PANEL = Panel(
    "promises",
    "promises/_panel.html",
    "dashboard/promises",
    60,
    facts=FACTS,
    keys=_open_keys,
    find=open_items,
)
