"""People, their devices, invites and pairings in the database."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.roles import Role
from mixroom.event.store import events
from mixroom.team.model import Device, DeviceKind, Invite, Person

people = sa.Table(
    "person",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("role", sa.String(24), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("removed_at", UtcDateTime),
    sa.Column("trusted_by", sa.String(36)),
    sa.Column("bilingual", sa.Boolean, nullable=False, server_default=sa.false()),
)
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
invites = sa.Table(
    "invite",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("uses", sa.Integer, nullable=False),
    sa.Column("first_used_at", UtcDateTime),
)
pairings = sa.Table(
    "pairing",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("code_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("secret_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Column("person_id", sa.ForeignKey("person.id")),
)


def rehearsal_lead(tx: sa.Connection) -> Person | None:
    """Return the lead of the rehearsal that goes on; None where there is none."""
    query = (
        sa.select(people)
        .join(events, events.c.id == people.c.event_id)
        .where(events.c.rehearsal & (people.c.role == Role.LEAD) & people.c.removed_at.is_(None))
        .order_by(events.c.created_at.desc(), people.c.id)
    )
    row = tx.execute(query.limit(1)).first()
    return _person(row) if row else None


def add_person(tx: sa.Connection, person: Person, at: datetime) -> None:
    """Add a person."""
    tx.execute(
        people.insert().values(
            id=person.id,
            event_id=person.event_id,
            name=person.name,
            role=person.role.value,
            lang=person.lang,
            created_at=at,
        )
    )


def person(tx: sa.Connection, person_id: str) -> Person | None:
    """Return a person who is on the team."""
    row = tx.execute(_present().where(people.c.id == person_id)).one_or_none()
    return _person(row) if row else None


def people_of(tx: sa.Connection, event_id: str) -> list[Person]:
    """Return the people of an event, by name."""
    rows = tx.execute(_present().where(people.c.event_id == event_id).order_by(people.c.name))
    return [_person(row) for row in rows]


def trust(tx: sa.Connection, person_id: str, trusted_by: str | None) -> None:
    """Note who trusts a person, or that nobody does."""
    tx.execute(people.update().where(people.c.id == person_id).values(trusted_by=trusted_by))


def set_bilingual(tx: sa.Connection, person_id: str, *, on: bool) -> None:
    """Note whether a person writes both languages."""
    tx.execute(people.update().where(people.c.id == person_id).values(bilingual=on))


def names(tx: sa.Connection, person_ids: Iterable[str]) -> dict[str, tuple[str, Role]]:
    """Return names and roles of people, also of those who have left."""
    rows = tx.execute(
        sa.select(people.c.id, people.c.name, people.c.role).where(people.c.id.in_(set(person_ids)))
    )
    return {row.id: (row.name, Role(row.role)) for row in rows}


def set_lang(tx: sa.Connection, person_id: str, lang: str) -> None:
    """Save the language a person reads."""
    tx.execute(people.update().where(people.c.id == person_id).values(lang=lang))


def remove_person(tx: sa.Connection, person_id: str, at: datetime) -> None:
    """Take a person off the team; what they sent stays theirs."""
    tx.execute(people.update().where(people.c.id == person_id).values(removed_at=at))
    close_invites(tx, person_id)


def add_device(tx: sa.Connection, device: Device, secret_hash: str) -> None:
    """Add a sign-in."""
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


def signed_in(tx: sa.Connection, secret_hash: str, now: datetime) -> tuple[Person, Device] | None:
    """Return who holds a secret, and the device; None where it is not valid now."""
    row = tx.execute(
        sa.select(devices).where((devices.c.secret_hash == secret_hash) & signed_in_devices(now))
    ).one_or_none()
    if row is None or (holder := person(tx, row.person_id)) is None:
        return None
    return holder, _device(row)


def valid_devices(tx: sa.Connection, device_ids: Iterable[str], now: datetime) -> dict[str, Person]:
    """Return those of the devices that are still signed in, with their person as of now."""
    query = (
        sa.select(devices.c.id.label("device_id"), *people.c)
        .join(people, people.c.id == devices.c.person_id)
        .where(
            devices.c.id.in_(set(device_ids))
            & signed_in_devices(now)
            & people.c.removed_at.is_(None)
        )
    )
    return {row.device_id: _person(row) for row in tx.execute(query)}


def devices_of(tx: sa.Connection, event_id: str, now: datetime) -> list[Device]:
    """Return the devices that are signed in at an event, the last seen first."""
    query = (
        sa.select(devices)
        .join(people, people.c.id == devices.c.person_id)
        .where((people.c.event_id == event_id) & signed_in_devices(now))
        .order_by(devices.c.last_seen_at.desc())
    )
    return [_device(row) for row in tx.execute(query)]


def device(tx: sa.Connection, device_id: str) -> Device | None:
    """Return a device, also one that has been revoked."""
    row = tx.execute(sa.select(devices).where(devices.c.id == device_id)).one_or_none()
    return _device(row) if row else None


def revoke_device(tx: sa.Connection, device_id: str, at: datetime) -> bool:
    """End a sign-in; say whether it was still valid."""
    still = (devices.c.id == device_id) & devices.c.revoked_at.is_(None)
    return tx.execute(devices.update().where(still).values(revoked_at=at)).rowcount == 1


def seen(tx: sa.Connection, device_id: str, at: datetime) -> None:
    """Note that a device has been seen."""
    tx.execute(devices.update().where(devices.c.id == device_id).values(last_seen_at=at))


def add_invite(tx: sa.Connection, invite: Invite, token_hash: str, code_hash: str) -> None:
    """Add an invite."""
    tx.execute(
        invites.insert().values(
            id=invite.id,
            person_id=invite.person_id,
            token_hash=token_hash,
            code_hash=code_hash,
            expires_at=invite.expires_at,
            most=invite.most,
            uses=invite.uses,
        )
    )


def close_invites(tx: sa.Connection, person_id: str) -> None:
    """Close a person's invites."""
    tx.execute(invites.delete().where(invites.c.person_id == person_id))


