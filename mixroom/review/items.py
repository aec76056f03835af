"""The items of the review: submissions that wait, and photos that someone has reported."""

from collections import Counter
from collections.abc import Collection, Sequence
from itertools import groupby
from operator import itemgetter
from statistics import median

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item, Named
from mixroom.crew import store as crew_store
from mixroom.review import store as review_store
from mixroom.submissions import lists
from mixroom.submissions.items import internal_items, with_status
from mixroom.submissions.moves import CLEARED, Status

WAITING = (Status.SUBMITTED, Status.HELD)
QUEUE = "state"  # the key of the dashboard's only item about the queue
MAX_WAITING = 500  # waiting submissions that are counted
MAX_REVIEWERS = 20
MAX_DECISIONS = 300  # of which the dashboard draws a line
MAX_QUARTERS = 16  # of an hour, in that line
LATELY = 20  # decisions
QUARTER = 900  # seconds


def waiting_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the submissions that wait for a decision."""
    return internal_items(tx, with_status(tx, event_id, keys, WAITING))


def queue_items(tx: sa.Connection, event_id: str, _keys: Collection[str]) -> dict[str, Item]:
    """Return the state of the queue for the dashboard, as its only item.

    `usual` is the median wait for a decision lately, in seconds. `pace` has it for each quarter of
    an hour with decisions, newest first: when the quarter began (in seconds since 1970), the wait.
    """
    held = lists.claims(tx, event_id, MAX_REVIEWERS)
    names = crew_store.names(tx, [by for by, _ in held])
    since = [at for status in WAITING if (at := lists.oldest(tx, event_id, status))]
    waits = [
        (int(end.timestamp()) // QUARTER * QUARTER, round((end - begin).total_seconds()))
        for begin, end in lists.last_decisions(tx, event_id, MAX_DECISIONS)
    ]
    quarters = groupby(waits, key=itemgetter(0))
    pace = [[start, round(median(wait for _, wait in some))] for start, some in quarters]
    return {
        QUEUE: {
            "waiting": lists.count_to(tx, event_id, WAITING, MAX_WAITING),
            "oldest": rfc3339(min(since)) if since else None,
            "reviewing": [
                {"id": by, "name": names[by][0], "until": rfc3339(until)} for by, until in held
            ],
            "usual": round(median(wait for _, wait in waits[:LATELY])) if waits else None,
            "pace": pace[:MAX_QUARTERS],
        }
    }


def queue_touched(_tx: sa.Connection, _event_id: str, facts: Sequence[Named]) -> dict[str, int]:
    """Return the only item of the queue's state, which every fact changes."""
    return {QUEUE: facts[-1].seq} if facts else {}


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
