"""What becomes of a photo or a clip: it is taken in, looked at, and ready or refused."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache
from importlib.util import find_spec

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.core.jobs import Job
from mixroom.media import store
from mixroom.media.model import (
    MAX_ASPECT,
    MIN_SIDE,
    Fact,
    IdTakenError,
    Media,
    MediaKind,
    MediaRole,
    MediaStatus,
    NotAPhotoError,
    NotReadyError,
    Original,
    Photo,
    Refusal,
    Rendition,
    kind_of,
)
from mixroom.media.retouch import PLAIN, Retouch, Retouching, checked
from mixroom.team.model import Person

FIRST, SECOND = 1, 2  # people wait for what they see first; originals are for later
STILL_FETCHED = timedelta(minutes=15)  # then the renditions of a preview are deleted
MISSING = (Original.AWAITED, Original.LOST, Original.REFUSED)


@cache
def takes_clips() -> bool:
    """Say whether this installation can open clips, which needs PyAV (the extra `video`)."""
    return find_spec("av") is not None


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
    """Take a photo, a clip or its preview in, byte for byte; return it and whether it is new.

    `kind` is what it is said to be; a file that can be recognised is what it is.

    The same id again, or the same bytes not yet used, is the same photo: a retry over bad Wi-Fi
    makes no second one. Raises IdTakenError where the id belongs to another photo.
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
            kind=kind if role is MediaRole.PREVIEW else kind_of(_head(received), kind),
            original=Original.AWAITED if role is MediaRole.PREVIEW else Original.RECEIVED,
            original_sha256=original_sha256,
        )
        try:
            return _taken_in(new, received, files, named=media_id is not None)
        except sa.exc.IntegrityError:  # the same id at the same moment: the other one was first
            return _taken_in(new, received, files, named=True)
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


def known(by: Person, hashes: Iterable[str]) -> list[Media]:
    """Return what has been sent to this event before, by the SHA-256 of its file."""
    by.must("media.upload")
    with reading() as tx:
        return store.seen(tx, by.event_id, hashes)


def of(media_id: str) -> Media | None:
    """Return a photo to the server itself."""
    with reading() as tx:
        return store.get(tx, media_id)


def waiting(media_id: str, role: MediaRole) -> Media | None:
    """Return a photo whose preview or original is to be looked at; None where that is done."""
    with reading() as tx:
        photo = store.get(tx, media_id)
    if photo is None:
        return None
    if role is MediaRole.PREVIEW:
        return photo if photo.status is MediaStatus.PROCESSING else None
    return photo if photo.original is Original.RECEIVED else None


def unburnt(media_id: str) -> Media | None:
    """Return a photo whose renditions are not as they are wanted; None where that is done."""
    photo = of(media_id)
    return photo if photo and photo.is_behind else None


def thumbed(
    media_id: str, learnt: Photo, made: Mapping[str, Rendition], burnt: Retouch = PLAIN
) -> None:
    """Show the reviewers a picture while what takes longer is made: the larger ones, the clip."""
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is None or photo.status is not MediaStatus.PROCESSING or photo.wanted != burnt:
            return
        photo = replace(_known(photo, learnt), renditions=dict(made), burnt=burnt)
        store.save(tx, photo)
        _journalled(tx, Fact.THUMBED, photo, photo.owner_id)


def converting(job: Job, media_id: str, percent: int) -> None:
    """Tell the author and the reviewers how much of a clip is converted.

    Raises LostLeaseError where another worker converts it by now.
    """
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        jobs.renew(tx, job)
        if photo is None or photo.status is not MediaStatus.PROCESSING:
            return
        photo = replace(photo, progress=percent)
        store.save(tx, photo)
        _journalled(tx, Fact.CONVERTING, photo, photo.owner_id)


