"""The review queue as reviewers see it live: what is submitted or held."""

import sqlalchemy as sa

from mixroom.core.views import Item, View
from mixroom.submissions import store
from mixroom.submissions.live import HEARS, internal_items
from mixroom.submissions.model import Status
from mixroom.team.model import REVIEWERS

WAITING = (Status.SUBMITTED, Status.HELD)


def items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
    """Return all that waits, oldest first."""
    return internal_items(tx, store.with_status(tx, event_id, WAITING))


def item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
    """Return one that waits; None once it has been decided."""
    found = store.get(tx, key)
    if found is None or found.event_id != event_id or found.status not in WAITING:
        return None
    return internal_items(tx, [found])[key]


VIEW = View("review", hears=HEARS, items=items, item=item, roles=REVIEWERS)
