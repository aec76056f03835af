"""The approved items of an event, as the coverage sees them, in the database."""

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mixroom.core.text import Bilingual
from mixroom.dashboard.coverage import Placed
from mixroom.event.hours import end_of_hour, hour_of
from mixroom.submissions.moves import Status
from mixroom.submissions.rows import revisions, submissions

PART = 250  # rows read at once
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
    tx: sa.Connection,
    event_id: str,
    zone: ZoneInfo,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Iterator[Placed]:
    """Yield the approved items, in the order of their capture, from `start` until before `end`.

    They are read in parts; other threads get their turn in between.
    """
    these = (_of.event_id == event_id) & (_of.status == Status.APPROVED.value)
    these &= (_of.captured_at < end) if end else sa.true()
    after = (_of.captured_at >= start) if start else sa.true()
    while True:
        query = sa.select(*_COLUMNS).where(these & after).order_by(_of.captured_at, _of.id)
        rows = tx.execute(query.limit(PART)).all()
        yield from (_placed(row._mapping, row.captured_at, zone) for row in rows)
        if len(rows) < PART:
            return
        time.sleep(0)  # in the web process this switches green threads
        last = rows[-1]
        further = sa.tuple_(_of.captured_at, _of.id) > sa.tuple_(last.captured_at, last.id)
        after = (_of.captured_at >= last.captured_at) & further


def in_hours(
    tx: sa.Connection, event_id: str, zone: ZoneInfo, hours: Collection[datetime]
) -> Iterator[Placed]:
    """Yield the approved items of these hours."""
    for hour in sorted(hours):
        yield from approved(tx, event_id, zone, hour, end_of_hour(hour, zone))


def ever_placed(
    tx: sa.Connection, event_id: str, keys: Sequence[str], zone: ZoneInfo
) -> Iterator[Placed]:
    """Yield every place at which these items count or may have counted before, in any status.

    An item moves when a reviewer changes it, or when its photo says when it was taken.
    """
    for start in range(0, len(keys), PART):
        part = keys[start : start + PART]
        ours = (_of.event_id == event_id) & _of.id.in_(part)
        rows = {row.id: row for row in tx.execute(sa.select(*_COLUMNS).where(ours))}
        versions = sa.select(revisions.c.submission_id, revisions.c.content)
        before = tx.execute(versions.where(revisions.c.submission_id.in_(list(rows)))).all()
        contents = [(each.submission_id, json.loads(each.content)) for each in before]
        for key, content in [*((key, row._mapping) for key, row in rows.items()), *contents]:
            row = rows[key]
            for at in filter(None, (row.captured_at, row.captured_before)):
                yield _placed({**content, "id": key, "author_id": row.author_id}, at, zone)


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
