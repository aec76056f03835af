"""Requests in the database."""

import json
from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.requests.model import CURRENT, Request, Status, To, Wanted

MOST_CURRENT, MOST_ENDED = 200, 100  # in the live list
MOST_COUNTED = 2000  # answered requests, the newest

requests = sa.Table(
    "request",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("by", sa.String(36)),
    sa.Column("text_fr", sa.String(280)),
    sa.Column("text_en", sa.String(280)),
    sa.Column("team_fr", sa.String(120)),
    sa.Column("team_en", sa.String(120)),
    sa.Column("place_fr", sa.String(120)),
    sa.Column("place_en", sa.String(120)),
    sa.Column("kind", sa.String(8)),
    sa.Column("lang", sa.String(2)),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("hour", UtcDateTime),
    sa.Column("moment", sa.String(200)),
    sa.Column("alarm", sa.String(200)),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("due", UtcDateTime, nullable=False),
    sa.Column("to_role", sa.String(24)),
    sa.Column("to_person", sa.String(36)),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("taken_by", sa.String(36)),
    sa.Column("taken_at", UtcDateTime),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("answers", sa.Text, nullable=False),
    sa.Column("answered_by", sa.String(36)),
    sa.Column("thanked_by", sa.String(36)),
    sa.Column("thanked_at", UtcDateTime),
    sa.Index("ix_request_event_id", "event_id", "id"),
    sa.Index("ix_request_event_id_status", "event_id", "status", "id"),
    sa.Index("ix_request_ended_at", "event_id", "ended_at"),
    sa.Index("ix_request_moment", "event_id", "moment"),
)


def add(tx: sa.Connection, request: Request) -> bool:
    """Add a request; return whether its id was free."""
    return insert_new(tx, requests, id=request.id, **_row(request))


def save(tx: sa.Connection, request: Request) -> None:
    """Save a request."""
    tx.execute(requests.update().where(requests.c.id == request.id).values(**_row(request)))


def get(tx: sa.Connection, event_id: str, key: str) -> Request | None:
    """Return a request of an event, or None."""
    return _get(tx, sa.select(requests).where(_is(event_id, key)))


def get_locked(tx: sa.Connection, event_id: str, key: str) -> Request | None:
    """Return a request of an event, or None, and lock its row against other writers."""
    return _get(tx, sa.select(requests).where(_is(event_id, key)).with_for_update())


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Request]:
    """Return those of an event's requests that have these ids."""
    ours = (requests.c.event_id == event_id) & requests.c.id.in_(sorted(keys))
    return [_request(row) for row in tx.execute(sa.select(requests).where(ours))]


def askers(tx: sa.Connection, keys: Collection[str]) -> dict[str, tuple[Bilingual, str | None]]:
    """Return the text and the asker of each of these requests that exists."""
    of = requests.c
    query = sa.select(of.id, of.text_fr, of.text_en, of.by).where(of.id.in_(sorted(keys)))
    return {row.id: (Bilingual(row.text_fr, row.text_en), row.by) for row in tx.execute(query)}


def shown_keys(tx: sa.Connection, event_id: str, since: datetime) -> list[str]:
    """Return the ids of an event's current requests and of those that ended `since`, oldest first.

    At most MOST_CURRENT and MOST_ENDED, the newest.
    """
    of = requests.c
    ours = sa.select(of.id).where(of.event_id == event_id)
    newest = {
        key
        for status in CURRENT  # an index has the rows of each in order
        for key in tx.scalars(
            ours.where(of.status == status.value).order_by(of.id.desc()).limit(MOST_CURRENT)
        )
    }
    ended = ours.where(of.ended_at > since).order_by(of.ended_at.desc()).limit(MOST_ENDED)
    return sorted({*sorted(newest)[-MOST_CURRENT:], *tx.scalars(ended)})


def page(
    tx: sa.Connection, event_id: str, status: Status | None, *, after: str, limit: int
) -> list[Request]:
    """Return up to `limit` of an event's requests that follow the id `after`, ordered by id."""
    of = requests.c
    ours = (of.event_id == event_id) & (of.id > after)
    if status:
        ours &= of.status == status.value
    query = sa.select(requests).where(ours).order_by(of.id).limit(limit)
    return [_request(row) for row in tx.execute(query)]


def moments(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the moments of the programme that an event's requests come from."""
    of = requests.c
    query = sa.select(of.moment).where((of.event_id == event_id) & of.moment.is_not(None))
    return list(tx.scalars(query.distinct()))


def answered_by_person(tx: sa.Connection, event_id: str) -> dict[str, int]:
    """Return how many of the newest answered requests each person answered first."""
    of = requests.c
    done = (of.event_id == event_id) & (of.status == Status.DONE.value)
    latest = sa.select(of.answered_by).where(done).order_by(of.id.desc())
    return Counter(tx.scalars(latest.limit(MOST_COUNTED)))


def _is(event_id: str, key: str) -> sa.ColumnElement[bool]:
    return (requests.c.id == key) & (requests.c.event_id == event_id)


def _get(tx: sa.Connection, query: sa.Select[Any]) -> Request | None:
    row = tx.execute(query).one_or_none()
    return _request(row) if row else None


def _row(request: Request) -> dict[str, Any]:
    """Return the columns of a request, without its id."""
    wanted = request.wanted
    return {
        "event_id": request.event_id,
        "by": request.by,
        **_sides("text", wanted.text),
        **_sides("team", wanted.team),
        **_sides("place", wanted.place),
        "kind": wanted.kind.value if wanted.kind else None,
        "lang": wanted.lang,
        "tags": json.dumps(wanted.tags),
        "hour": wanted.hour,
        "moment": wanted.moment,
        "alarm": wanted.alarm,
        "asked_at": request.asked_at,
        "due": request.due,
        "to_role": request.to.role.value if request.to.role else None,
        "to_person": request.to.person,
        "status": request.status.value,
        "taken_by": request.taken_by,
        "taken_at": request.taken_at,
        "ended_at": request.ended_at,
        "answers": json.dumps(request.answers),
        "answered_by": request.answered_by,
        "thanked_by": request.thanked_by,
        "thanked_at": request.thanked_at,
    }


def _sides(name: str, text: Bilingual | None) -> dict[str, str | None]:
    return {f"{name}_fr": text.fr if text else None, f"{name}_en": text.en if text else None}


def _request(row: sa.Row[Any]) -> Request:
    wanted = Wanted(
        text=Bilingual(row.text_fr, row.text_en),
        team=Bilingual(row.team_fr, row.team_en) or None,
        place=Bilingual(row.place_fr, row.place_en) or None,
        kind=Kind(row.kind) if row.kind else None,
        lang=row.lang,
        tags=_texts(row.tags),
        hour=row.hour,
        moment=row.moment,
        alarm=row.alarm,
    )
    return Request(
        id=row.id,
        event_id=row.event_id,
        by=row.by,
        wanted=wanted,
        asked_at=row.asked_at,
        due=row.due,
        to=To(Role(row.to_role) if row.to_role else None, row.to_person),
        status=Status(row.status),
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
        answers=_texts(row.answers),
        answered_by=row.answered_by,
        thanked_by=row.thanked_by,
        thanked_at=row.thanked_at,
    )


def _texts(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
