"""The steps of a photo or a clip that no person takes: it arrives, is developed, or refused."""

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
    Fact,
    Media,
    MediaRole,
    MediaStatus,
    Original,
    Rendition,
)
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouch

FIRST, SECOND = 1, 2  # people wait for the first picture; originals can come later
STILL_FETCHED = timedelta(minutes=15)  # then the renditions of a preview are deleted


class UnluckyError(Exception):
    """The refusal may have been chance: the job is tried again before the picture is blamed."""


def arrived(tx: sa.Connection, photo: Media, received: Received, files: Store) -> None:
    """Keep an original that is whole now, and have it developed.

    If there is a preview, its author has said whether a photo or a clip follows, and nothing else
    may. Otherwise the first bytes decide.
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
    """Give up waiting for an original; a photo of which nothing has come cannot be used."""
    photo = replace(photo, original=Original.LOST)
    if photo.status is MediaStatus.PROCESSING:
        photo = replace(photo, status=MediaStatus.REFUSED, refusal=Refusal.LOST)
    store.save(tx, photo)
    record(tx, Fact.SET_ASIDE, photo, photo.owner_id)


def keep(files: Store, photo: Media, made: Print) -> Rendition:
    """Keep a rendition in the media store, under a name made from its content."""
    digest = hashlib.sha256(made.data).hexdigest()[:16]
    file = f"{made.name}-{digest}.jpg"
    files.write(made.data, photo.stored(file))
    return Rendition(file, made.width, made.height, len(made.data))


def thumbed(
    media_id: str, learnt: Photo, made: Mapping[str, Rendition], burnt: Retouch = PLAIN
) -> None:
    """Show the reviewers a picture while the larger ones, or the clip, are still being made."""
    with transaction() as tx:
        photo = store.get_locked(tx, media_id)
        if photo is None or photo.status is not MediaStatus.PROCESSING or photo.wanted != burnt:
            return
        photo = replace(_with_facts(photo, learnt), renditions=dict(made), burnt=burnt)
        store.save(tx, photo)
        record(tx, Fact.THUMBED, photo, photo.owner_id)


def converting(job: Job, media_id: str, percent: int) -> None:
    """Tell the author and the reviewers how much of a clip is converted.

    Raises LostLeaseError if another worker converts it by now.
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
    """Make the photo or the clip usable, and note which others may show the same picture.

    If a reviewer has asked for another retouching meanwhile, it is developed once more.

    The original replaces its preview in one step, so that no screen sees anything between the two.
    The first picture of a clip, which a phone sends ahead, can be seen but does not make the clip
    ready.
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
    photo = replace(photo, twins=store.near(tx, photo))
    store.save(tx, photo)
    if before.role is MediaRole.PREVIEW and role is MediaRole.ORIGINAL:
        jobs.enqueue(tx, "media.tidy", {"media_id": photo.id}, after=STILL_FETCHED)
    jobs.finish(tx, job)
    record(tx, Fact.THUMBED if unfinished else Fact.READY, photo, photo.owner_id)


def retouched(
    job: Job,
    before: Media,
    learnt: Photo,
    renditions: Mapping[str, Rendition],
) -> None:
    """Show the photo as `before` wanted it; nobody can fetch its older renditions any more.

    Nothing is done if another retouching is wanted by now, or if the original has come meanwhile:
    another job takes care of that.
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
        jobs.enqueue(tx, "media.tidy", {"media_id": photo.id}, after=STILL_FETCHED)
        jobs.finish(tx, job)
        record(tx, Fact.READY, photo, photo.owner_id)


def retry_if_unlucky(job: Job, why: Refused) -> None:
    """Raise UnluckyError if the refusal may have been chance and the job has tries left."""
    if why.again and not job.last:
        raise UnluckyError(why.detail)


def refuse(
    job: Job, media_id: str, reason: Refusal, role: MediaRole | None = MediaRole.ORIGINAL
) -> None:
    """Tell the author that the photo cannot be used, and why; its file is kept.

    A preview that is shown already stays, and only the original is refused. A clip keeps its
    picture, so that people see which one is meant. `role` is None if a photo could not be
    retouched: the present renditions stay, but a part that was to be blurred is not shown.
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
    """Keep the preview, or wait for the file again; one that was posted whole comes only once."""
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
    """Write a fact to the journal, under the key of the submission once there is one."""
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
