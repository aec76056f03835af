"""What reviewers see live: the queue of what is submitted or held, and what is reported."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item, View
from mixroom.review import store as review_store
from mixroom.review.model import Report
from mixroom.submissions import store
from mixroom.submissions.live import HEARS, internal_items
from mixroom.submissions.model import CLEARED, Fact, Status
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


def _reported_items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
    return _reported(tx, review_store.open_reports(tx, event_id))


def _reported_item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
    return _reported(tx, review_store.open_reports(tx, event_id, key)).get(key)


def _reported(tx: sa.Connection, reports: Sequence[Report]) -> dict[str, Item]:
    """Return the photos that these are of, while they wait or are shown; last reported, last."""
    last = {each.submission_id: each for each in reports}
    counted = [each.submission_id for each in reports]
    found = {key: store.get(tx, key) for key in sorted(last, key=lambda key: last[key].at)}
    here = [each for each in found.values() if each and each.status in (*WAITING, *CLEARED)]
    items = internal_items(tx, here)

    def told(key: str) -> dict[str, Any]:
        n, at = counted.count(key), rfc3339(last[key].at)
        return {"reports": n, "reported_at": at, "hidden": items[key]["status"] != Status.APPROVED}

    return {each.id: {**items[each.id], **told(each.id)} for each in here}


VIEW = View("review", hears=HEARS, items=items, item=item, roles=REVIEWERS)
REPORTS = View(
    "reports",
    hears=frozenset(Fact),
    items=_reported_items,
    item=_reported_item,
    roles=REVIEWERS,
)
