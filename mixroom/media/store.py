"""Photos, clips and uploads in the database; the files are in the media store."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.crew.store import people
from mixroom.media.filetypes import Format, MediaKind
from mixroom.media.model import Media, MediaRole, MediaStatus, Original, Rendition
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouching, read
from mixroom.media.twins import QUARTERS, Hashed, alike, near_values, quarters
from mixroom.media.uploads import Upload

MAX_TWINS = 3
MAX_UNSENT = 500  # photos

media = sa.Table(
    "media",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("owner_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("submission_id", sa.String(36), index=True),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("role", sa.String(8), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("refusal", sa.String(24)),
    sa.Column("format", sa.String(8)),
    sa.Column("bytes", sa.BigInteger, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("width", sa.Integer),
    sa.Column("height", sa.Integer),
    sa.Column("dhash", sa.String(16)),
    sa.Column("phash", sa.String(16)),
    *(sa.Column(f"phash_{number}", sa.Integer) for number in range(QUARTERS)),
    sa.Column("color", sa.String(7)),
    sa.Column("placeholder", sa.Text),
    sa.Column("taken_at", sa.String(40)),
    sa.Column("renditions", sa.Text, nullable=False),
    sa.Column("twins", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("kind", sa.String(8), nullable=False, server_default="photo"),
    sa.Column("original", sa.String(12), nullable=False, server_default="kept"),
    sa.Column("original_sha256", sa.String(64)),
    sa.Column("duration", sa.Float),
    sa.Column("progress", sa.Integer),
    sa.Column("retouching", sa.Text),
    sa.Column("burnt", sa.Text),
    sa.Column("muted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_media_event_id_status", "event_id", "status"),
    sa.Index("ix_media_event_id_original", "event_id", "original", "created_at"),
    sa.Index("ix_media_owner_id_sha256", "owner_id", "sha256"),
    sa.Index("ix_media_event_id_sha256", "event_id", "sha256"),
    sa.Index("ix_media_event_id_original_sha256", "event_id", "original_sha256"),
    *(sa.Index(f"ix_media_phash_{n}", "event_id", f"phash_{n}") for n in range(QUARTERS)),
)
uploads = sa.Table(
    "upload",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("owner_id", sa.ForeignKey("person.id"), nullable=False),
    sa.Column("length", sa.BigInteger, nullable=False),
    sa.Column("type", sa.String(100), nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
    sa.Index("ix_upload_owner_id", "owner_id", "done"),
    sa.Index("ix_upload_done", "done", "expires_at"),
)


def add(tx: sa.Connection, photo: Media) -> None:
    """Add a photo."""
    tx.execute(media.insert().values(id=photo.id, position=0, **_row(photo)))


def save(tx: sa.Connection, photo: Media) -> None:
    """Save a photo."""
    tx.execute(media.update().where(media.c.id == photo.id).values(**_row(photo)))


def get(tx: sa.Connection, media_id: str) -> Media | None:
    """Return a photo, or None."""
    row = tx.execute(sa.select(media).where(media.c.id == media_id)).one_or_none()
    return _media(row) if row else None


def get_locked(tx: sa.Connection, media_id: str) -> Media | None:
    """Return a photo, or None, and lock its row against other writers."""
    query = sa.select(media).where(media.c.id == media_id).with_for_update()
    row = tx.execute(query).one_or_none()
    return _media(row) if row else None


def get_many_locked(tx: sa.Connection, media_ids: Iterable[str]) -> dict[str, Media]:
    """Return photos by their ids, and lock their rows in the order of ids, to avoid deadlocks."""
    query = sa.select(media).where(media.c.id.in_(set(media_ids))).order_by(media.c.id)
    return {row.id: _media(row) for row in tx.execute(query.with_for_update())}


def of_submissions(tx: sa.Connection, submission_ids: Iterable[str]) -> dict[str, list[Media]]:
    """Return the photos of each submission, in its author's order."""
    query = sa.select(media).where(media.c.submission_id.in_(list(submission_ids)))
    found: dict[str, list[Media]] = {}
    for row in tx.execute(query.order_by(media.c.submission_id, media.c.position)):
        found.setdefault(row.submission_id, []).append(_media(row))
    return found


def attach(tx: sa.Connection, submission_id: str, media_ids: Sequence[str]) -> None:
    """Attach these photos, in this order, to a submission; detach all others."""
    ours = media.c.submission_id == submission_id
    others = ours & media.c.id.not_in(media_ids)
    tx.execute(media.update().where(others).values(submission_id=None))
    for position, media_id in enumerate(media_ids):
        this = media.c.id == media_id
        values = {"submission_id": submission_id, "position": position}
        tx.execute(media.update().where(this).values(**values))


def unused_copy(tx: sa.Connection, owner_id: str, sha256: str) -> Media | None:
    """Return a person's photo with this hash that is neither attached nor refused, or None."""
    same = (media.c.owner_id == owner_id) & (media.c.sha256 == sha256)
    unused = media.c.submission_id.is_(None) & (media.c.status != MediaStatus.REFUSED.value)
    query = sa.select(media).where(same & unused).limit(1)
    row = tx.execute(query).one_or_none()
    return _media(row) if row else None


def unsent_originals(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime
) -> dict[str, tuple[int, datetime]]:
    """Return, by person, how many originals have not followed previews, and the oldest's time.

    They are previews of submissions that arrived from `since` to `until`, up to MAX_UNSENT.
    """
    found: dict[str, tuple[int, datetime]] = {}
    for state in (Original.AWAITED, Original.LOST):
        missing = (media.c.event_id == event_id) & (media.c.original == state.value)
        then = media.c.created_at.between(since, until) & media.c.submission_id.is_not(None)
        query = sa.select(media.c.owner_id, media.c.created_at).where(missing & then)
        for row in tx.execute(query.order_by(media.c.created_at).limit(MAX_UNSENT)):
            count, first = found.get(row.owner_id, (0, row.created_at))
            found[row.owner_id] = count + 1, min(first, row.created_at)
    return found


