"""Wraps in the database, and the submissions of a day."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.media.model import MediaStatus
from mixroom.media.store import media
from mixroom.requests.model import Status as RequestStatus
from mixroom.requests.store import requests
from mixroom.submissions.moves import Status as SubmissionStatus
from mixroom.submissions.rows import submissions
from mixroom.wrap.model import MAX_OF_DAY, Draft, Numbers, Piece, Sent, Span, Status, Wrap
from mixroom.wrap.proposal import Picture

MANY = 350  # keys in one statement
MAX_REQUESTS = 1000  # of a day that are counted

wraps = sa.Table(
    "wrap",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("day", sa.Integer, nullable=False),
    sa.Column("title_fr", sa.Text),
    sa.Column("title_en", sa.Text),
    sa.Column("opening_fr", sa.Text),
    sa.Column("opening_en", sa.Text),
    sa.Column("thanks_fr", sa.Text),
    sa.Column("thanks_en", sa.Text),
    sa.Column("pieces", sa.Text, nullable=False),
    sa.Column("removed", sa.Text, nullable=False),
    sa.Column("numbers", sa.Text, nullable=False),
    sa.Column("people", sa.Text, nullable=False),
    sa.Column("unnamed", sa.Text, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("saved_by", sa.String(36)),
    sa.Column("saved_at", UtcDateTime),
    sa.Column("published_at", UtcDateTime),
    sa.Index("ix_wrap_event_id_day", "event_id", "day", unique=True),
)


def get(tx: sa.Connection, event_id: str, day: int, *, lock: bool = False) -> Wrap | None:
    """Return the wrap of a day (from 0), or None."""
    query = sa.select(wraps).where((wraps.c.event_id == event_id) & (wraps.c.day == day))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _wrap(row) if row else None


def get_by_id(tx: sa.Connection, event_id: str, wrap_id: str) -> Wrap | None:
    """Return one of an event's wraps, or None."""
    found = some(tx, event_id, [wrap_id])
    return found[0] if found else None


