"""Ways in, in the database: personal invites, and screens that wait to be paired."""

from datetime import datetime

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.crew.model import Invite

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


def add(tx: sa.Connection, invite: Invite, token_hash: str, code_hash: str) -> None:
    """Add an invite; only the hashes of its token and code are kept."""
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


def get(tx: sa.Connection, secret_hash: str, *, lock: bool = False) -> Invite | None:
    """Return the invite with this hash of a token or code."""
    mine = (invites.c.token_hash == secret_hash) | (invites.c.code_hash == secret_hash)
    query = sa.select(invites).where(mine)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    return Invite(row.id, row.person_id, row.expires_at, row.most, row.uses, row.first_used_at)


def count_use(tx: sa.Connection, invite: Invite, at: datetime) -> None:
    """Count one more device that signed in by an invite."""
    tx.execute(
        invites.update()
        .where(invites.c.id == invite.id)
        .values(uses=invite.uses + 1, first_used_at=invite.first_used_at or at)
    )


def close_all(tx: sa.Connection, person_id: str) -> None:
    """Close a person's invites."""
    tx.execute(invites.delete().where(invites.c.person_id == person_id))


def add_pairing(
    tx: sa.Connection,
    *,
    pairing_id: str,
    code_hash: str,
    secret_hash: str,
    now: datetime,
    until: datetime,
) -> None:
    """Add a screen that waits to be paired, and delete the waits that have expired."""
    tx.execute(pairings.delete().where(pairings.c.expires_at < now))
    tx.execute(
        pairings.insert().values(
            id=pairing_id, code_hash=code_hash, secret_hash=secret_hash, expires_at=until
        )
    )


def confirm_pairing(tx: sa.Connection, code_hash: str, person_id: str, now: datetime) -> bool:
    """Make the screen that shows a code a person; return whether a screen shows it."""
    open_ = (
        (pairings.c.code_hash == code_hash)
        & (pairings.c.expires_at > now)
        & pairings.c.person_id.is_(None)
    )
    return tx.execute(pairings.update().where(open_).values(person_id=person_id)).rowcount == 1


def take_confirmed(tx: sa.Connection, secret_hash: str, now: datetime) -> tuple[bool, str | None]:
    """Return whether a screen still waits, and the person it was confirmed as.

    A confirmed wait is deleted, so the person is returned only once.
    """
    mine = (pairings.c.secret_hash == secret_hash) & (pairings.c.expires_at > now)
    row = tx.execute(sa.select(pairings).where(mine).with_for_update()).one_or_none()
    if row is None:
        return False, None
    if row.person_id:
        tx.execute(pairings.delete().where(pairings.c.id == row.id))
    return True, row.person_id
