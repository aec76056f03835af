"""Named, durable positions of long-lived readers in the journal.

A reader that must miss nothing, such as a webhook, reads the entries after its cursor and moves the
cursor in the transaction of its own work. So each entry is handled exactly once, even across
crashes. Retention keeps the entries that the slowest cursor has not passed.
"""

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import UtcDateTime, insert_new, metadata

cursors = sa.Table(
    "journal_cursor",
    metadata,
    sa.Column("name", sa.String(64), primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)


def hold(tx: sa.Connection, name: str, *, start: int = 0) -> int:
    """Return the position of a cursor, and lock it until this transaction ends.

    A new cursor stands at `start`; 0 reads the journal from its beginning.
    """
    insert_new(tx, cursors, name=name, seq=start, at=clock.now())
    query = sa.select(cursors.c.seq).where(cursors.c.name == name).with_for_update()
    return int(tx.scalars(query).one())


def position(tx: sa.Connection, name: str) -> int | None:
    """Return the position of a cursor without a lock; None if there is no such cursor."""
    seq: int | None = tx.scalar(sa.select(cursors.c.seq).where(cursors.c.name == name))
    return seq


def move(tx: sa.Connection, name: str, seq: int) -> None:
    """Move a cursor forward to the entry `seq`; never back."""
    further = (cursors.c.name == name) & (cursors.c.seq < seq)
    tx.execute(cursors.update().where(further).values(seq=seq, at=clock.now()))


def drop(tx: sa.Connection, name: str) -> None:
    """Delete a cursor, so that retention no longer waits for it."""
    tx.execute(cursors.delete().where(cursors.c.name == name))


def slowest(tx: sa.Connection) -> int | None:
    """Return the lowest position of all cursors; None if there is no cursor."""
    seq: int | None = tx.scalar(sa.select(sa.func.min(cursors.c.seq)))
    return seq
