"""Announcements and their receipts in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.announcements.model import MAX_TEXT, Announcement, Audience
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual

MOST = 20  # that are listed, the newest

announcements = sa.Table(
    "announcement",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("text_fr", sa.String(MAX_TEXT)),
    sa.Column("text_en", sa.String(MAX_TEXT)),
    sa.Column("sent_at", UtcDateTime, nullable=False),
    sa.Column("until", UtcDateTime, nullable=False),
    sa.Column("audience", sa.String(8), nullable=False),
    sa.Column("role", sa.String(24)),
    sa.Column("told", sa.Integer, nullable=False),
    sa.Index("ix_announcement_event_id", "event_id", "id"),
)
receipts = sa.Table(
    "announcement_receipt",
    metadata,
    sa.Column("announcement_id", sa.ForeignKey("announcement.id"), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)


def add(tx: sa.Connection, new: Announcement) -> bool:
    """Add an announcement; return whether its id was free."""
    return insert_new(
        tx,
        announcements,
        id=new.id,
        event_id=new.event_id,
        by=new.by,
        text_fr=new.text.fr,
        text_en=new.text.en,
        sent_at=new.sent_at,
        until=new.until,
        audience=new.audience.value,
        role=new.role.value if new.role else None,
        told=new.told,
    )


def save_end(tx: sa.Connection, changed: Announcement) -> None:
    """Save until when an announcement is shown."""
    this = announcements.c.id == changed.id
    tx.execute(announcements.update().where(this).values(until=changed.until))


def get(tx: sa.Connection, event_id: str, key: str) -> Announcement | None:
    """Return an announcement of an event, or None."""
    return next(iter(some(tx, event_id, [key])), None)


def keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's newest announcements, oldest first."""
    of = announcements.c
    query = sa.select(of.id).where(of.event_id == event_id).order_by(of.id.desc()).limit(MOST)
    return list(tx.scalars(query))[::-1]


def some(tx: sa.Connection, event_id: str, wanted: Collection[str]) -> list[Announcement]:
    """Return those of an event's announcements that have these ids."""
    of = announcements.c
    ours = (of.event_id == event_id) & of.id.in_(list(wanted))
    return [_announcement(row) for row in tx.execute(sa.select(announcements).where(ours))]


def add_receipt(tx: sa.Connection, key: str, person_id: str, at: datetime) -> bool:
    """Add a person's receipt; return whether it is their first."""
    return insert_new(tx, receipts, announcement_id=key, person_id=person_id, at=at)


def count_receipts(tx: sa.Connection, wanted: Collection[str]) -> dict[str, int]:
    """Return how many people have read each of these announcements."""
    number = sa.func.count().label("number")
    query = sa.select(receipts.c.announcement_id, number)
    these = query.where(receipts.c.announcement_id.in_(list(wanted)))
    rows = tx.execute(these.group_by(receipts.c.announcement_id))
    return {row.announcement_id: row.number for row in rows}


def _announcement(row: sa.Row[Any]) -> Announcement:
    return Announcement(
        row.id,
        row.event_id,
        row.by,
        Bilingual(row.text_fr, row.text_en),
        row.sent_at,
        row.until,
        Audience(row.audience),
        Role(row.role) if row.role else None,
        row.told,
    )
