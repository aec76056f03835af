"""The journal: all facts, in the order of their commits.

Every action records one entry in the transaction of its change. Live views, reports and webhooks
read from here, so nothing is announced that was not committed.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from mixroom.core import clock, cursors, doorbell
from mixroom.core.db import UtcDateTime, after_commit, metadata

WITHIN = 5000  # facts in which the last changes of a list are looked for

entries = sa.Table(
    "journal",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("event_id", sa.String(36), nullable=False),
    sa.Column("name", sa.String(64), nullable=False),
    sa.Column("key", sa.String(36), nullable=False),
    sa.Column("owner", sa.String(36), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("particulars", sa.Text),
    sa.Index("ix_journal_event_id_seq", "event_id", "seq"),
    sa.Index("ix_journal_event_id_at", "event_id", "at"),
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

# Made once, since every fact asks: to build a statement costs more than to run it.
_LATEST = sa.select(head.c.seq)
_SINCE = (
    sa.select(entries)
    .where(entries.c.seq > sa.bindparam("seq"))
    .order_by(entries.c.seq)
    .limit(sa.bindparam("most", type_=sa.Integer))
)


class Line(NamedTuple):
    """A fact without its circumstances."""

    seq: int
    name: str
    key: str
    owner: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One fact: `by` did `name` to the thing `key`, which belongs to the person `owner`.

    `particulars` contain what a reader could not learn from the thing later, such as the photo of a
    submission that was retouched; never text that people wrote.
    """

    seq: int
    event_id: str
    name: str
    key: str
    owner: str
    by: str
    at: datetime
    particulars: Mapping[str, Any] = field(default_factory=dict)


def record(
    tx: sa.Connection,
    name: str,
    *,
    event_id: str,
    key: str,
    owner: str,
    by: str,
    particulars: Mapping[str, Any] | None = None,
) -> Entry:
    """Append an entry; call it last in a transaction, since it locks the head row until commit.

    A database sequence would number entries in the order of their inserts. Updating the head row
    makes writers wait for each other, so that numbers follow the order of commits: a reader who has
    seen entry 41 never gets entry 40 afterwards.
    """
    seq = tx.scalar(sa.update(head).values(seq=head.c.seq + 1).returning(head.c.seq))
    assert seq is not None, "the journal has no head row; run `mixroom migrate`"
    entry = Entry(seq, event_id, name, key, owner, by, clock.now(), particulars or {})
    tx.execute(
        entries.insert().values(
            seq=entry.seq,
            event_id=entry.event_id,
            name=entry.name,
            key=entry.key,
            owner=entry.owner,
            by=entry.by,
            at=entry.at,
            particulars=json.dumps(particulars) if particulars else None,
        )
    )
    after_commit(tx, doorbell.ring)
    return entry


def take_turn(tx: sa.Connection) -> None:
    """Wait until no other transaction can record anything before this one ends.

    For what has to come in the same order everywhere, or two transactions wait for each other.
    """
    tx.execute(sa.select(head.c.seq).with_for_update())


def since(
    tx: sa.Connection, seq: int, *, event_id: str | None = None, most: int = 5000
) -> list[Entry]:
    """Return up to `most` entries after number `seq`, oldest first, of one event or of all."""
    query = _SINCE if event_id is None else _SINCE.where(entries.c.event_id == event_id)
    return [_entry(row) for row in tx.execute(query, {"seq": seq, "most": most})]


def between(
    tx: sa.Connection,
    event_id: str,
    start: datetime,
    end: datetime,
    names: Collection[str],
    most: int = 5000,
) -> list[Entry]:
    """Return an event's facts of these names from `start` until before `end`, oldest first."""
    during = (entries.c.at >= start) & (entries.c.at < end) & entries.c.name.in_(sorted(names))
    query = sa.select(entries).where((entries.c.event_id == event_id) & during)
    return [_entry(row) for row in tx.execute(query.order_by(entries.c.seq).limit(most))]


