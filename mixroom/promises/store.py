"""Promises and their evidence in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import Bilingual
from mixroom.plan.channels import Channel
from mixroom.promises.limits import MAX_EVIDENCE, MAX_NOTE, MAX_PROMISES, MAX_URL, MAX_WORDS
from mixroom.promises.model import Evidence, EvidenceKind, Promise, PromiseKind

promises = sa.Table(
    "promise",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("sponsor_id", sa.ForeignKey("sponsor.id"), nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("words_fr", sa.String(MAX_WORDS)),
    sa.Column("words_en", sa.String(MAX_WORDS)),
    sa.Column("amount", sa.Float, nullable=False),
    sa.Column("due", UtcDateTime, nullable=False),
    sa.Column("channels", sa.String(200), nullable=False),
    sa.Column("owner_id", sa.String(36)),
    sa.Column("kept_at", UtcDateTime),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_promise_event_id", "event_id", "id"),
    sa.Index("ix_promise_due", "event_id", "due"),
)
evidence = sa.Table(
    "promise_evidence",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("promise_id", sa.ForeignKey("promise.id"), nullable=False),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("ref", sa.String(36), index=True),
    sa.Column("channel", sa.String(12)),
    sa.Column("url", sa.String(MAX_URL)),
    sa.Column("note", sa.String(MAX_NOTE), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("lost_at", UtcDateTime),
    sa.Index("ix_promise_evidence_promise_id", "promise_id", "id"),
)
of = promises.c


def add(tx: sa.Connection, promise: Promise) -> bool:
    """Add a promise; return whether its id was free."""
    return insert_new(tx, promises, id=promise.id, **_row(promise))


def save(tx: sa.Connection, promise: Promise) -> None:
    """Save a promise."""
    tx.execute(promises.update().where(of.id == promise.id).values(**_row(promise)))


def remove(tx: sa.Connection, promise_id: str) -> None:
    """Remove a promise, and its evidence."""
    tx.execute(evidence.delete().where(evidence.c.promise_id == promise_id))
    tx.execute(promises.delete().where(of.id == promise_id))


def get(tx: sa.Connection, event_id: str, key: str, *, lock: bool = False) -> Promise | None:
    """Return a promise of an event, or None; with `lock`, its row is locked."""
    query = sa.select(promises).where((of.id == key) & (of.event_id == event_id))
    return _one(tx, query.with_for_update() if lock else query)


def locked(tx: sa.Connection, key: str) -> Promise | None:
    """Return a promise of any event with its row locked, or None."""
    return _one(tx, sa.select(promises).where(of.id == key).with_for_update())


def keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's promises, oldest first."""
    query = sa.select(of.id).where(of.event_id == event_id).order_by(of.id).limit(MAX_PROMISES)
    return list(tx.scalars(query))


def some(tx: sa.Connection, event_id: str, wanted: Collection[str]) -> list[Promise]:
    """Return those of an event's promises that have these ids."""
    query = sa.select(promises).where((of.event_id == event_id) & of.id.in_(sorted(wanted)))
    return [_promise(row) for row in tx.execute(query)]


def list_all(tx: sa.Connection, event_id: str) -> list[Promise]:
    """Return an event's promises, the first due first."""
    query = sa.select(promises).where(of.event_id == event_id).order_by(of.due, of.id)
    return [_promise(row) for row in tx.execute(query.limit(MAX_PROMISES))]


def unkept_before(tx: sa.Connection, event_id: str, before: datetime) -> list[Promise]:
    """Return the promises due before a time that lack evidence, the first due first.

    Time on the walls is measured, so such a promise is always among them.
    """
    open_ones = (of.event_id == event_id) & of.kept_at.is_(None) & (of.due < before)
    query = sa.select(promises).where(open_ones).order_by(of.due, of.id)
    return [_promise(row) for row in tx.execute(query.limit(MAX_PROMISES))]


def unkept(tx: sa.Connection, event_id: str) -> list[Promise]:
    """Return the promises that lack evidence, and those of the walls' time, the first due first."""
    query = sa.select(promises).where((of.event_id == event_id) & of.kept_at.is_(None))
    return [_promise(row) for row in tx.execute(query.order_by(of.due, of.id).limit(MAX_PROMISES))]


