"""The lead's own lists of reasons, and the reports of photos, in the database."""

import json
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.review.model import Report
from mixroom.submissions.moves import Fact

lists = sa.Table(
    "reason_list",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("fact", sa.String(32), primary_key=True),
    sa.Column("lines", sa.Text, nullable=False),
)

reports = sa.Table(
    "report",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("submission_id", sa.ForeignKey("submission.id"), nullable=False, index=True),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("who", sa.String(64), nullable=False),
    sa.Column("hid", sa.Boolean, nullable=False),
    sa.Column("settled_by", sa.String(36)),
    sa.Index("ix_report_event_id_at", "event_id", "at"),
)


def reasons(tx: sa.Connection, event_id: str) -> dict[Fact, tuple[str, ...]]:
    """Return an event's own lists of reasons, without the usual ones."""
    rows = tx.execute(sa.select(lists).where(lists.c.event_id == event_id))
    return {Fact(row.fact): tuple(json.loads(row.lines)) for row in rows}


def save_reasons(tx: sa.Connection, event_id: str, fact: Fact, lines: tuple[str, ...]) -> None:
    """Save an event's own list of reasons; an empty one brings back the usual list."""
    ours = (lists.c.event_id == event_id) & (lists.c.fact == fact.value)
    tx.execute(lists.delete().where(ours))
    if lines:
        values = {"event_id": event_id, "fact": fact.value, "lines": json.dumps(lines)}
        tx.execute(lists.insert().values(**values))


def add_report(tx: sa.Connection, report: Report) -> None:
    """Add a report."""
    tx.execute(reports.insert().values(**asdict(report)))


def reports_since(tx: sa.Connection, event_id: str, since: datetime) -> list[Report]:
    """Return an event's reports since a moment, oldest first."""
    ours = (reports.c.event_id == event_id) & (reports.c.at >= since)
    query = sa.select(reports).where(ours).order_by(reports.c.at, reports.c.id)
    return [Report(**row._mapping) for row in tx.execute(query)]


def open_reports(tx: sa.Connection, event_id: str, key: str | None = None) -> list[Report]:
    """Return the open reports of an event, or of one of its submissions, oldest first."""
    ours = (reports.c.event_id == event_id) & reports.c.settled_by.is_(None)
    query = sa.select(reports).where(ours).order_by(reports.c.at, reports.c.id)
    if key is not None:
        query = query.where(reports.c.submission_id == key)
    return [Report(**row._mapping) for row in tx.execute(query)]


def settle_reports(tx: sa.Connection, key: str, by: str) -> int:
    """Settle the open reports of a submission; return how many there were."""
    these = (reports.c.submission_id == key) & reports.c.settled_by.is_(None)
    return tx.execute(reports.update().where(these).values(settled_by=by)).rowcount
