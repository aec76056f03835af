"""Devices in the database: the places where people are signed in."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.roles import Role
from mixroom.crew.model import Device, DeviceKind, Person
from mixroom.crew.store import people

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


def get_by_secrets(
    tx: sa.Connection, hashes: Iterable[str], now: datetime
) -> dict[str, tuple[Person, Device]]:
    """Return the person and the device of each hash of a valid secret."""
    rows = tx.execute(_BY_SECRETS, {"hashes": list(hashes), "now": now})
    return {row.secret_hash: (_holder(row), _device(row)) for row in rows}


def still_signed_in(tx: sa.Connection, device_ids: Iterable[str], now: datetime) -> dict[str, Role]:
    """Return the present role of each of these devices that is still signed in."""
    rows = tx.execute(_ROLES, {"ids": list(device_ids), "now": now})
    return {device_id: Role(role) for device_id, role in rows}


def list_signed_in(tx: sa.Connection, event_id: str, now: datetime) -> list[Device]:
    """Return the signed-in devices of an event, the last seen first."""
    query = (
        sa.select(devices)
        .join(people, people.c.id == devices.c.person_id)
        .where((people.c.event_id == event_id) & is_signed_in(now))
        .order_by(devices.c.last_seen_at.desc())
    )
    return [_device(row) for row in tx.execute(query)]


def seen_since(tx: sa.Connection, event_id: str, since: datetime) -> set[str]:
    """Return the ids of an event's people who have a device that was seen since a moment."""
    held = sa.select(devices.c.person_id).join(people, people.c.id == devices.c.person_id)
    lately = (devices.c.last_seen_at >= since) & devices.c.revoked_at.is_(None)
    return set(tx.scalars(held.where((people.c.event_id == event_id) & lately)))


def revoke(tx: sa.Connection, device_id: str, at: datetime) -> bool:
    """Sign a device out; return whether it was signed in."""
    still = (devices.c.id == device_id) & devices.c.revoked_at.is_(None)
    return tx.execute(devices.update().where(still).values(revoked_at=at)).rowcount == 1


def set_last_seen(tx: sa.Connection, device_ids: Collection[str], at: datetime) -> None:
    """Record when devices were last seen."""
    tx.execute(devices.update().where(devices.c.id.in_(device_ids)).values(last_seen_at=at))


def is_signed_in(now: datetime | sa.BindParameter[datetime]) -> sa.ColumnElement[bool]:
    """Return the SQL condition for a device that is signed in."""
    unexpired = devices.c.expires_at.is_(None) | (devices.c.expires_at > now)
    return devices.c.revoked_at.is_(None) & unexpired


# Made once, since each message of a socket asks: to build a statement costs more than to run it.
_PRESENT = is_signed_in(sa.bindparam("now", type_=UtcDateTime)) & people.c.removed_at.is_(None)
_HELD = sa.join(devices, people, people.c.id == devices.c.person_id)
_ROLES = (
    sa.select(devices.c.id, people.c.role)
    .select_from(_HELD)
    .where(devices.c.id.in_(sa.bindparam("ids", expanding=True)) & _PRESENT)
)
_BY_SECRETS = (
    sa.select(devices, *(column.label(f"holder_{column.name}") for column in people.c))
    .select_from(_HELD)
    .where(devices.c.secret_hash.in_(sa.bindparam("hashes", expanding=True)) & _PRESENT)
)


def _holder(row: sa.Row[Any]) -> Person:
    return Person(
        row.holder_id,
        row.holder_event_id,
        row.holder_name,
        Role(row.holder_role),
        row.holder_lang,
        row.holder_trusted_by,
        row.holder_bilingual,
        row.holder_email,
        row.holder_telephone,
    )


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
