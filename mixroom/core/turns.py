"""The order of locks: the turn of the journal first, then rows that a job in its turn locks too.

A unique job takes its turn before anything else, and then locks what it sends; so does whoever
removes a person with all that features keep about them. If others locked such a row first and
waited for their turn to record it, both would wait for each other.
"""

from typing import Any

import sqlalchemy as sa

from mixroom.core import journal


def take(tx: sa.Connection) -> None:
    """Wait for the turn of the journal, before such rows are written."""
    journal.take_turn(tx)


def lock(
    tx: sa.Connection, query: sa.Select[Any], *, skip_locked: bool = False
) -> sa.CursorResult[Any]:
    """Wait for the turn of the journal; then return the rows that a query finds, locked."""
    journal.take_turn(tx)
    return tx.execute(query.with_for_update(skip_locked=skip_locked))
