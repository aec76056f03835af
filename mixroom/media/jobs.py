"""The worker's part: develop a photo in its sandbox, and give one up that kills its worker."""

import hashlib
import logging

from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.media import actions
from mixroom.media.model import (
    Media,
    MediaRole,
    MediaStatus,
    Original,
    Photo,
    Print,
    Refusal,
    Refused,
    Rendition,
    same_picture,
)
from mixroom.media.sandbox import develop

log = logging.getLogger(__name__)


def preview(job: Job, files: Store) -> None:
    """Develop the small rendition that a phone has made: it is what people see first."""
    photo = actions.waiting(_media_id(job), MediaRole.PREVIEW)
    if photo is None:
        actions.settled(job)
        return
    _develop(job, files, photo, MediaRole.PREVIEW)


def process(job: Job, files: Store) -> None:
    """Develop an original; the thumb is announced before the rest is made."""
    photo = actions.waiting(_media_id(job), MediaRole.ORIGINAL)
    if photo is None:
        actions.settled(job)
        return
    _develop(job, files, photo, MediaRole.ORIGINAL)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a photo that could not be developed in any try."""
    role = MediaRole.PREVIEW if job.kind == "media.preview" else MediaRole.ORIGINAL
    actions.refuse(job, _media_id(job), Refusal.GAVE_UP, role)


def tidy(job: Job, files: Store) -> None:
    """Delete the renditions of a preview once no screen can still be fetching them."""
    photo = actions.of(_media_id(job))
    if photo is not None:
        present = {photo.original_file, *map(photo.stored, photo.files)}
        for name in files.names(photo.id):
            if name not in present:
                files.delete(name)
    actions.settled(job)


def let_go(job: Job, _files: Store) -> None:
    """Leave what cannot be tidied up."""
    actions.settled(job)


def _develop(job: Job, files: Store, photo: Media, role: MediaRole) -> None:
    file = photo.preview_file if role is MediaRole.PREVIEW else photo.original_file
    learnt: Photo | None = None
    made: dict[str, Rendition] = {}
    for each in develop(files.path(file)):
        if isinstance(each, Refused):
            log.info("photo %s refused: %s %s", photo.id, each.reason.value, each.detail)
            actions.refuse(job, photo.id, each.reason, role)
            return
        if isinstance(each, Photo):
            if fault := _unfit(photo, each, role):
                log.warning("the original of photo %s is %s", photo.id, fault.value)
                _set_aside(job, photo, fault)
                return
            learnt = each
        elif learnt is not None:
            made[each.name] = _kept(files, photo, each)
            if each.name == "thumb":
                actions.thumbed(photo.id, learnt, made["thumb"])
    assert learnt is not None, "the sandbox ended without a word"
    actions.ready(job, photo.id, learnt, made, role)


def _unfit(photo: Media, learnt: Photo, role: MediaRole) -> Original | None:
    """Say why what is on the disk must not take the place of what is shown."""
    if role is MediaRole.PREVIEW:
        return None
    told = photo.original_sha256 or (photo.sha256 if photo.role is MediaRole.ORIGINAL else "")
    if told and learnt.sha256 != told:
        return Original.LOST
    if photo.role is not MediaRole.PREVIEW or photo.status is not MediaStatus.READY:
        return None
    assert photo.width, "a photo that is ready has been measured"
    assert photo.height
    shapes = (photo.width / photo.height, learnt.width / learnt.height)
    return None if same_picture(photo, learnt, shapes=shapes) else Original.DIFFERENT


def _set_aside(job: Job, photo: Media, fault: Original) -> None:
    """Keep the preview, or wait for the file again; what was posted as a whole comes only once."""
    if photo.status is MediaStatus.READY or not photo.sha256:
        actions.set_aside(job, photo.id, fault)
    else:
        actions.refuse(job, photo.id, Refusal.LOST)


def _media_id(job: Job) -> str:
    return str(job.payload["media_id"])


def _kept(files: Store, photo: Media, made: Print) -> Rendition:
    digest = hashlib.sha256(made.data).hexdigest()[:16]
    file = f"{made.name}-{digest}.jpg"
    files.write(made.data, photo.stored(file))
    return Rendition(file, made.width, made.height, len(made.data))


HANDLERS = {
    "media.preview": (preview, give_up),
    "media.process": (process, give_up),
    "media.tidy": (tidy, let_go),
}
