"""The items of the review: submissions that wait, and photos that someone has reported."""

from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item
from mixroom.review import store as review_store
from mixroom.submissions.items import internal_items, with_status
from mixroom.submissions.moves import CLEARED, Status

WAITING = (Status.SUBMITTED, Status.HELD)


def waiting_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the submissions that wait for a decision."""
    return internal_items(tx, with_status(tx, event_id, keys, WAITING))


def reported_keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of submissions with open reports, in the order of their first report."""
    reports = review_store.open_reports(tx, event_id)
    return list(dict.fromkeys(each.submission_id for each in reports))


def reported_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the submissions that have open reports and wait, or are approved.

    Each has the number of its reports, the time of the last one, and whether it is hidden.
    """
    reports = [
        each for each in review_store.open_reports(tx, event_id) if each.submission_id in keys
    ]
    last = {each.submission_id: each for each in reports}
    counted = Counter(each.submission_id for each in reports)
    found = with_status(tx, event_id, last, (*WAITING, *CLEARED))
    items = internal_items(tx, found)
    return {
        each.id: {
            **items[each.id],
            "reports": counted[each.id],
            "reported_at": rfc3339(last[each.id].at),
            "hidden": each.status is not Status.APPROVED,
        }
        for each in found
    }