def seldom(
    tx: sa.Connection, event_id: str, name: str, start: datetime, most: int = 1000
) -> list[Entry]:
    """Return an event's facts of a name that is rare, from `start` on, oldest first.

    They are found by the name among those of all events, of which the last `most` are looked at.
    """
    these = (entries.c.name == name) & (entries.c.at >= start)
    query = sa.select(entries).where(these).order_by(entries.c.at.desc()).limit(most)
    found = [_entry(row) for row in tx.execute(query)]
    return [each for each in reversed(found) if each.event_id == event_id]


def about(tx: sa.Connection, event_id: str, key: str) -> list[Entry]:
    """Return the entries about one thing, oldest first."""
    ours = (entries.c.event_id == event_id) & (entries.c.key == key)
    query = sa.select(entries).where(ours).order_by(entries.c.seq)
    return [_entry(row) for row in tx.execute(query)]


def last_times(tx: sa.Connection, keys: Collection[str]) -> dict[str, datetime]:
    """Return when the last fact about each of these things was recorded."""
    of = entries.c
    query = sa.select(of.key, sa.func.max(of.at).label("at")).where(of.key.in_(sorted(keys)))
    return {row.key: row.at for row in tx.execute(query.group_by(of.key))}


def latest_of(
    tx: sa.Connection,
    belongs_to: Literal["event", "person"],
    scope: str,
    names: Collection[str],
    most: int,
) -> tuple[list[Line], int]:
    """Return the `most` latest facts of these names, oldest first, and the number before them.

    `scope` is the id of the event, or of the person, that the facts belong to. No fact after the
    returned number is missing. Only the last WITHIN facts are looked through, however rare those of
    these names are.
    """
    owner = entries.c.event_id if belongs_to == "event" else entries.c.owner
    last = tx.execute(sa.select(head.c.seq, head.c.floor)).one()
    floor = max(last.floor, last.seq - WITHIN)
    ours = (owner == scope) & entries.c.name.in_(sorted(names)) & (entries.c.seq > floor)
    query = sa.select(entries.c.seq, entries.c.name, entries.c.key, entries.c.owner).where(ours)
    rows = tx.execute(query.order_by(entries.c.seq.desc()).limit(most)).all()
    if len(rows) == most:
        floor = max(floor, rows[-1].seq - 1)
    return [Line(*row) for row in reversed(rows)], floor


def forget_passing(tx: sa.Connection, names: Collection[str], before: datetime, most: int) -> int:
    """Delete up to `most` old facts of these names; return how many.

    A fact that a cursor has not passed stays, however old it is. The head's `floor` moves to the
    last deleted number: a follower from before it gets the whole list again.
    """
    old = entries.c.name.in_(sorted(names)) & (entries.c.at < before)
    if (slowest := cursors.slowest(tx)) is not None:
        old &= entries.c.seq <= slowest
    these = list(tx.scalars(sa.select(entries.c.seq).where(old).limit(most)))
    if these:
        tx.execute(entries.delete().where(entries.c.seq.in_(these)))
        tx.execute(sa.update(head).where(head.c.floor < max(these)).values(floor=max(these)))
    return len(these)


def forget(tx: sa.Connection, event_id: str) -> None:
    """Delete the entries of an event that is being deleted.

    The head moves on without an entry; by that gap readers notice that facts are missing.
    """
    tx.execute(entries.delete().where(entries.c.event_id == event_id))
    tx.execute(sa.update(head).values(seq=head.c.seq + 1))
    after_commit(tx, doorbell.ring)


def start_over(tx: sa.Connection) -> None:
    """Have all readers read their lists anew: many items show what changes, such as a name.

    The head moves on without an entry, as in `forget`.
    """
    tx.execute(sa.update(head).values(seq=head.c.seq + 1))
    after_commit(tx, doorbell.ring)


def latest(tx: sa.Connection) -> int:
    """Return the number of the newest entry, or 0."""
    return tx.scalar(_LATEST) or 0


def _entry(row: sa.Row[Any]) -> Entry:
    values = dict(row._mapping)
    return Entry(**values | {"particulars": json.loads(values["particulars"] or "{}")})