def get_upload(tx: sa.Connection, key: str) -> Upload | None:
    """Return an upload, or None."""
    row = tx.execute(sa.select(uploads).where(uploads.c.id == key)).one_or_none()
    return Upload(**row._mapping) if row else None


def get_upload_locked(tx: sa.Connection, key: str) -> Upload | None:
    """Return an upload, or None, and lock its row against other writers."""
    query = sa.select(uploads).where(uploads.c.id == key).with_for_update()
    row = tx.execute(query).one_or_none()
    return Upload(**row._mapping) if row else None


def under_way(
    tx: sa.Connection, *, owner_id: str | None = None, event_id: str | None = None
) -> tuple[int, int]:
    """Return the unfinished uploads of a person or an event: their number and their bytes."""
    query = sa.select(sa.func.count(), sa.func.sum(uploads.c.length)).where(~uploads.c.done)
    if owner_id is not None:
        query = query.where(uploads.c.owner_id == owner_id)
    if event_id is not None:
        query = query.join(people, people.c.id == uploads.c.owner_id)
        query = query.where(people.c.event_id == event_id)
    files, size = tx.execute(query).one()
    return files, int(size or 0)


def save_upload(tx: sa.Connection, upload: Upload) -> None:
    """Add or save an upload."""
    values = asdict(upload)
    if not tx.execute(uploads.update().where(uploads.c.id == upload.id).values(**values)).rowcount:
        tx.execute(uploads.insert().values(**values))


def remove_upload(tx: sa.Connection, key: str) -> None:
    """Delete an upload."""
    tx.execute(uploads.delete().where(uploads.c.id == key))


def overdue_uploads(tx: sa.Connection, now: datetime) -> list[str]:
    """Return the ids of unfinished uploads that have expired."""
    expired = uploads.c.done.is_(False) & (uploads.c.expires_at < now)
    return list(tx.scalars(sa.select(uploads.c.id).where(expired)))


def with_hashes(tx: sa.Connection, event_id: str, hashes: Iterable[str]) -> list[Media]:
    """Return the event's photos with one of these SHA-256 hashes that are in a submission."""
    wanted = list(hashes)
    ours = (media.c.event_id == event_id) & (media.c.status != MediaStatus.REFUSED.value)
    used = ours & media.c.submission_id.is_not(None)
    found = {
        row.id: _media(row)
        for column in (media.c.sha256, media.c.original_sha256)  # each has an index of its own
        for row in tx.execute(sa.select(media).where(used & column.in_(wanted)))
    }
    return [found[key] for key in sorted(found)]


def similar(tx: sa.Connection, photo: Media) -> tuple[str, ...]:
    """Return the ids of the event's photos that may be the same picture, newest first.

    Two hashes that differ in MAX_DISTANCE bits have a quarter that differs in few, so the database
    looks up the quarters that are near to those of this photo, and only their photos are compared.
    """
    if not photo.phash:
        return ()
    columns = (media.c.id, media.c.dhash, media.c.phash)
    theirs = (media.c.event_id == photo.event_id) & (media.c.status == MediaStatus.READY.value)
    found: set[str] = set()
    for number, quarter in enumerate(quarters(photo.phash)):
        near = media.c[f"phash_{number}"].in_(sorted(near_values(quarter)))
        query = sa.select(*columns).where(theirs & near & (media.c.id != photo.id))
        found |= {row.id for row in tx.execute(query) if alike(photo, cast(Hashed, row))}
    return tuple(sorted(found, reverse=True)[:MAX_TWINS])


def _row(photo: Media) -> dict[str, Any]:
    row = asdict(photo)
    del row["id"]
    hashed = quarters(photo.phash) if photo.phash else [None] * QUARTERS
    row |= {f"phash_{number}": quarter for number, quarter in enumerate(hashed)}
    return row | {
        "role": photo.role.value,
        "status": photo.status.value,
        "refusal": photo.refusal.value if photo.refusal else None,
        "format": photo.format.value if photo.format else None,
        "renditions": json.dumps(row["renditions"]),
        "kind": photo.kind.value,
        "original": photo.original.value,
        "twins": json.dumps(photo.twins),
        "retouching": json.dumps(row["retouching"], default=datetime.isoformat)
        if photo.retouching
        else None,
        "burnt": json.dumps(row["burnt"]) if photo.burnt != PLAIN else None,
        "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
    }


def _media(row: sa.Row[Any]) -> Media:
    facts = dict(row._mapping)
    del facts["position"]
    for number in range(QUARTERS):
        del facts[f"phash_{number}"]
    renditions = json.loads(row.renditions)
    return Media(
        **facts
        | {
            "role": MediaRole(row.role),
            "status": MediaStatus(row.status),
            "refusal": Refusal(row.refusal) if row.refusal else None,
            "format": Format(row.format) if row.format else None,
            "renditions": {name: Rendition(**each) for name, each in renditions.items()},
            "kind": MediaKind(row.kind),
            "original": Original(row.original),
            "twins": tuple(json.loads(row.twins)),
            "retouching": _retouching(json.loads(row.retouching)) if row.retouching else None,
            "burnt": read(json.loads(row.burnt)) if row.burnt else PLAIN,
            "taken_at": datetime.fromisoformat(row.taken_at) if row.taken_at else None,
        }
    )


def _retouching(fields: dict[str, Any]) -> Retouching:
    at = datetime.fromisoformat(fields["at"])
    return Retouching(read(fields["retouch"]), fields["version"], fields["by"], at)
