"""Short links in the database, and how often each was followed on each day."""

from datetime import date

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.shortlinks.model import MAX_CODE, MAX_TITLE, MAX_URL, Day, Link

links = sa.Table(
    "short_link",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("code", sa.String(MAX_CODE), nullable=False, unique=True),
    sa.Column("url", sa.String(MAX_URL), nullable=False),
    sa.Column("title", sa.String(MAX_TITLE), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Index("ix_short_link_event_id_id", "event_id", "id"),
)
days = sa.Table(
    "short_link_day",
    metadata,
    sa.Column("link_id", sa.ForeignKey("short_link.id"), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)


def add(tx: sa.Connection, link: Link) -> bool:
    """Add a link; return False if another one has its code."""
    return insert_new(
        tx,
        links,
        id=link.id,
        event_id=link.event_id,
        code=link.code,
        url=link.url,
        title=link.title,
        by=link.by,
        at=link.at,
        count=0,
    )


def change(tx: sa.Connection, event_id: str, key: str, url: str, title: str) -> bool:
    """Change where a link leads; return False where the event has no such link."""
    this = (links.c.event_id == event_id) & (links.c.id == key)
    return tx.execute(links.update().where(this).values(url=url, title=title)).rowcount > 0


def of_code(tx: sa.Connection, code: str) -> Link | None:
    """Return the link with a code, of any event."""
    row = tx.execute(sa.select(links).where(links.c.code == code)).one_or_none()
    return Link(*row) if row else None


def some(tx: sa.Connection, event_id: str, most: int) -> list[Link]:
    """Return up to `most` links of an event, newest first."""
    query = sa.select(links).where(links.c.event_id == event_id)
    return [Link(*row) for row in tx.execute(query.order_by(links.c.id.desc()).limit(most))]


def page(tx: sa.Connection, event_id: str, after: str, limit: int) -> list[Link]:
    """Return up to `limit` links of an event that follow an id, oldest first."""
    these = (links.c.event_id == event_id) & (links.c.id > after)
    query = sa.select(links).where(these).order_by(links.c.id).limit(limit)
    return [Link(*row) for row in tx.execute(query)]


def get(tx: sa.Connection, event_id: str, key: str) -> Link | None:
    """Return a link of an event, or None."""
    this = (links.c.event_id == event_id) & (links.c.id == key)
    row = tx.execute(sa.select(links).where(this)).one_or_none()
    return Link(*row) if row else None


def count(tx: sa.Connection, event_id: str) -> int:
    """Return how many links an event has."""
    query = sa.select(sa.func.count()).where(links.c.event_id == event_id)
    return tx.scalar(query) or 0


def followed(tx: sa.Connection, event_id: str, keys: sa.Select[tuple[str]] | None = None) -> int:
    """Return how often the links of an event, or those of a query of ids, were followed."""
    query = sa.select(sa.func.sum(links.c.count)).where(links.c.event_id == event_id)
    if keys is not None:
        query = query.where(links.c.id.in_(keys))
    return tx.scalar(query) or 0


def follow(tx: sa.Connection, key: str, day: date) -> None:
    """Count that a link was followed on a day, for the day and in all."""
    this = links.c.id == key
    tx.execute(links.update().where(this).values(count=links.c.count + 1))
    insert_new(tx, days, link_id=key, day=day, count=0)
    then = (days.c.link_id == key) & (days.c.day == day)
    tx.execute(days.update().where(then).values(count=days.c.count + 1))


def by_day(tx: sa.Connection, key: str) -> list[Day]:
    """Return how often a link was followed on each day on which it was."""
    query = sa.select(days.c.day, days.c.count).where(days.c.link_id == key)
    return [Day(day, number) for day, number in tx.execute(query.order_by(days.c.day))]