def some(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[Wrap]:
    """Return those of an event's wraps that have these ids."""
    query = sa.select(wraps).where((wraps.c.event_id == event_id) & wraps.c.id.in_(keys))
    return [_wrap(row) for row in tx.execute(query)]


def keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's wraps, in the order of their days."""
    query = sa.select(wraps.c.id).where(wraps.c.event_id == event_id)
    return list(tx.scalars(query.order_by(wraps.c.day)))


def latest_published(tx: sa.Connection, event_id: str) -> Wrap | None:
    """Return the published wrap of the latest day that has one."""
    ours = (wraps.c.event_id == event_id) & (wraps.c.status == Status.PUBLISHED.value)
    row = tx.execute(sa.select(wraps).where(ours).order_by(wraps.c.day.desc()).limit(1)).first()
    return _wrap(row) if row else None


def published_days(tx: sa.Connection, event_id: str) -> list[int]:
    """Return the days (from 0) whose wraps are published."""
    ours = (wraps.c.event_id == event_id) & (wraps.c.status == Status.PUBLISHED.value)
    return list(tx.scalars(sa.select(wraps.c.day).where(ours).order_by(wraps.c.day)))


def save(tx: sa.Connection, wrap: Wrap) -> None:
    """Save a wrap."""
    if not insert_new(tx, wraps, id=wrap.id, **_row(wrap)):
        tx.execute(wraps.update().where(wraps.c.id == wrap.id).values(**_row(wrap)))


_LATEST = (submissions.c.captured_at.desc(), submissions.c.id.desc())
# Only the columns that are counted: a day has two thousand rows.
_SENT = (
    *(submissions.c[name] for name in ("id", "captured_at", "author_id", "kind", "media")),
    *(submissions.c[name] for name in ("team_fr", "team_en", "place_fr", "place_en")),
    *(submissions.c[name] for name in ("key_moment", "press")),
    (submissions.c.text_fr.is_not(None) & submissions.c.text_en.is_not(None)).label("both"),
)


def sent_on(tx: sa.Connection, event_id: str, span: Span) -> list[Sent]:
    """Return a day's approved submissions, oldest first; the newest MAX_OF_DAY of them."""
    newest = sa.select(*_SENT).where(_approved_on(event_id, span)).order_by(*_LATEST)
    return [_sent(row) for row in tx.execute(newest.limit(MAX_OF_DAY))][::-1]


def with_words(tx: sa.Connection, event_id: str, span: Span, words: str) -> set[str]:
    """Return the ids of a day's approved submissions whose text or credit has these words."""
    of = submissions.c
    newest = sa.select(of.id, of.text_fr, of.text_en, of.credit).where(_approved_on(event_id, span))
    day = newest.order_by(*_LATEST).limit(MAX_OF_DAY).subquery().c
    said = [
        each.icontains(words, autoescape=True) for each in (day.text_fr, day.text_en, day.credit)
    ]
    return set(tx.scalars(sa.select(day.id).where(sa.or_(*said))))


def pictures_of(tx: sa.Connection, keys: Sequence[str]) -> dict[str, Picture]:
    """Return the first picture that can be shown of each submission that has one."""
    of = media.c
    columns = (of.submission_id, of.id, of.width, of.height, of.dhash, of.phash, of.twins)
    found: dict[str, Picture] = {}
    for at in range(0, len(keys), MANY):
        these = of.submission_id.in_(keys[at : at + MANY])
        ready = these & (of.status == MediaStatus.READY.value) & of.renditions.contains('"wall"')
        for row in tx.execute(sa.select(*columns).where(ready).order_by(of.position.desc())):
            size, twins = (row.width or 0, row.height or 0), tuple(json.loads(row.twins))
            found[row.submission_id] = Picture(row.id, *size, row.dhash, row.phash, twins)
    return found


def requests_answered(tx: sa.Connection, event_id: str, span: Span) -> int:
    """Count the requests that were answered on a day."""
    of = requests.c
    these = (of.event_id == event_id) & (of.ended_at >= span.begins) & (of.ended_at < span.ends)
    done = sa.select(of.id).where(these & (of.status == RequestStatus.DONE.value))
    some = done.limit(MAX_REQUESTS).subquery()
    return tx.scalar(sa.select(sa.func.count()).select_from(some)) or 0


def authors_of(tx: sa.Connection, event_id: str, span: Span) -> list[str]:
    """Return the ids of those who sent something on a day, in no order.

    Each status has a query of its own, since an index has their rows in order of time.
    """
    of = submissions.c
    found: set[str] = set()
    for status in SubmissionStatus:
        these = (of.event_id == event_id) & (of.status == status.value)
        these &= (of.captured_at >= span.begins) & (of.captured_at < span.ends)
        newest = sa.select(of.author_id).where(these).order_by(of.captured_at.desc())
        found.update(tx.scalars(newest.limit(MAX_OF_DAY)))
    return sorted(found)


def _approved_on(event_id: str, span: Span) -> sa.ColumnElement[bool]:
    of = submissions.c
    these = (of.event_id == event_id) & (of.status == SubmissionStatus.APPROVED.value)
    return these & (of.captured_at >= span.begins) & (of.captured_at < span.ends)


def _sent(row: sa.Row[Any]) -> Sent:
    return Sent(
        row.id,
        row.captured_at,
        row.author_id,
        Bilingual(row.team_fr, row.team_en),
        Bilingual(row.place_fr, row.place_en),
        0 if row.kind == Kind.VIDEO.value else len(json.loads(row.media)),
        row.key_moment,
        row.press,
        row.both,
    )


def _row(wrap: Wrap) -> dict[str, Any]:
    draft = wrap.draft
    return {
        "event_id": wrap.event_id,
        "day": wrap.day,
        "title_fr": draft.title.fr,
        "title_en": draft.title.en,
        "opening_fr": draft.opening.fr,
        "opening_en": draft.opening.en,
        "thanks_fr": draft.thanks.fr,
        "thanks_en": draft.thanks.en,
        "pieces": json.dumps([asdict(each) for each in draft.pieces]),
        "removed": json.dumps(sorted(wrap.removed)),
        "numbers": json.dumps(asdict(wrap.numbers)),
        "people": json.dumps(wrap.people),
        "unnamed": json.dumps(sorted(draft.unnamed)),
        "status": wrap.status.value,
        "version": wrap.version,
        "saved_by": wrap.saved_by,
        "saved_at": wrap.saved_at,
        "published_at": wrap.published_at,
    }


def _wrap(row: sa.Row[Any]) -> Wrap:
    draft = Draft(
        Bilingual(row.title_fr, row.title_en),
        Bilingual(row.opening_fr, row.opening_en),
        Bilingual(row.thanks_fr, row.thanks_en),
        _pieces(json.loads(row.pieces)),
        frozenset(json.loads(row.unnamed)),
    )
    return Wrap(
        row.id,
        row.event_id,
        row.day,
        draft,
        frozenset(json.loads(row.removed)),
        Numbers(**json.loads(row.numbers)),
        tuple(json.loads(row.people)),
        Status(row.status),
        row.version,
        row.saved_by,
        row.saved_at,
        row.published_at,
    )


def _pieces(found: Sequence[dict[str, Any]]) -> tuple[Piece, ...]:
    return tuple(Piece(each["id"], Bilingual(**each["caption"]), each["by_hand"]) for each in found)
