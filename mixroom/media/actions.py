"""What becomes of a photo: it is taken in, looked at, and ready or refused."""

from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.core.jobs import Job
from mixroom.media import store
from mixroom.media.model import (
    Fact,
    IdTakenError,
    Media,
    MediaRole,
    MediaStatus,
    Photo,
    Refusal,
    Rendition,
)
from mixroom.team.model import Person

FIRST = 1  # people wait for photos


def upload(
    by: Person,
    received: Received,
    files: Store,
    *,
    media_id: str | None = None,
    role: MediaRole = MediaRole.ORIGINAL,
) -> tuple[Media, bool]:
    """Take a photo in, byte for byte; return it and whether it is new.

    The same id again, or the same bytes not yet used, is the same photo: a retry over bad Wi-Fi
    makes no second one. Raises IdTakenError where the id belongs to another photo.
    """
    try:
        by.must("media.upload")
        if not received.bytes:
            raise InvalidError("file", "missing")
        try:
            return _taken_in(by, received, files, media_id, role)
        except sa.exc.IntegrityError:  # the same id at the same moment: the other one was first
            return _taken_in(by, received, files, media_id, role)
    finally:
        received.discard()


def state(by: Person, media_id: str) -> Media:
    """Return a photo to whoever sent it and to reviewers."""
    with reading() as tx:
        photo = store.get(tx, media_id)
    entitled = photo and (photo.owner_id == by.id or (by.reviews and photo.event_id == by.event_id))
    if photo is None or not entitled:
        raise NotFoundError(media_id)
    return photo


def original(media_id: str) -> Media | None:
    """Return a photo that waits to be looked at; None where that is done or it is gone."""
    with reading() as tx:
        photo = store.get(tx, media_id)
    return photo if photo and photo.status is MediaStatus.PROCESSING else None


def thumbed(media_id: str, learnt: Photo, thumb: Rendition) -> None:
    """Show the reviewers a first small picture while the larger ones are made."""
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is None or photo.status is not MediaStatus.PROCESSING:
            return
        photo = replace(_known(photo, learnt), renditions={"thumb": thumb})
        store.save(tx, photo)
        _journalled(tx, Fact.THUMBED, photo, photo.owner_id)


def ready(job: Job, media_id: str, learnt: Photo, renditions: Mapping[str, Rendition]) -> None:
    """Make the photo usable, and note what may be the same picture."""
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is not None:
            photo = replace(_known(photo, learnt), status=MediaStatus.READY, renditions=renditions)
            photo = replace(photo, twins=store.near(tx, photo))
            store.save(tx, photo)
        jobs.finish(tx, job)
        if photo is not None:
            _journalled(tx, Fact.READY, photo, photo.owner_id)


def refuse(job: Job, media_id: str, reason: Refusal) -> None:
    """Say that the photo cannot be used, and why; its original is kept."""
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is not None:
            photo = replace(photo, status=MediaStatus.REFUSED, refusal=reason, renditions={})
            store.save(tx, photo)
        jobs.finish(tx, job)
        if photo is not None:
            _journalled(tx, Fact.REFUSED, photo, photo.owner_id)


def settled(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def _taken_in(
    by: Person, received: Received, files: Store, media_id: str | None, role: MediaRole
) -> tuple[Media, bool]:
    with transaction() as tx:
        before = _before(tx, by, received, media_id)
        if before is not None:
            return before, False
        photo = Media(
            id=media_id or ids.new(),
            event_id=by.event_id,
            owner_id=by.id,
            submission_id=None,
            role=role,
            bytes=received.bytes,
            sha256=received.sha256,
            created_at=clock.now(),
        )
        store.add(tx, photo)  # first, so that the file of another photo cannot be replaced
        files.keep(received, photo.original)
        jobs.enqueue(tx, "media.process", {"media_id": photo.id}, priority=FIRST)
        _journalled(tx, Fact.RECEIVED, photo, by.id)
    return photo, True


def _before(
    tx: sa.Connection, by: Person, received: Received, media_id: str | None
) -> Media | None:
    if media_id is None:
        return store.unused_copy(tx, by.id, received.sha256)
    before = store.get(tx, media_id)
    if before and (before.owner_id != by.id or before.sha256 != received.sha256):
        raise IdTakenError(media_id)
    return before


def _known(photo: Media, learnt: Photo) -> Media:
    return replace(
        photo,
        format=learnt.format,
        width=learnt.width,
        height=learnt.height,
        dhash=learnt.dhash,
        phash=learnt.phash,
        color=learnt.color,
        placeholder=learnt.placeholder,
        taken_at=learnt.taken_at,
    )


def _journalled(tx: sa.Connection, fact: Fact, photo: Media, by: str) -> None:
    """Journal under the submission that shows the photo, once there is one."""
    journal.record(
        tx,
        fact,
        event_id=photo.event_id,
        key=photo.submission_id or photo.id,
        owner=photo.owner_id,
        by=by,
    )
