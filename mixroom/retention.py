"""Retention: how long each kind of row is kept, so that no table only grows.

A done job is kept for a day: it says only that it was done. Facts of the moment, such as claims
and progress, are kept for three days: nobody asks for them after the event. A feature declares
which of its facts are of that kind (`passing`), and how long its own rows are kept (`keeps`).
Everything else is kept until its event is erased.
"""

from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs, journal
from mixroom.core.db import transaction
from mixroom.features import features, listed
from mixroom.web.declaration import Forget

BATCH = 100  # rows in one transaction, so that nobody waits long for the database


def sweep() -> int:
    """Forget a batch of each kind that is due; return how many rows."""
    gone = 0
    for kept_for, forget in kept():
        with transaction() as tx:
            gone += forget(tx, clock.now() - kept_for, BATCH)
    return gone


def kept() -> tuple[tuple[timedelta, Forget], ...]:
    """Return for how long each kind of row is kept, and the function that forgets a batch of it."""
    passing = frozenset().union(*(each.passing for each in features()))

    def forget_passing(tx: sa.Connection, before: datetime, most: int) -> int:
        return journal.forget_passing(tx, passing, before, most)

    return (
        (timedelta(days=1), jobs.forget_done),
        (timedelta(days=3), forget_passing),
        *listed("keeps"),
    )
