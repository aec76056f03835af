"""Retention: deletes old rows, so that no table grows for ever.

Finished jobs are kept for a day. Passing facts, such as claims and progress, are kept for three
days; a feature declares them (`passing`), and how long it keeps its own rows (`keeps`). Everything
else is kept until its event is erased.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs, journal
from mixroom.core.db import transaction
from mixroom.features import features, listed
from mixroom.web.declaration import Forget

BATCH = 100  # rows in one transaction, so that others need not wait long


def sweep() -> int:
    """Delete a batch of each kind of old rows; return how many rows."""
    gone = 0
    for kept_for, forget in retentions():
        with transaction() as tx:
            gone += forget(tx, clock.now() - kept_for, BATCH)
    return gone


def retentions() -> tuple[tuple[timedelta, Forget], ...]:
    """Return the age from which each kind of row is deleted, and the function to delete it."""
    passing = frozenset().union(*(each.passing for each in features()))

    def forget_passing(tx: sa.Connection, before: datetime, most: int) -> int:
        return journal.forget_passing(tx, passing, before, most)

    return (
        (timedelta(days=1), jobs.forget_done),
        (timedelta(days=3), forget_passing),
        *listed("keeps"),
    )
