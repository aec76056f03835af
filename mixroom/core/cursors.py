"""Cursors: how far a long-lived reader of the journal has come, kept under a name.

A reader that must miss nothing, such as a webhook or a count of coverage, reads the entries after
its cursor and moves the cursor in the transaction of what it makes of them. So each entry is
handled once, over crashes too. Retention keeps what the slowest cursor has not passed.
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
    """Return where a cursor stands, and keep it from others until this transaction ends.

    A cursor that is new stands at `start`: 0 reads the journal from its beginning.
    """
    insert_new(tx, cursors, name=name, seq=start, at=clock.now())
    query = sa.select(cursors.c.seq).where(cursors.c.name == name).with_for_update()
    return int(tx.scalars(query).one())


def move(tx: sa.Connection, name: str, seq: int) -> None:
    """Move a cursor on to the entry `seq`; never back."""
    further = (cursors.c.name == name) & (cursors.c.seq < seq)
    tx.execute(cursors.update().where(further).values(seq=seq, at=clock.now()))


def drop(tx: sa.Connection, name: str) -> None:
    """Forget a cursor, so that the journal waits for it no more."""
    tx.execute(cursors.delete().where(cursors.c.name == name))


def slowest(tx: sa.Connection) -> int | None:
    """Return the number that every cursor has passed; None where there is no cursor."""
    seq: int | None = tx.scalar(sa.select(sa.func.min(cursors.c.seq)))
    return seq
