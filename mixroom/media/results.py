"""The steps of a photo or a clip that no person takes: received, developed, refused, lost."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import jobs, journal
from mixroom.core.db import transaction
from mixroom.core.files import Received, Store
from mixroom.core.jobs import Job
from mixroom.media import store
from mixroom.media.filetypes import kind_of
from mixroom.media.findings import Photo, Print, Refused
from mixroom.media.model import (
    DATE_JOB,
    Fact,
    Media,
    MediaRole,
    MediaStatus,
    Original,
    Rendition,
)
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouch

FIRST, SECOND = 1, 2  # priorities: people wait for a first picture, not for originals
TIDY_AFTER = timedelta(minutes=15)  # screens may still be fetching older renditions


class UnluckyError(Exception):
    """A refusal that a retry may avoid; the job is tried again."""


def arrived(tx: sa.Connection, photo: Media, received: Received, files: Store) -> None:
    """Store an original that is complete, and enqueue its development.

    After a preview, the kind (photo or clip) is the one that was announced. Otherwise the first
    bytes decide.
    """
    kind = photo.kind if photo.role is MediaRole.PREVIEW else kind_of(received.head(), photo.kind)
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
    jobs.enqueue(tx, job_for(photo), {"media_id": photo.id}, priority=_priority(photo))
    record(tx, Fact.RECEIVED, photo, photo.owner_id)


def lost(tx: sa.Connection, photo: Media) -> None:
    """Give up waiting for an original; without a preview, the photo is refused."""
    photo = replace(photo, original=Original.LOST)
    if photo.status is MediaStatus.PROCESSING:
        photo = replace(photo, status=MediaStatus.REFUSED, refusal=Refusal.LOST)
    store.save(tx, photo)
    record(tx, Fact.SET_ASIDE, photo, photo.owner_id)


def keep(files: Store, photo: Media, made: Print) -> Rendition:
    """Store a rendition, under a name with a hash of its content."""
    digest = hashlib.sha256(made.data).hexdigest()[:16]
    file = f"{made.name}-{digest}.jpg"
    files.write(made.data, photo.stored(file))
    return Rendition(file, made.width, made.height, len(made.data))


def thumbed(
    media_id: str, learnt: Photo, made: Mapping[str, Rendition], burnt: Retouch = PLAIN
) -> None:
    """Publish the first renditions while the larger ones, or the clip, are still being made."""
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        if photo is None or photo.status is not MediaStatus.PROCESSING or photo.wanted != burnt:
            return
        before, photo = photo, _with_facts(photo, learnt)
        photo = replace(photo, renditions=dict(made), burnt=burnt)
        store.save(tx, photo)
        _tell_time(tx, before, photo)
        record(tx, Fact.THUMBED, photo, photo.owner_id)


def converting(job: Job, media_id: str, percent: int) -> None:
    """Record the converted share of a clip, in percent.

    Raises LostLeaseError if another worker has taken over the job.
    """
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        jobs.renew(tx, job)
        if photo is None or photo.status is not MediaStatus.PROCESSING:
            return
        photo = replace(photo, progress=percent)
        store.save(tx, photo)
        record(tx, Fact.CONVERTING, photo, photo.owner_id)


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
    """Publish all renditions of a photo or a clip, and find its twins.

    `duration` is in seconds. If a reviewer has asked for another retouching meanwhile, the photo is
    developed once more. The original replaces its preview in one step, so that screens see nothing
    in between. The preview of a clip is only a picture: it does not make the clip ready.
    """
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        already_shown = role is MediaRole.PREVIEW and (
            photo is not None and photo.status is not MediaStatus.PROCESSING
        )
        if photo is None or already_shown:
            jobs.finish(tx, job)
        elif photo.wanted != burnt:
            jobs.enqueue(tx, job.kind, {"media_id": media_id}, priority=_priority(photo))
            jobs.finish(tx, job)
        else:
            _show(tx, job, photo, learnt, renditions, role, duration, muted)


def _show(
    tx: sa.Connection,
    job: Job,
    before: Media,
    learnt: Photo,
    renditions: Mapping[str, Rendition],
    role: MediaRole,
    duration: float | None,
    muted: bool,
) -> None:
    unfinished = role is MediaRole.PREVIEW and before.is_clip
    photo = replace(
        _with_facts(before, learnt),
        status=MediaStatus.PROCESSING if unfinished else MediaStatus.READY,
        refusal=None,
        duration=duration,
        muted=muted,
        progress=None,
        role=role,
        original=Original.KEPT if role is MediaRole.ORIGINAL else before.original,
        renditions=renditions,
        burnt=before.wanted,
    )
    photo = replace(photo, twins=store.similar(tx, photo))
    store.save(tx, photo)
    if before.role is MediaRole.PREVIEW and role is MediaRole.ORIGINAL:
        jobs.enqueue(tx, "media.tidy", {"media_id": photo.id}, after=TIDY_AFTER)
    _tell_time(tx, before, photo)
    jobs.finish(tx, job)
    record(tx, Fact.THUMBED if unfinished else Fact.READY, photo, photo.owner_id)


def retouched(
    job: Job,
    before: Media,
    learnt: Photo,
    renditions: Mapping[str, Rendition],
) -> None:
    """Publish the renditions of a retouched photo; older ones can no longer be fetched.

    Do nothing if there is a newer retouching than in `before`, or if the original has come
    meanwhile: both have a job of their own.
    """
    with transaction() as tx:
        photo = store.get_locked(tx, before.id)
        if photo is None or (photo.wanted, photo.role) != (before.wanted, before.role):
            jobs.finish(tx, job)
            return
        photo = replace(
            _with_facts(photo, learnt),
            status=MediaStatus.READY,
            refusal=None,
            renditions=renditions,
            burnt=before.wanted,
        )
        store.save(tx, photo)
        jobs.enqueue(tx, "media.tidy", {"media_id": photo.id}, after=TIDY_AFTER)
        jobs.finish(tx, job)
        record(tx, Fact.READY, photo, photo.owner_id)


def retry_if_unlucky(job: Job, why: Refused) -> None:
    """Raise UnluckyError if a retry may avoid the refusal and the job has tries left."""
    if why.again and not job.last:
        raise UnluckyError(why.detail)


def refuse(
    job: Job, media_id: str, reason: Refusal, role: MediaRole | None = MediaRole.ORIGINAL
) -> None:
    """Refuse a photo or a clip, with a reason for its author; keep its file.

    A preview that is shown already stays, and only the original is refused. A clip keeps its
    picture, so that people recognise it. `role` is None if a retouching failed: the present
    renditions stay, unless the photo is hidden for a blur.
    """
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        if photo is None:
            jobs.finish(tx, job)
            return
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
        record(tx, Fact.REFUSED, photo, photo.owner_id)


def reject_original(job: Job, photo: Media, fault: Original) -> None:
    """Keep the preview, or wait for the file again; refuse a file that was posted at once."""
    shown = photo.status is MediaStatus.READY or photo.role is MediaRole.PREVIEW
    if shown or not photo.sha256:
        _set_aside(job, photo.id, fault)
    else:
        refuse(job, photo.id, Refusal.LOST)


def _set_aside(job: Job, media_id: str, original: Original) -> None:
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        if photo is None:
            jobs.finish(tx, job)
            return
        photo = replace(photo, original=original)
        store.save(tx, photo)
        jobs.finish(tx, job)
        record(tx, Fact.SET_ASIDE, photo, photo.owner_id)


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def job_for(photo: Media) -> str:
    """Return the kind of job that develops or converts an original."""
    return "media.clip" if photo.is_clip else "media.process"


def record(tx: sa.Connection, fact: Fact, photo: Media, by: str) -> None:
    """Write a fact to the journal, under the id of the submission once there is one."""
    journal.record(
        tx,
        fact,
        event_id=photo.event_id,
        key=photo.submission_id or photo.id,
        owner=photo.owner_id,
        by=by,
        particulars={"media": photo.id},
    )


def _priority(photo: Media) -> int:
    return SECOND if photo.status is MediaStatus.READY else FIRST


def _tell_time(tx: sa.Connection, before: Media, photo: Media) -> None:
    """Enqueue the job that dates the submission again, if the photo says when it was taken."""
    if photo.submission_id and photo.taken_at != before.taken_at:
        jobs.enqueue(tx, DATE_JOB, {"key": photo.submission_id})


def _with_facts(photo: Media, learnt: Photo) -> Media:
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
