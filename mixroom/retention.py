"""Retention: how long each kind of row is kept, so that no table only grows.

| What | Kept for | Because |
| --- | --- | --- |
| a done job | a day | it says only that it was done |
| the answer to an idempotency key | a week | no phone repeats a request after that |
| facts of the moment: claims, progress | three days | nobody asks for them after the event |
| versions of a text but its first and last | 400 days | reports and archive are made |

All other facts, decisions and texts are kept until their event is erased.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs, journal
from mixroom.core.db import transaction
from mixroom.media.model import Fact as MediaFact
from mixroom.submissions import store as submissions
from mixroom.submissions.model import Fact

BATCH = 100  # rows in one transaction, so that nobody waits long for the database
PASSING = frozenset({Fact.CLAIMED, Fact.RELEASED, MediaFact.THUMBED, MediaFact.CONVERTING})

Forget = Callable[[sa.Connection, datetime, int], int]
KEPT: tuple[tuple[timedelta, Forget], ...] = (
    (timedelta(days=1), jobs.forget_done),
    (timedelta(days=7), submissions.forget_answers),
    (timedelta(days=3), lambda tx, before, most: journal.forget_passing(tx, PASSING, before, most)),
    (timedelta(days=400), submissions.thin_revisions),
)


def sweep() -> int:
    """Forget a batch of each kind that is due; return how many rows."""
    gone = 0
    for kept_for, forget in KEPT:
        with transaction() as tx:
            gone += forget(tx, clock.now() - kept_for, BATCH)
    return gone