def ready(
    job: Job,
    media_id: str,
    learnt: Photo,
    renditions: Mapping[str, Rendition],
    role: MediaRole = MediaRole.ORIGINAL,
    duration: float | None = None,
    muted: bool = False,
    burnt: Retouch = PLAIN,
) -> None:
    """Make the photo or the clip usable, and note what may be the same picture.

    Where another retouching is wanted by now, it is looked at once more.

    The original takes the place of its preview in one step, so that no screen sees anything
    between the two. The first picture of a clip, which a phone sends before it, can be seen but is
    not what will be shown: the clip is not ready with it.
    """
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        late = photo and role is MediaRole.PREVIEW and photo.status is not MediaStatus.PROCESSING
        if photo is not None and not late and photo.wanted != burnt:
            jobs.enqueue(tx, job.kind, {"media_id": media_id}, priority=_urgency(photo))
            jobs.finish(tx, job)
            return
        if photo is not None and not late:
            before = photo.role
            shown = role is MediaRole.PREVIEW and photo.is_clip
            photo = replace(
                _known(photo, learnt),
                status=MediaStatus.PROCESSING if shown else MediaStatus.READY,
                refusal=None,
                duration=duration,
                muted=muted,
                progress=None,
                role=role,
                original=Original.KEPT if role is MediaRole.ORIGINAL else photo.original,
                renditions=renditions,
                burnt=burnt,
            )
            photo = replace(photo, twins=store.near(tx, photo))
            store.save(tx, photo)
            if before is MediaRole.PREVIEW and role is MediaRole.ORIGINAL:
                jobs.enqueue(tx, "media.tidy", {"media_id": media_id}, after=STILL_FETCHED)
        jobs.finish(tx, job)
        if photo is not None and not late:
            fact = Fact.READY if photo.status is MediaStatus.READY else Fact.THUMBED
            _journalled(tx, fact, photo, photo.owner_id)


def retouch(tx: sa.Connection, by: Person, photo: Media, wanted: Retouch) -> Media:
    """Have a photo turned, cropped, centred or blurred wherever it is shown.

    What is to be blurred is not shown from this moment until it is; anything else takes the place
    of what is shown in one step.
    Raises NotAPhotoError, NotReadyError, InvalidError.
    """
    if photo.is_clip:
        raise NotAPhotoError(photo.id)
    if photo.status is not MediaStatus.READY and photo.retouching is None:
        raise NotReadyError(photo.id)
    assert photo.width, "a photo that was ready has been measured"
    assert photo.height
    wanted = checked(wanted, photo.width, photo.height, least=MIN_SIDE, aspect=MAX_ASPECT)
    if wanted == photo.wanted and not photo.is_behind:
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
    jobs.enqueue(tx, "media.retouch", {"media_id": photo.id}, priority=FIRST)
    _journalled(tx, Fact.RETOUCHED, photo, by.id)
    return photo


def retouched(
    job: Job,
    before: Media,
    learnt: Photo,
    renditions: Mapping[str, Rendition],
) -> None:
    """Show the photo as it was wanted when it was `before`; its older renditions are gone for all.

    Nothing is done where it is wanted otherwise by now, or where its original has come meanwhile:
    another job has that in hand.
    """
    with transaction() as tx:
        photo = store.get(tx, before.id, lock=True)
        now = photo and (photo.wanted, photo.role) == (before.wanted, before.role)
        if photo is not None and now:
            photo = replace(
                _known(photo, learnt),
                status=MediaStatus.READY,
                refusal=None,
                renditions=renditions,
                burnt=before.wanted,
            )
            store.save(tx, photo)
            jobs.enqueue(tx, "media.tidy", {"media_id": photo.id}, after=STILL_FETCHED)
        jobs.finish(tx, job)
        if photo is not None and now:
            _journalled(tx, Fact.READY, photo, photo.owner_id)


def refuse(
    job: Job, media_id: str, reason: Refusal, role: MediaRole | None = MediaRole.ORIGINAL
) -> None:
    """Say that the photo cannot be used, and why; its file is kept.

    Where a preview is shown already it stays, and only the original is refused. A clip keeps the
    picture that there is of it, so that people see what is meant. `role` is None where a photo
    could not be retouched: what is shown of it stays, but what was to be blurred is not shown.
    """
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is not None:
            if role is MediaRole.ORIGINAL:
                photo = replace(photo, original=Original.REFUSED)
            if photo.status is not MediaStatus.READY:
                photo = replace(
                    photo,
                    status=MediaStatus.REFUSED,
                    refusal=reason,
                    renditions=photo.renditions if photo.is_clip else {},
                    progress=None,
                )
            elif role is None and photo.retouching:
                photo = replace(photo, retouching=replace(photo.retouching, retouch=photo.burnt))
            store.save(tx, photo)
        jobs.finish(tx, job)
        if photo is not None:
            _journalled(tx, Fact.REFUSED, photo, photo.owner_id)