def due_between(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime
) -> list[Promise]:
    """Return the promises due in a time, the first due first."""
    during = (of.event_id == event_id) & (of.due >= since) & (of.due < until)
    query = sa.select(promises).where(during).order_by(of.due, of.id)
    return [_promise(row) for row in tx.execute(query.limit(MAX_PROMISES))]


def count(tx: sa.Connection, event_id: str) -> int:
    """Return how many promises an event has."""
    query = sa.select(sa.func.count()).select_from(promises).where(of.event_id == event_id)
    return tx.scalar(query) or 0


def add_evidence(tx: sa.Connection, new: Evidence) -> None:
    """Add a piece of evidence."""
    tx.execute(evidence.insert().values(_evidence_row(new)))


def save_evidence(tx: sa.Connection, changed: Evidence) -> None:
    """Save a piece of evidence."""
    row = _evidence_row(changed)
    tx.execute(evidence.update().where(evidence.c.id == changed.id).values(row))


def remove_evidence(tx: sa.Connection, promise_id: str, key: str) -> bool:
    """Remove a piece of evidence; return whether there was one."""
    this = (evidence.c.promise_id == promise_id) & (evidence.c.id == key)
    return bool(tx.execute(evidence.delete().where(this)).rowcount)


def evidence_of(tx: sa.Connection, promise_ids: Collection[str]) -> dict[str, list[Evidence]]:
    """Return the evidence of each of these promises, oldest first."""
    found: dict[str, list[Evidence]] = {key: [] for key in promise_ids}
    these = evidence.c.promise_id.in_(sorted(promise_ids))
    most = MAX_EVIDENCE * max(1, len(promise_ids))
    query = sa.select(evidence).where(these).order_by(evidence.c.promise_id, evidence.c.id)
    for row in tx.execute(query.limit(most)):
        found[row.promise_id].append(_evidence(row))
    return found


def resting_on(tx: sa.Connection, refs: Collection[str]) -> list[str]:
    """Return the ids of the promises whose evidence names one of these things, in order."""
    query = sa.select(evidence.c.promise_id).where(evidence.c.ref.in_(sorted(refs)))
    return sorted(set(tx.scalars(query)))


def _one(tx: sa.Connection, query: sa.Select[Any]) -> Promise | None:
    row = tx.execute(query).one_or_none()
    return _promise(row) if row else None


def _row(promise: Promise) -> dict[str, Any]:
    return {
        "event_id": promise.event_id,
        "sponsor_id": promise.sponsor_id,
        "kind": promise.kind.value,
        "words_fr": promise.words.fr,
        "words_en": promise.words.en,
        "amount": promise.amount,
        "due": promise.due,
        "channels": " ".join(each.value for each in promise.channels),
        "owner_id": promise.owner_id,
        "kept_at": promise.kept_at,
        "version": promise.version,
    }


def _promise(row: sa.Row[Any]) -> Promise:
    return Promise(
        row.id,
        row.event_id,
        row.sponsor_id,
        PromiseKind(row.kind),
        Bilingual(row.words_fr, row.words_en),
        row.amount,
        row.due,
        tuple(map(Channel, row.channels.split())),
        row.owner_id,
        row.kept_at,
        row.version,
    )


def _evidence_row(each: Evidence) -> dict[str, Any]:
    return {
        "id": each.id,
        "promise_id": each.promise_id,
        "kind": each.kind.value,
        "ref": each.ref,
        "channel": each.channel.value if each.channel else None,
        "url": each.url,
        "note": each.note,
        "by": each.by,
        "at": each.at,
        "lost_at": each.lost_at,
    }


def _evidence(row: sa.Row[Any]) -> Evidence:
    return Evidence(
        row.id,
        row.promise_id,
        EvidenceKind(row.kind),
        row.by,
        row.at,
        row.ref,
        Channel(row.channel) if row.channel else None,
        row.url,
        row.note,
        row.lost_at,
    )
