"""The addresses of personal calendars in the database."""

from datetime import datetime

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata

calendars = sa.Table(
    "shift_calendar",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("person_id", sa.ForeignKey("person.id"), nullable=False, unique=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)


def id_of(tx: sa.Connection, person_id: str) -> str | None:
    """Return the id of a person's calendar, or None."""
    found: str | None = tx.scalar(
        sa.select(calendars.c.id).where(calendars.c.person_id == person_id)
    )
    return found


def person_of(tx: sa.Connection, key: str) -> str | None:
    """Return the id of the person whose calendar this is, or None."""
    found: str | None = tx.scalar(sa.select(calendars.c.person_id).where(calendars.c.id == key))
    return found


def remove(tx: sa.Connection, person_id: str) -> None:
    """Forget a person's calendar: its address opens nothing any more."""
    tx.execute(calendars.delete().where(calendars.c.person_id == person_id))


def add(tx: sa.Connection, person_id: str, key: str, at: datetime) -> None:
    """Add a person's calendar."""
    insert_new(tx, calendars, id=key, person_id=person_id, made_at=at)
