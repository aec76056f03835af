"""Sponsors, blackouts and exposures in the database."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.text import Bilingual
from mixroom.sponsors.model import (
    Blackout,
    Exposure,
    Logo,
    Promise,
    ShownTime,
    Sponsor,
    Tier,
    Unit,
    Where,
)

sponsors = sa.Table(
    "sponsor",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("name_fr", sa.String(80)),
    sa.Column("name_en", sa.String(80)),
    sa.Column("tier", sa.String(16), nullable=False),
    sa.Column("amount", sa.Float, nullable=False),
    sa.Column("unit", sa.String(16), nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("url", sa.String(500)),
    sa.Column("logo", sa.Text),
    sa.Column("upload", sa.String(80)),
    sa.Column("refusal", sa.String(32)),
    sa.Column("removed_at", UtcDateTime),
)
blackouts = sa.Table(
    "blackout",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("starts", sa.String(5), nullable=False),
    sa.Column("ends", sa.String(5), nullable=False),
)
exposures = sa.Table(
    "exposure",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("screen_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("sponsor_id", sa.ForeignKey("sponsor.id")),
    sa.Column("began_at", UtcDateTime, nullable=False),
    sa.Column("hour", UtcDateTime, nullable=False),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("where", sa.String(8), nullable=False),
    sa.Index("ix_exposure_event_id_hour", "event_id", "hour"),
)


def list_all(tx: sa.Connection, event_id: str, *, lock: bool = False) -> list[Sponsor]:
    """Return an event's present sponsors, in order of position."""
    query = sa.select(sponsors).where(_present(event_id))
    query = query.order_by(sponsors.c.position, sponsors.c.id)
    return [_sponsor(row) for row in tx.execute(query.with_for_update() if lock else query)]


def get(tx: sa.Connection, sponsor_id: str, *, lock: bool = False) -> Sponsor | None:
    """Return a sponsor, unless it was removed."""
    query = sa.select(sponsors).where(
        (sponsors.c.id == sponsor_id) & sponsors.c.removed_at.is_(None)
    )
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _sponsor(row) if row else None


def add(tx: sa.Connection, sponsor: Sponsor) -> None:
    """Add a sponsor."""
    tx.execute(sponsors.insert().values(id=sponsor.id, event_id=sponsor.event_id, **_row(sponsor)))


def save(tx: sa.Connection, sponsor: Sponsor) -> None:
    """Save a sponsor's fields."""
    tx.execute(sponsors.update().where(sponsors.c.id == sponsor.id).values(**_row(sponsor)))


def remove(tx: sa.Connection, sponsor_id: str, now: datetime) -> None:
    """Mark a sponsor as removed; its exposures stay."""
    this = sponsors.c.id == sponsor_id
    tx.execute(sponsors.update().where(this).values(removed_at=now))


def names(tx: sa.Connection, event_id: str) -> dict[str, Bilingual]:
    """Return the names of an event's sponsors by id, including the removed ones."""
    columns = (sponsors.c.id, sponsors.c.name_fr, sponsors.c.name_en)
    query = sa.select(*columns).where(sponsors.c.event_id == event_id)
    return {row.id: Bilingual(row.name_fr, row.name_en) for row in tx.execute(query)}


def blackouts_of(tx: sa.Connection, event_id: str) -> list[Blackout]:
    """Return an event's blackouts, in order of time."""
    query = sa.select(blackouts).where(blackouts.c.event_id == event_id)
    rows = tx.execute(query.order_by(blackouts.c.day, blackouts.c.starts))
    return [Blackout(row.id, row.day, row.starts, row.ends) for row in rows]


def add_blackout(tx: sa.Connection, event_id: str, blackout: Blackout) -> None:
    """Add a blackout."""
    tx.execute(blackouts.insert().values(event_id=event_id, **asdict(blackout)))


def remove_blackout(tx: sa.Connection, event_id: str, blackout_id: str) -> bool:
    """Remove a blackout; return whether there was one."""
    this = (blackouts.c.event_id == event_id) & (blackouts.c.id == blackout_id)
    return bool(tx.execute(blackouts.delete().where(this)).rowcount)


def known_exposures(tx: sa.Connection, exposure_ids: Iterable[str]) -> set[str]:
    """Return the ids of those exposures that are already counted."""
    query = sa.select(exposures.c.id).where(exposures.c.id.in_(list(exposure_ids)))
    return set(tx.scalars(query))


def add_exposures(
    tx: sa.Connection, event_id: str, screen_id: str, new: Sequence[Exposure]
) -> None:
    """Add exposures that are not in the table yet."""
    if not new:
        return
    rows = [
        {
            "id": each.id,
            "event_id": event_id,
            "screen_id": screen_id,
            "sponsor_id": each.sponsor_id,
            "began_at": each.began_at,
            "hour": each.hour,
            "seconds": each.seconds,
            "where": each.where.value,
        }
        for each in new
    ]
    tx.execute(exposures.insert(), rows)


def shown(
    tx: sa.Connection,
    event_id: str,
    *,
    sponsor_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[ShownTime]:
    """Return the seconds for each hour, sponsor and place on the screen, in that order.

    `since` (inclusive) and `until` (exclusive) bound the hours.
    """
    c = exposures.c
    query = sa.select(c.hour, c.sponsor_id, c.where, sa.func.sum(c.seconds).label("seconds"))
    query = query.where(c.event_id == event_id)
    if sponsor_id is not None:
        query = query.where(c.sponsor_id == sponsor_id)
    if since is not None:
        query = query.where(c.hour >= since)
    if until is not None:
        query = query.where(c.hour < until)
    query = query.group_by(c.hour, c.sponsor_id, c.where).order_by(c.hour, c.sponsor_id, c.where)
    return [
        ShownTime(row.sponsor_id, row.hour, row.seconds, Where(row.where))
        for row in tx.execute(query)
    ]


def _present(event_id: str) -> sa.ColumnElement[bool]:
    return (sponsors.c.event_id == event_id) & sponsors.c.removed_at.is_(None)


def _row(sponsor: Sponsor) -> dict[str, Any]:
    return {
        "name_fr": sponsor.name.fr,
        "name_en": sponsor.name.en,
        "tier": sponsor.tier.value,
        "amount": sponsor.promise.amount,
        "unit": sponsor.promise.unit.value,
        "position": sponsor.position,
        "url": sponsor.url,
        "logo": json.dumps(asdict(sponsor.logo)) if sponsor.logo else None,
        "upload": sponsor.upload,
        "refusal": sponsor.refusal,
    }


def _sponsor(row: sa.Row[Any]) -> Sponsor:
    return Sponsor(
        row.id,
        row.event_id,
        Bilingual(row.name_fr, row.name_en),
        Tier(row.tier),
        Promise(row.amount, Unit(row.unit)),
        row.position,
        row.url,
        Logo(**json.loads(row.logo)) if row.logo else None,
        row.upload,
        row.refusal,
    )
