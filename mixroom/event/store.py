"""Editions and their groups in the database."""

import json
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Bilingual
from mixroom.event.look import Look, MuseumLogo
from mixroom.event.model import Event, Group, GroupKind, Languages, Moment, read_hashtags
from mixroom.event.programme import stored_programme, write_programme

A_DAY = timedelta(days=1)

events = sa.Table(
    "event",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("slug", sa.String(60), nullable=False, unique=True),
    sa.Column("name_fr", sa.String(120)),
    sa.Column("name_en", sa.String(120)),
    sa.Column("starts_on", sa.Date, nullable=False),
    sa.Column("ends_on", sa.Date, nullable=False),
    sa.Column("timezone", sa.String(60), nullable=False),
    sa.Column("rehearsal", sa.Boolean, nullable=False),
    sa.Column("programme", sa.Text, nullable=False),
    sa.Column("hashtags", sa.Text, nullable=False, server_default=""),
    sa.Column("languages", sa.String(16), nullable=False, server_default="french_first"),
    sa.Column("moment", sa.String(8)),
    sa.Column("look", sa.Text, nullable=False, server_default="{}"),
    sa.Column("skipped", sa.Text, nullable=False, server_default=""),
    sa.Column("created_at", UtcDateTime, nullable=False),
)
groups = sa.Table(
    "event_group",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("name_fr", sa.String(120)),
    sa.Column("name_en", sa.String(120)),
)


def add(tx: sa.Connection, event: Event, at: datetime) -> None:
    """Add an event with its groups."""
    tx.execute(events.insert().values(id=event.id, created_at=at, **_event_row(event)))
    for group in event.groups:
        add_group(tx, event.id, group)


def save(tx: sa.Connection, event: Event) -> None:
    """Save an event without its groups."""
    tx.execute(events.update().where(events.c.id == event.id).values(**_event_row(event)))


def get(tx: sa.Connection, event_id: str) -> Event | None:
    """Return an event with its groups."""
    row = tx.execute(sa.select(events).where(events.c.id == event_id)).one_or_none()
    return _event(tx, row) if row else None


def require(tx: sa.Connection, event_id: str) -> Event:
    """Return an event with its groups, locked, so that its changes take turns.

    Raises NotFoundError.
    """
    lock(tx, event_id)
    event = get(tx, event_id)
    if event is None:
        raise NotFoundError(event_id)
    return event


def lock(tx: sa.Connection, event_id: str) -> None:
    """Lock an event, so that transactions that count its rows and add to them take turns."""
    this = sa.select(events.c.id).where(events.c.id == event_id)
    tx.execute(this.with_for_update(key_share=True))


def get_by_slug(tx: sa.Connection, slug: str) -> Event | None:
    """Return the event with this short name, or None."""
    row = tx.execute(sa.select(events).where(events.c.slug == slug)).one_or_none()
    return _event(tx, row) if row else None


def get_present(tx: sa.Connection) -> Event | None:
    """Return the newest edition that is no rehearsal, or None."""
    query = sa.select(events).where(~events.c.rehearsal)
    row = tx.execute(
        query.order_by(events.c.created_at.desc(), events.c.id.desc()).limit(1)
    ).first()
    return _event(tx, row) if row else None


def around(tx: sa.Connection, day: date) -> list[Event]:
    """Return the editions that take place on a day, or on the one before or after it."""
    near = (events.c.starts_on <= day + A_DAY) & (events.c.ends_on >= day - A_DAY)
    return [_event(tx, row) for row in tx.execute(sa.select(events).where(near)).all()]


def add_group(tx: sa.Connection, event_id: str, group: Group) -> None:
    """Add a team or a place."""
    tx.execute(
        groups.insert().values(
            id=group.id,
            event_id=event_id,
            kind=group.kind.value,
            name_fr=group.name.fr,
            name_en=group.name.en,
        )
    )


def rename_group(tx: sa.Connection, event_id: str, group_id: str, name: Bilingual) -> bool:
    """Rename a team or a place; return whether there was one."""
    ours = (groups.c.id == group_id) & (groups.c.event_id == event_id)
    renamed = groups.update().where(ours).values(name_fr=name.fr, name_en=name.en)
    return tx.execute(renamed).rowcount == 1


def remove_group(tx: sa.Connection, event_id: str, group_id: str) -> bool:
    """Remove a team or a place; return whether there was one."""
    ours = (groups.c.id == group_id) & (groups.c.event_id == event_id)
    return tx.execute(groups.delete().where(ours)).rowcount == 1


def erase(tx: sa.Connection, event_id: str) -> dict[sa.Table, list[str]]:
    """Delete an event and every row in any table that belongs to it; return the ids by table.

    Others who would add a row to it wait until it is gone.
    """
    tx.execute(sa.select(events.c.id).where(events.c.id == event_id).with_for_update())
    erased: dict[sa.Table, list[str]] = {}
    for table in reversed(metadata.sorted_tables):
        ours = rows_of_event(table, event_id)
        if ours is None:
            continue
        if "id" in table.c:
            erased[table] = list(tx.scalars(sa.select(table.c.id).where(ours)))
        tx.execute(table.delete().where(ours))
    return erased


def rows_of_event(table: sa.Table, event_id: str) -> sa.ColumnElement[bool] | None:
    """Return the SQL condition for the rows that belong to an event, or None if there are none.

    A row belongs to an event if it names the event, or if one of its foreign keys names a row that
    belongs to the event.
    """
    if table is events:
        return events.c.id == event_id
    if "event_id" in table.c:
        return table.c.event_id == event_id
    through = []
    for key in table.foreign_keys:
        theirs = rows_of_event(key.column.table, event_id)
        if theirs is not None:
            through.append(key.parent.in_(sa.select(key.column).where(theirs)))
    return sa.or_(*through) if through else None


def _event_row(event: Event) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "name_fr": event.name.fr,
        "name_en": event.name.en,
        "starts_on": event.starts_on,
        "ends_on": event.ends_on,
        "timezone": event.timezone,
        "rehearsal": event.rehearsal,
        "programme": write_programme(event.programme),
        "hashtags": " ".join(event.hashtags),
        "languages": event.languages.value,
        "moment": event.said_moment,
        "look": json.dumps(asdict(event.look)),
        "skipped": " ".join(event.skipped),
    }


def _event(tx: sa.Connection, row: sa.Row[Any]) -> Event:
    rows = tx.execute(sa.select(groups).where(groups.c.event_id == row.id).order_by(groups.c.id))
    return Event(
        row.id,
        row.slug,
        Bilingual(row.name_fr, row.name_en),
        row.starts_on,
        row.ends_on,
        row.timezone,
        row.rehearsal,
        tuple(Group(g.id, GroupKind(g.kind), Bilingual(g.name_fr, g.name_en)) for g in rows),
        stored_programme(row.programme),
        read_hashtags(row.hashtags),
        Languages(row.languages),
        Moment(row.moment) if row.moment else None,
        _look(row.look),
        tuple(row.skipped.split()),
    )


def _look(text: str) -> Look:
    kept = json.loads(text)
    logo = kept.pop("logo", None)
    return Look(**kept, logo=MuseumLogo(**logo) if logo else None)