def invite_by(tx: sa.Connection, secret_hash: str, *, lock: bool = False) -> Invite | None:
    """Return the invite with this token or code."""
    mine = (invites.c.token_hash == secret_hash) | (invites.c.code_hash == secret_hash)
    query = sa.select(invites).where(mine)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    return Invite(row.id, row.person_id, row.expires_at, row.most, row.uses, row.first_used_at)


def use_invite(tx: sa.Connection, invite: Invite, at: datetime) -> None:
    """Count one more device."""
    tx.execute(
        invites.update()
        .where(invites.c.id == invite.id)
        .values(uses=invite.uses + 1, first_used_at=invite.first_used_at or at)
    )


def add_pairing(
    tx: sa.Connection,
    *,
    pairing_id: str,
    code_hash: str,
    secret_hash: str,
    now: datetime,
    until: datetime,
) -> None:
    """Add a screen's wish to be paired; those that have run out go."""
    tx.execute(pairings.delete().where(pairings.c.expires_at < now))
    tx.execute(
        pairings.insert().values(
            id=pairing_id, code_hash=code_hash, secret_hash=secret_hash, expires_at=until
        )
    )


def confirm_pairing(tx: sa.Connection, code_hash: str, person_id: str, now: datetime) -> bool:
    """Give the screen that shows a code to a person (a screen); say whether there was one."""
    open_ = (
        (pairings.c.code_hash == code_hash)
        & (pairings.c.expires_at > now)
        & pairings.c.person_id.is_(None)
    )
    return tx.execute(pairings.update().where(open_).values(person_id=person_id)).rowcount == 1


def paired(tx: sa.Connection, secret_hash: str, now: datetime) -> tuple[bool, str | None]:
    """Say whether a screen's wish still stands, and as whom it was confirmed, once only."""
    mine = (pairings.c.secret_hash == secret_hash) & (pairings.c.expires_at > now)
    row = tx.execute(sa.select(pairings).where(mine).with_for_update()).one_or_none()
    if row is None:
        return False, None
    if row.person_id:
        tx.execute(pairings.delete().where(pairings.c.id == row.id))
    return True, row.person_id


def signed_in_devices(now: datetime) -> sa.ColumnElement[bool]:
    """Return what is true of a device that is still signed in."""
    unexpired = devices.c.expires_at.is_(None) | (devices.c.expires_at > now)
    return devices.c.revoked_at.is_(None) & unexpired


def _present() -> sa.Select[Any]:
    return sa.select(people).where(people.c.removed_at.is_(None))


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        row.id, row.event_id, row.name, Role(row.role), row.lang, row.trusted_by, row.bilingual
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
