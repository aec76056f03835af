"""The approved items of an event, as the coverage sees them, in the database."""

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mixroom.core.text import Bilingual
from mixroom.dashboard.coverage import Placed
from mixroom.event.hours import end_of_hour, hour_of
from mixroom.submissions.moves import Status
from mixroom.submissions.rows import revisions, submissions

PART = 1000  # rows read at once
LABELS = ("team", "place")

_of = submissions.c
_COLUMNS = (
    *(_of[f"{label}_{lang}"] for label in LABELS for lang in ("fr", "en")),
    *(
        _of[f"{part}_{lang}"].is_not(None).label(f"{part}_{lang}")
        for part in ("text", "alt")
        for lang in ("fr", "en")
    ),
    sa.case((_of.media.contains('"caption"'), _of.media)).label("media"),
    _of.id,
    _of.kind,
    _of.author_id,
    _of.captured_at,
    _of.captured_before,
)


def approved(
    tx: sa.Connection, event_id: str, zone: ZoneInfo, start: datetime, end: datetime
) -> list[Placed]:
    """Return the approved items that were captured from `start` until before `end`."""
    these = _approved(event_id) & (_of.captured_at >= start) & (_of.captured_at < end)
    rows = tx.execute(sa.select(*_COLUMNS).where(these))
    return [_placed(row._mapping, row.captured_at, zone) for row in rows]


def in_hours(
    tx: sa.Connection, event_id: str, zone: ZoneInfo, hours: Collection[datetime]
) -> list[Placed]:
    """Return the approved items of these hours."""
    return [
        each
        for hour in sorted(hours)
        for each in approved(tx, event_id, zone, hour, end_of_hour(hour, zone))
    ]


def all_approved(tx: sa.Connection, event_id: str, zone: ZoneInfo) -> Iterator[list[Placed]]:
    """Return all approved items of an event, in the order of their capture, in parts."""
    after: Any = sa.true()
    while True:
        query = sa.select(*_COLUMNS).where(_approved(event_id) & after)
        rows = tx.execute(query.order_by(_of.captured_at, _of.id).limit(PART)).all()
        yield [_placed(row._mapping, row.captured_at, zone) for row in rows]
        if len(rows) < PART:
            return
        last = rows[-1]
        after = sa.tuple_(_of.captured_at, _of.id) > sa.tuple_(last.captured_at, last.id)


def ever_placed(
    tx: sa.Connection, event_id: str, keys: Collection[str], zone: ZoneInfo
) -> list[Placed]:
    """Return every place at which these items count or may have counted before, in any status.

    An item moves when a reviewer changes it, or when its photo says when it was taken.
    """
    ours = (_of.event_id == event_id) & _of.id.in_(list(keys))
    rows = {row.id: row for row in tx.execute(sa.select(*_COLUMNS).where(ours))}
    contents = sa.select(revisions.c.submission_id, revisions.c.content)
    versions = tx.execute(contents.where(revisions.c.submission_id.in_(list(rows)))).all()
    found = []
    for key, row in rows.items():
        mappings = [
            row._mapping,
            *(json.loads(v.content) for v in versions if v.submission_id == key),
        ]
        found += [
            _placed({**each, "id": key, "author_id": row.author_id}, at, zone)
            for each in mappings
            for at in (row.captured_at, row.captured_before)
            if at
        ]
    return found


def _approved(event_id: str) -> sa.ColumnElement[bool]:
    return (_of.event_id == event_id) & (_of.status == Status.APPROVED.value)


def _placed(row: Mapping[Any, Any], at: datetime, zone: ZoneInfo) -> Placed:
    langs = {lang for lang in ("fr", "en") if row[f"text_{lang}"] or row[f"alt_{lang}"]}
    if not langs and row["media"]:
        langs = _langs_of_captions(row["media"])
    team, place = (Bilingual(row[f"{label}_fr"], row[f"{label}_en"]) or None for label in LABELS)
    hour, kind, author_id = hour_of(at, zone), row["kind"], row["author_id"]
    return Placed(row["id"], at, hour, team, place, frozenset(langs), kind, author_id)


def _langs_of_captions(media: str) -> set[str]:
    pieces = [each for each in json.loads(media) if isinstance(each, dict)]
    return {lang for piece in pieces for lang in ("fr", "en") if piece["caption"][lang]}