def set_aside(job: Job, media_id: str, original: Original) -> None:
    """Keep the preview: the original is of another picture, or arrived damaged."""
    with transaction() as tx:
        photo = store.get(tx, media_id, lock=True)
        if photo is not None:
            photo = replace(photo, original=original)
            store.save(tx, photo)
        jobs.finish(tx, job)
        if photo is not None:
            _journalled(tx, Fact.SET_ASIDE, photo, photo.owner_id)


def settled(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def arrived(tx: sa.Connection, photo: Media, received: Received, files: Store) -> None:
    """Keep an original that is whole now, and have it looked at.

    What has no preview yet is what its first bytes say. Where there is one, its author has said
    whether a photo or a clip follows, and nothing else may.
    """
    kind = photo.kind if photo.role is MediaRole.PREVIEW else kind_of(_head(received), photo.kind)
    again = photo.is_clip and photo.status is MediaStatus.REFUSED
    photo = replace(
        photo,
        kind=kind,
        original=Original.RECEIVED,
        status=MediaStatus.PROCESSING if again else photo.status,
        refusal=None if again else photo.refusal,
    )
    files.keep(received, photo.original_file)
    store.save(tx, photo)
    jobs.enqueue(tx, _job(photo), {"media_id": photo.id}, priority=_urgency(photo))
    _journalled(tx, Fact.RECEIVED, photo, photo.owner_id)


def lost(tx: sa.Connection, photo: Media) -> None:
    """Give up waiting for an original; a photo of which nothing has come cannot be used."""
    photo = replace(photo, original=Original.LOST)
    if photo.status is MediaStatus.PROCESSING:
        photo = replace(photo, status=MediaStatus.REFUSED, refusal=Refusal.LOST)
    store.save(tx, photo)
    _journalled(tx, Fact.SET_ASIDE, photo, photo.owner_id)


def _taken_in(new: Media, received: Received, files: Store, *, named: bool) -> tuple[Media, bool]:
    preview = new.role is MediaRole.PREVIEW
    with transaction() as tx:
        before = store.get(tx, new.id, lock=True) if named else None
        if not named and not preview:
            before = store.unused_copy(tx, new.owner_id, new.sha256)
        if before is not None:
            return _again(tx, before, new, received, files)
        store.add(tx, new)  # first, so that the file of another photo cannot be replaced
        files.keep(received, new.preview_file if preview else new.original_file)
        kind = "media.preview" if preview else _job(new)
        jobs.enqueue(tx, kind, {"media_id": new.id}, priority=FIRST)
        _journalled(tx, Fact.RECEIVED, new, new.owner_id)
    return new, True


def _again(
    tx: sa.Connection, before: Media, new: Media, received: Received, files: Store
) -> tuple[Media, bool]:
    """Take a repeat for what it is, and the original of a photo whose preview came before it."""
    if before.owner_id != new.owner_id:
        raise IdTakenError(new.id)
    if new.role is MediaRole.PREVIEW or before.sha256 == new.sha256:
        return before, False
    if before.original not in MISSING:
        raise IdTakenError(new.id)
    before = replace(before, original_sha256=new.sha256)
    arrived(tx, before, received, files)
    return store.get(tx, before.id) or before, False


def _head(received: Received) -> bytes:
    with received.path.open("rb") as file:
        return file.read(64)


def _job(photo: Media) -> str:
    return "media.clip" if photo.is_clip else "media.process"


def _urgency(photo: Media) -> int:
    return SECOND if photo.status is MediaStatus.READY else FIRST


def _known(photo: Media, learnt: Photo) -> Media:
    return replace(
        photo,
        format=learnt.format,
        width=learnt.width,
        height=learnt.height,
        sha256=learnt.sha256,
        dhash=learnt.dhash,
        phash=learnt.phash,
        color=learnt.color,
        placeholder=learnt.placeholder,
        taken_at=learnt.taken_at or photo.taken_at,
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
