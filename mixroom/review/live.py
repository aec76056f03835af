"""The review queue as reviewers see it live: what is submitted or held."""

import sqlalchemy as sa

from mixroom.core.views import Item, View
from mixroom.submissions import store
from mixroom.submissions.live import HEARS, internal_items
from mixroom.submissions.model import Status
from mixroom.team.model import REVIEWERS

PAGE = 200
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


def oldest(tx: sa.Connection, event_id: str, after: str = "") -> tuple[dict[str, Item], int]:
    """Return a page of what waits, and how many wait behind it.

    A list of ten thousand would keep a reviewer waiting who looks at the first.
    """
    found = store.page(tx, event_id, WAITING, after=after, limit=PAGE)
    beyond = store.count(tx, event_id, WAITING, after=found[-1].id) if len(found) == PAGE else 0
    return internal_items(tx, found), beyond


VIEW = View("review", hears=HEARS, items=items, item=item, roles=REVIEWERS)
