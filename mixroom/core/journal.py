"""The journal: what happened, in commit order.

Every action records one entry in the same transaction as the change it made. Live screens,
reports and webhooks all read from here; nothing is announced that was not committed.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from mixroom.core import clock, doorbell
from mixroom.core.db import Moment, after_commit, metadata

entries = sa.Table(
    "journal",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.String(36), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("key", sa.String(36), nullable=False),
    sa.Column("owner", sa.String(36), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_journal_event_id_seq", "event_id", "seq"),
    sa.Index("ix_journal_owner_seq", "owner", "seq"),
    sa.Index("ix_journal_key_seq", "key", "seq"),
    sa.Index("ix_journal_name_at", "name", "at"),
)
head = sa.Table(
    "journal_head",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True),
    sa.Column("floor", sa.BigInteger, nullable=False, server_default="0"),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact: `name` happened to the thing `key`, which belongs to person `owner`, by `by`."""

    seq: int
    event_id: str
    name: str
    key: str
    owner: str
    by: str
    at: datetime


def record(tx: sa.Connection, name: str, *, event_id: str, key: str, owner: str, by: str) -> Entry:
    """Append an entry; call it last, since it holds the head row until commit.

    A database sequence would number entries in insert order. Updating the head row makes
    writers wait for each other, so numbers follow commit order and a reader who has seen
    entry 41 can never be handed entry 40 afterwards.
    """
    seq = tx.scalar(sa.update(head).values(seq=head.c.seq + 1).returning(head.c.seq))
    assert seq is not None, "the journal has no head row; run `mixroom migrate`"
    entry = Entry(seq, event_id, name, key, owner, by, clock.now())
    tx.execute(
        entries.insert().values(
            seq=entry.seq,
            event_id=entry.event_id,
            name=entry.name,
            key=entry.key,
            owner=entry.owner,
            by=entry.by,
            at=entry.at,
        )
    )
    after_commit(tx, doorbell.ring)
    return entry


def since(
    tx: sa.Connection, seq: int, *, event_id: str | None = None, most: int = 5000
) -> list[Entry]:
    """Return the entries after number `seq`, oldest first, of one event or of all."""
    query = sa.select(entries).where(entries.c.seq > seq).order_by(entries.c.seq).limit(most)
    if event_id is not None:
        query = query.where(entries.c.event_id == event_id)
    return [Entry(**row._mapping) for row in tx.execute(query)]


def about(tx: sa.Connection, event_id: str, key: str) -> list[Entry]:
    """Return what happened to one thing, oldest first."""
    ours = (entries.c.event_id == event_id) & (entries.c.key == key)
    query = sa.select(entries).where(ours).order_by(entries.c.seq)
    return [Entry(**row._mapping) for row in tx.execute(query)]


def last_changes(
    tx: sa.Connection,
    whose: Literal["event", "person"],
    scope: str,
    names: Collection[str],
    most: int,
) -> tuple[dict[str, int], int]:
    """Return the things that the `most` latest facts of these names were about.

    They are those of an event, or those that belong to a person; `scope` is the id. Each comes
    with the number of its last one, oldest first; then the number after which none is missing.
    """
    belongs = entries.c.event_id if whose == "event" else entries.c.owner
    ours = (belongs == scope) & entries.c.name.in_(sorted(names))
    query = sa.select(entries.c.seq, entries.c.key).where(ours)
    rows = tx.execute(query.order_by(entries.c.seq.desc()).limit(most)).all()
    floor = tx.scalar(sa.select(head.c.floor)) or 0
    if len(rows) == most:
        floor = max(floor, rows[-1].seq - 1)
    found: dict[str, int] = {}
    for row in rows:
        found.setdefault(row.key, row.seq)
    return dict(reversed(found.items())), floor


def forget_passing(tx: sa.Connection, names: Collection[str], before: datetime, most: int) -> int:
    """Remove old facts of these names, which nobody asks for later; return how many.

    Up to the head's `floor`, facts may be missing: a follower from before gets the list anew.
    """
    old = entries.c.name.in_(sorted(names)) & (entries.c.at < before)
    these = list(tx.scalars(sa.select(entries.c.seq).where(old).limit(most)))
    if these:
        tx.execute(entries.delete().where(entries.c.seq.in_(these)))
        tx.execute(sa.update(head).where(head.c.floor < max(these)).values(floor=max(these)))
    return len(these)


def forget(tx: sa.Connection, event_id: str) -> None:
    """Remove the entries of an event that is itself removed.

    The head moves on without an entry: by that gap, readers notice that facts are gone.
    """
    tx.execute(entries.delete().where(entries.c.event_id == event_id))
    tx.execute(sa.update(head).values(seq=head.c.seq + 1))
    after_commit(tx, doorbell.ring)


def latest(tx: sa.Connection) -> int:
    """Return the number of the newest entry, 0 where there is none."""
    return tx.scalar(sa.select(head.c.seq)) or 0
