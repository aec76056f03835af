"""Devices in the database: the places where people are signed in."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.crew.model import Device, DeviceKind, Person
from mixroom.crew.store import get_person, people, person_from

devices = sa.Table(
    "device",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("label", sa.String(120), nullable=False),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
)


def add(tx: sa.Connection, device: Device, secret_hash: str) -> None:
    """Add a device that has signed in; only the hash of its secret is kept."""
    tx.execute(
        devices.insert().values(
            id=device.id,
            person_id=device.person_id,
            kind=device.kind.value,
            label=device.label,
            secret_hash=secret_hash,
            created_at=device.created_at,
            last_seen_at=device.last_seen_at,
            expires_at=device.expires_at,
        )
    )


def get(tx: sa.Connection, device_id: str) -> Device | None:
    """Return a device, even one that was signed out."""
    row = tx.execute(sa.select(devices).where(devices.c.id == device_id)).one_or_none()
    return _device(row) if row else None


def get_by_secret(
    tx: sa.Connection, secret_hash: str, now: datetime
) -> tuple[Person, Device] | None:
    """Return the person and the device of a valid secret, or None."""
    row = tx.execute(
        sa.select(devices).where((devices.c.secret_hash == secret_hash) & is_signed_in(now))
    ).one_or_none()
    if row is None or (holder := get_person(tx, row.person_id)) is None:
        return None
    return holder, _device(row)


def still_signed_in(
    tx: sa.Connection, device_ids: Iterable[str], now: datetime
) -> dict[str, Person]:
    """Return the present person of each of these devices that is still signed in."""
    query = (
        sa.select(devices.c.id.label("device_id"), *people.c)
        .join(people, people.c.id == devices.c.person_id)
        .where(
            devices.c.id.in_(set(device_ids)) & is_signed_in(now) & people.c.removed_at.is_(None)
        )
    )
    return {row.device_id: person_from(row) for row in tx.execute(query)}


def list_signed_in(tx: sa.Connection, event_id: str, now: datetime) -> list[Device]:
    """Return the signed-in devices of an event, the last seen first."""
    query = (
        sa.select(devices)
        .join(people, people.c.id == devices.c.person_id)
        .where((people.c.event_id == event_id) & is_signed_in(now))
        .order_by(devices.c.last_seen_at.desc())
    )
    return [_device(row) for row in tx.execute(query)]


def revoke(tx: sa.Connection, device_id: str, at: datetime) -> bool:
    """Sign a device out; return whether it was signed in."""
    still = (devices.c.id == device_id) & devices.c.revoked_at.is_(None)
    return tx.execute(devices.update().where(still).values(revoked_at=at)).rowcount == 1


def set_last_seen(tx: sa.Connection, device_id: str, at: datetime) -> None:
    """Record when a device was last seen."""
    tx.execute(devices.update().where(devices.c.id == device_id).values(last_seen_at=at))


def is_signed_in(now: datetime) -> sa.ColumnElement[bool]:
    """Return the SQL condition for a device that is signed in."""
    unexpired = devices.c.expires_at.is_(None) | (devices.c.expires_at > now)
    return devices.c.revoked_at.is_(None) & unexpired


def _device(row: sa.Row[Any]) -> Device:
    return Device(
        row.id,
        row.person_id,
        DeviceKind(row.kind),
        row.label,
        row.created_at,
        row.last_seen_at,
        row.expires_at,
    )
