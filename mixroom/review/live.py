"""The live views of reviewers: the queue of submitted and held items, and reported photos."""

from collections import Counter
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import Item, View
from mixroom.review import store as review_store
from mixroom.submissions import store
from mixroom.submissions.live import HEARS, internal_items, with_status
from mixroom.submissions.model import CLEARED, Fact, Status

PAGE = 200
WAITING = (Status.SUBMITTED, Status.HELD)


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return store.keys_with_status(tx, event_id, WAITING)


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    return internal_items(tx, with_status(tx, event_id, keys, WAITING))


def oldest(tx: sa.Connection, event_id: str, after: str = "") -> tuple[dict[str, Item], int]:
    """Return a page of what waits, and how many wait behind it.

    A list of ten thousand would keep a reviewer waiting who looks at the first.
    """
    found = store.page(tx, event_id, WAITING, after=after, limit=PAGE)
    beyond = store.count(tx, event_id, WAITING, after=found[-1].id) if len(found) == PAGE else 0
    return internal_items(tx, found), beyond


def _keys_reported(tx: sa.Connection, event_id: str) -> list[str]:
    reports = review_store.open_reports(tx, event_id)
    return list(dict.fromkeys(each.submission_id for each in reports))


def _reported(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return the photos that are reported, while they wait or are shown."""
    reports = [
        each for each in review_store.open_reports(tx, event_id) if each.submission_id in keys
    ]
    last = {each.submission_id: each for each in reports}
    counted = Counter(each.submission_id for each in reports)
    here = with_status(tx, event_id, last, (*WAITING, *CLEARED))
    items = internal_items(tx, here)

    def told(key: str) -> dict[str, Any]:
        hidden = items[key]["status"] != Status.APPROVED
        return {
            "reports": counted[key],
            "reported_at": rfc3339(last[key].at),
            "hidden": hidden,
        }

    return {each.id: {**items[each.id], **told(each.id)} for each in here}


VIEW = View("review", hears=HEARS, keys=_keys, find=_find, roles=REVIEWERS, newest_first=False)
REPORTS = View(
    "reports",
    hears=frozenset(Fact),
    keys=_keys_reported,
    find=_reported,
    roles=REVIEWERS,
)
