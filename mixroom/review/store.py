"""The lead's own lists of reasons, in the database."""

import json

import sqlalchemy as sa

from mixroom.core.db import metadata
from mixroom.submissions.model import Fact

lists = sa.Table(
    "reason_list",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("fact", sa.String(32), primary_key=True),
    sa.Column("lines", sa.Text, nullable=False),
)


def reasons(tx: sa.Connection, event_id: str) -> dict[Fact, tuple[str, ...]]:
    """Return an event's own lists; what is not there is as usual."""
    rows = tx.execute(sa.select(lists).where(lists.c.event_id == event_id))
    return {Fact(row.fact): tuple(json.loads(row.lines)) for row in rows}


def keep_reasons(tx: sa.Connection, event_id: str, fact: Fact, lines: tuple[str, ...]) -> None:
    """Keep an event's own list; an empty one is as usual again."""
    ours = (lists.c.event_id == event_id) & (lists.c.fact == fact.value)
    tx.execute(lists.delete().where(ours))
    if lines:
        values = {"event_id": event_id, "fact": fact.value, "lines": json.dumps(lines)}
        tx.execute(lists.insert().values(**values))


def erase_event(tx: sa.Connection, event_id: str) -> None:
    """Remove an event's lists."""
    tx.execute(lists.delete().where(lists.c.event_id == event_id))
