"""The worker's short jobs: develop a photo, retouch it, give one up, and tidy up behind it."""

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
from mixroom.media.messages import Answer
from mixroom.media.model import Media, MediaRole, Original, Rendition
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import develop
from mixroom.settings import Settings

log = logging.getLogger(__name__)

ROLES = {"media.preview": MediaRole.PREVIEW, "media.retouch": None}  # which file a job develops


def preview(job: Job, files: Store) -> None:
    """Develop the small rendition that a phone has made: people see it first."""
    photo = queries.undeveloped(_media_id(job), MediaRole.PREVIEW)
    if photo is None:
        results.settle(job)
        return
    words = _develop(files, photo, photo.preview_file)
    learnt = _identify(words)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, MediaRole.PREVIEW)
        return
    made = _keep_renditions(words, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, MediaRole.PREVIEW)
        return
    results.ready(job, photo.id, learnt, made, MediaRole.PREVIEW, burnt=photo.wanted)


def process(job: Job, files: Store) -> None:
    """Develop an original; the thumb is announced before the rest is made."""
    photo = queries.undeveloped(_media_id(job), MediaRole.ORIGINAL)
    if photo is None:
        results.settle(job)
        return
    shown = photo.preview_file if photo.was_seen_as_a_preview else None
    words = _develop(files, photo, photo.original_file, shown)
    learnt = _identify(words)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, MediaRole.ORIGINAL)
        return
    if fault := _fault_of_original(photo, learnt):
        log.warning("the original of photo %s is %s", photo.id, fault.value)
        results.reject_original(job, photo, fault)
        return
    made = _keep_renditions(words, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, MediaRole.ORIGINAL)
        return
    results.ready(job, photo.id, learnt, made, MediaRole.ORIGINAL, burnt=photo.wanted)


def retouch(job: Job, files: Store) -> None:
    """Make the renditions anew, from the best picture there is, as a reviewer wants them."""
    photo = queries.unrendered(_media_id(job))
    if photo is None:
        results.settle(job)
        return
    best = photo.preview_file if photo.role is MediaRole.PREVIEW else photo.original_file
    words = _develop(files, photo, best)
    learnt = _identify(words)
    if isinstance(learnt, Refused):
        _refuse(job, photo, learnt, None)
        return
    if learnt.sha256 != photo.sha256:
        log.warning("the picture of photo %s is lost", photo.id)
        results.refuse(job, photo.id, Refusal.LOST, None)
        return
    made = _keep_renditions(words, files, photo, learnt)
    if isinstance(made, Refused):
        _refuse(job, photo, made, None)
        return
    results.retouched(job, photo, learnt, made)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a photo or a clip that could not be opened in any try."""
    results.refuse(job, _media_id(job), Refusal.GAVE_UP, ROLES.get(job.kind, MediaRole.ORIGINAL))


def tidy(job: Job, files: Store) -> None:
    """Delete the renditions that no screen can still be fetching.

    They were made of a preview, or before a retouching. A preview is kept for as long as nothing
    better has come. Renditions that are just being made are left alone: another job comes later.
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
    """Give up tidying: files that are left over do no harm."""
    results.settle(job)


def _develop(files: Store, photo: Media, name: str, shown: str | None = None) -> Iterator[Answer]:
    """Have a child develop a file of the photo; `shown` names a preview that people have seen.

    A preview that is gone may have shown anything.
    """
    with ExitStack() as stack:
        source = _lent(stack, files, name)
        if source is None:
            yield Refused(Refusal.LOST)
            return
        seen = _lent(stack, files, shown) if shown else None
        gone = shown is not None and seen is None
        for word in develop(source, retouch=photo.wanted, shown=seen):
            yield replace(word, differs=True) if isinstance(word, Photo) and gone else word


def _lent(stack: ExitStack, files: Store, name: str) -> BinaryIO | None:
    try:
        return stack.enter_context(files.local(name))
    except FileNotFoundError:
        return None


def _identify(words: Iterable[Answer]) -> Photo | Refused:
    """Return the facts of the photo, or why it cannot be used."""
    learnt = next((word for word in words if not isinstance(word, Print)), None)
    assert learnt is not None, "the sandbox ended without a word"
    return learnt


def _keep_renditions(
    words: Iterable[Answer], files: Store, photo: Media, learnt: Photo
) -> dict[str, Rendition] | Refused:
    """Keep each rendition as it is made, and show the thumb at once."""
    made: dict[str, Rendition] = {}
    for word in words:
        if isinstance(word, Refused):
            return word
        if isinstance(word, Print):
            made[word.name] = results.keep(files, photo, word)
            if word.name == "thumb":
                results.thumbed(photo.id, learnt, made, photo.wanted)
    return made


def _fault_of_original(photo: Media, learnt: Photo) -> Original | None:
    """Return why the original must not replace the picture that people have seen, if so."""
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
