"""People in the database: the crew, scripts and screens."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.contacts import MAX_EMAIL, MAX_TELEPHONE
from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.roles import Role
from mixroom.crew.model import Person
from mixroom.event.store import events

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
    sa.Column("email", sa.String(MAX_EMAIL)),
    sa.Column("telephone", sa.String(MAX_TELEPHONE)),
)


def rehearsal_lead(tx: sa.Connection) -> Person | None:
    """Return the lead of the newest rehearsal, or None if there is no rehearsal."""
    query = (
        sa.select(people)
        .join(events, events.c.id == people.c.event_id)
        .where(events.c.rehearsal & (people.c.role == Role.LEAD) & people.c.removed_at.is_(None))
        .order_by(events.c.created_at.desc(), people.c.id)
    )
    row = tx.execute(query.limit(1)).first()
    return person_from(row) if row else None


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
            email=person.email,
            telephone=person.telephone,
        )
    )


def get_person(tx: sa.Connection, person_id: str) -> Person | None:
    """Return a person unless they were removed."""
    row = tx.execute(_present().where(people.c.id == person_id)).one_or_none()
    return person_from(row) if row else None


def people_of(tx: sa.Connection, event_id: str) -> list[Person]:
    """Return the people and screens of an event, in order of name."""
    rows = tx.execute(_present().where(people.c.event_id == event_id).order_by(people.c.name))
    return [person_from(row) for row in rows]


def by_email(tx: sa.Connection, event_id: str, email: str) -> Person | None:
    """Return the person of an event's crew who has this e-mail address, or None."""
    same = sa.func.lower(people.c.email) == email.lower()
    query = _present().where((people.c.event_id == event_id) & same).order_by(people.c.id)
    row = tx.execute(query.limit(1)).one_or_none()
    return person_from(row) if row else None


def set_trusted_by(tx: sa.Connection, person_id: str, trusted_by: str | None) -> None:
    """Set the lead who trusts a person, or None."""
    tx.execute(people.update().where(people.c.id == person_id).values(trusted_by=trusted_by))


def set_bilingual(tx: sa.Connection, person_id: str, *, on: bool) -> None:
    """Set whether a person writes both languages."""
    tx.execute(people.update().where(people.c.id == person_id).values(bilingual=on))


def save_contact(tx: sa.Connection, person: Person) -> None:
    """Save a person's name, and how to reach them."""
    values = {"name": person.name, "email": person.email, "telephone": person.telephone}
    tx.execute(people.update().where(people.c.id == person.id).values(values))


def names(tx: sa.Connection, person_ids: Iterable[str]) -> dict[str, tuple[str, Role]]:
    """Return the names and roles of people by id, including removed people."""
    rows = tx.execute(
        sa.select(people.c.id, people.c.name, people.c.role).where(people.c.id.in_(set(person_ids)))
    )
    return {row.id: (row.name, Role(row.role)) for row in rows}


def set_lang(tx: sa.Connection, person_id: str, lang: str) -> None:
    """Set the language that a person reads."""
    tx.execute(people.update().where(people.c.id == person_id).values(lang=lang))


def remove_person(tx: sa.Connection, person_id: str, at: datetime) -> None:
    """Mark a person as removed, and forget how to reach them; their submissions stay."""
    gone = {"removed_at": at, "email": None, "telephone": None}
    tx.execute(people.update().where(people.c.id == person_id).values(gone))


def _present() -> sa.Select[Any]:
    return sa.select(people).where(people.c.removed_at.is_(None))


def person_from(row: sa.Row[Any]) -> Person:
    """Return the person of a row that has the columns of `people`."""
    return Person(
        row.id,
        row.event_id,
        row.name,
        Role(row.role),
        row.lang,
        row.trusted_by,
        row.bilingual,
        row.email,
        row.telephone,
    )
