"""A person's verbs for photos and clips: upload one, retouch one."""

from dataclasses import replace

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError
from mixroom.core.files import Received, Store
from mixroom.crew.model import Person
from mixroom.media import results, store
from mixroom.media.filetypes import MediaKind, kind_of
from mixroom.media.limits import MAX_ASPECT, MIN_SIDE
from mixroom.media.model import (
    MISSING,
    Fact,
    IdTakenError,
    Media,
    MediaRole,
    MediaStatus,
    NotAPhotoError,
    NotReadyError,
    Original,
)
from mixroom.media.retouch import Retouch, Retouching, checked


def upload(
    by: Person,
    received: Received,
    files: Store,
    *,
    media_id: str | None = None,
    role: MediaRole = MediaRole.ORIGINAL,
    kind: MediaKind = MediaKind.PHOTO,
    original_sha256: str | None = None,
) -> tuple[Media, bool]:
    """Store a photo, a clip or a preview, byte for byte; return it and whether it is new.

    `kind` counts only if the file's first bytes fit neither a photo nor a clip. A retry with the
    same id, or with the same bytes if no submission has them, returns the same photo.
    Raises IdTakenError if the id belongs to another photo, and InvalidError for an empty file.
    """
    try:
        by.must("media.upload")
        if not received.bytes:
            raise InvalidError("file", "empty")
        new = Media(
            id=media_id or ids.new(),
            event_id=by.event_id,
            owner_id=by.id,
            submission_id=None,
            role=role,
            bytes=received.bytes,
            sha256=received.sha256,
            created_at=clock.now(),
            kind=kind if role is MediaRole.PREVIEW else kind_of(received.head(), kind),
            original=Original.AWAITED if role is MediaRole.PREVIEW else Original.RECEIVED,
            original_sha256=original_sha256,
        )
        try:
            return _take_in(new, received, files, named=media_id is not None)
        except sa.exc.IntegrityError:  # a second upload with this id was faster
            return _take_in(new, received, files, named=True)
    finally:
        received.discard()


def retouch(tx: sa.Connection, by: Person, photo: Media, wanted: Retouch) -> Media:
    """Have a photo turned, cropped, centred or blurred wherever it is shown.

    For a new blur the photo is hidden until the blur is applied. Other changes leave the present
    picture in place until the new one is ready.
    Raises NotAPhotoError, NotReadyError, InvalidError.
    """
    if photo.is_clip:
        raise NotAPhotoError(photo.id)
    if photo.status is not MediaStatus.READY and photo.retouching is None:
        raise NotReadyError(photo.id)
    assert photo.width, "a photo that was ready has been measured"
    assert photo.height
    wanted = checked(wanted, photo.width, photo.height, least=MIN_SIDE, aspect=MAX_ASPECT)
    if wanted == photo.wanted and not photo.needs_rendering:
        return photo
    version = photo.retouching.version + 1 if photo.retouching else 1
    photo = replace(photo, retouching=Retouching(wanted, version, by.id, clock.now()))
    if photo.status is not MediaStatus.READY or wanted.hides_more_than(photo.burnt):
        photo = replace(
            photo,
            status=MediaStatus.PROCESSING,
            refusal=None,
            renditions={},
            placeholder=None,
        )
    store.save(tx, photo)
    jobs.enqueue(tx, "media.retouch", {"media_id": photo.id}, priority=results.FIRST)
    results.record(tx, Fact.RETOUCHED, photo, by.id)
    return photo


def _take_in(new: Media, received: Received, files: Store, *, named: bool) -> tuple[Media, bool]:
    preview = new.role is MediaRole.PREVIEW
    with transaction() as tx:
        before = store.get_locked(tx, new.id) if named else None
        if not named and not preview:
            before = store.unused_copy(tx, new.owner_id, new.sha256)
        if before is not None:
            return _take_again(tx, before, new, received, files)
        store.add(tx, new)  # fails for a taken id, before its file is overwritten
        files.keep(received, new.preview_file if preview else new.original_file)
        kind = "media.preview" if preview else results.job_for(new)
        jobs.enqueue(tx, kind, {"media_id": new.id}, priority=results.FIRST)
        results.record(tx, Fact.RECEIVED, new, new.owner_id)
    return new, True


def _take_again(
    tx: sa.Connection, before: Media, new: Media, received: Received, files: Store
) -> tuple[Media, bool]:
    """Return the photo of a repeated upload, or store the original that follows a preview."""
    if before.owner_id != new.owner_id:
        raise IdTakenError(new.id)
    if new.role is MediaRole.PREVIEW or before.sha256 == new.sha256:
        return before, False
    if before.original not in MISSING:
        raise IdTakenError(new.id)
    before = replace(before, original_sha256=new.sha256)
    results.arrived(tx, before, received, files)
    return store.get(tx, before.id) or before, False
