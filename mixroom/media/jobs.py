"""The worker's short jobs: develop a photo, retouch it, refuse it, delete old renditions."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import BinaryIO

from mixroom.core.files import Store
from mixroom.core.handlers import Begin, Handlers, Periodic, Run
from mixroom.core.jobs import Job
from mixroom.media import queries, results, uploading
from mixroom.media.converting import Converting
from mixroom.media.findings import Photo, Print, Refused
from mixroom.media.messages import PhotoFinding
from mixroom.media.model import Media, MediaRole, Original, Rendition
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import develop
from mixroom.settings import Settings

log = logging.getLogger(__name__)

# The file that a job develops, if not the original.
ROLES = {"media.preview": MediaRole.PREVIEW, "media.retouch": None}


def preview(job: Job, files: Store) -> None:
    """Develop the preview that a phone has made, which people see first."""
    photo = queries.undeveloped(_media_id(job), MediaRole.PREVIEW)
    if photo is None:
        results.settle(job)
        return
    findings = _develop(files, photo, photo.preview_file)
    learnt = _identify(findings)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, MediaRole.PREVIEW)
        return
    made = _keep_renditions(findings, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, MediaRole.PREVIEW)
        return
    results.ready(job, photo.id, learnt, made, MediaRole.PREVIEW, burnt=photo.wanted)


def process(job: Job, files: Store) -> None:
    """Develop an original; publish the thumb before the rest is made."""
    photo = queries.undeveloped(_media_id(job), MediaRole.ORIGINAL)
    if photo is None:
        results.settle(job)
        return
    shown = photo.preview_file if photo.was_seen_as_a_preview else None
    findings = _develop(files, photo, photo.original_file, shown)
    learnt = _identify(findings)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, MediaRole.ORIGINAL)
        return
    if fault := _fault_of_original(photo, learnt):
        log.warning("the original of photo %s is %s", photo.id, fault.value)
        results.reject_original(job, photo, fault)
        return
    made = _keep_renditions(findings, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, MediaRole.ORIGINAL)
        return
    results.ready(job, photo.id, learnt, made, MediaRole.ORIGINAL, burnt=photo.wanted)


def retouch(job: Job, files: Store) -> None:
    """Make retouched renditions from the best file there is."""
    photo = queries.unrendered(_media_id(job))
    if photo is None:
        results.settle(job)
        return
    best = photo.preview_file if photo.role is MediaRole.PREVIEW else photo.original_file
    findings = _develop(files, photo, best)
    learnt = _identify(findings)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, None)
        return
    if learnt.sha256 != photo.sha256:
        log.warning("the picture of photo %s is lost", photo.id)
        results.refuse(job, photo.id, Refusal.LOST, None)
        return
    made = _keep_renditions(findings, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, None)
        return
    results.retouched(job, photo, learnt, made)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a photo or a clip after the last try."""
    results.refuse(job, _media_id(job), Refusal.GAVE_UP, ROLES.get(job.kind, MediaRole.ORIGINAL))


def tidy(job: Job, files: Store) -> None:
    """Delete renditions of a preview, or from before a retouching, that no screen still fetches.

    A preview stays until its original has come. While new renditions are being made, do nothing:
    another job follows.
    """
    photo = queries.get(_media_id(job))
    if photo is not None and not photo.is_being_rendered:
        present = {photo.original_file, *map(photo.stored, photo.files)}
        if photo.role is MediaRole.PREVIEW:
            present.add(photo.preview_file)
        for name in files.names(photo.id):
            if name not in present:
                files.delete(name)
    results.settle(job)


def leave(job: Job, _files: Store) -> None:
    """Give up tidying: leftover files do no harm."""
    results.settle(job)


def _develop(
    files: Store, photo: Media, name: str, shown: str | None = None
) -> Iterator[PhotoFinding]:
    """Develop a file of the photo in a child; `shown` names a preview that people have seen.

    If that preview is missing, the photo counts as another picture.
    """
    with ExitStack() as stack:
        source = _lent(stack, files, name)
        if source is None:
            yield Refused(Refusal.LOST)
            return
        seen = _lent(stack, files, shown) if shown else None
        gone = shown is not None and seen is None
        for finding in develop(source, retouch=photo.wanted, shown=seen):
            yield replace(finding, differs=True) if isinstance(finding, Photo) and gone else finding


def _lent(stack: ExitStack, files: Store, name: str) -> BinaryIO | None:
    try:
        return stack.enter_context(files.local(name))
    except FileNotFoundError:
        return None


def _identify(findings: Iterable[PhotoFinding]) -> Photo | Refused:
    """Return the facts of the photo, or the refusal."""
    learnt = next((finding for finding in findings if not isinstance(finding, Print)), None)
    assert learnt is not None, "the sandbox ended without a finding"
    return learnt


def _keep_renditions(
    findings: Iterable[PhotoFinding], files: Store, photo: Media, learnt: Photo
) -> dict[str, Rendition] | Refused:
    """Store each rendition as it is made, and publish the thumb at once."""
    made: dict[str, Rendition] = {}
    for finding in findings:
        if isinstance(finding, Refused):
            return finding
        if isinstance(finding, Print):
            made[finding.name] = results.keep(files, photo, finding)
            if finding.name == "thumb":
                results.thumbed(photo.id, learnt, made, photo.wanted)
    return made


def _fault_of_original(photo: Media, learnt: Photo) -> Original | None:
    """Return the state of an original that must not replace its preview, or None."""
    if learnt.sha256 != (photo.promised_sha256 or learnt.sha256):
        return Original.LOST
    return Original.DIFFERENT if learnt.differs else None


def _refuse(job: Job, photo: Media, why: Refused, role: MediaRole | None) -> None:
    results.retry_if_unlucky(job, why)
    log.info("photo %s refused: %s %s", photo.id, why.reason.value, why.detail)
    results.refuse(job, photo.id, why.reason, role)


def _media_id(job: Job) -> str:
    return str(job.payload["media_id"])


HANDLERS: Mapping[str, tuple[Run, Run]] = {
    "media.preview": (preview, give_up),
    "media.process": (process, give_up),
    "media.retouch": (retouch, give_up),
    "media.tidy": (tidy, leave),
}
LONG: Mapping[str, tuple[Begin, Run]] = {"media.clip": (Converting, give_up)}


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    expiry = Periodic("media.expire_uploads", timedelta(hours=1), uploading.expire)
    return Handlers(HANDLERS, LONG, (expiry,))
