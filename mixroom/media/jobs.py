"""The worker's part: develop a photo in its sandbox, and give one up that kills its worker."""

import hashlib
import logging

from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.media import actions
from mixroom.media.model import Media, Photo, Print, Refusal, Refused, Rendition
from mixroom.media.sandbox import develop

log = logging.getLogger(__name__)


def process(job: Job, files: Store) -> None:
    """Develop a photo; the thumb is announced before the rest is made."""
    media_id = str(job.payload["media_id"])
    photo = actions.original(media_id)
    if photo is None:
        actions.settled(job)
        return
    learnt: Photo | None = None
    made: dict[str, Rendition] = {}
    for each in develop(files.path(photo.original)):
        if isinstance(each, Refused):
            log.info("photo %s refused: %s %s", media_id, each.reason.value, each.detail)
            actions.refuse(job, media_id, each.reason)
            return
        if isinstance(each, Photo):
            if each.sha256 != photo.sha256:
                log.error("photo %s is not on the disk as it was received", media_id)
                actions.refuse(job, media_id, Refusal.LOST)
                return
            learnt = each
        elif learnt is not None:
            made[each.name] = _kept(files, photo, each)
            if each.name == "thumb":
                actions.thumbed(media_id, learnt, made["thumb"])
    assert learnt is not None, "the sandbox ended without a word"
    actions.ready(job, media_id, learnt, made)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a photo that could not be developed in any try."""
    actions.refuse(job, str(job.payload["media_id"]), Refusal.GAVE_UP)


def _kept(files: Store, photo: Media, made: Print) -> Rendition:
    digest = hashlib.sha256(made.data).hexdigest()[:16]
    file = f"{made.name}-{digest}.jpg"
    files.write(made.data, photo.stored(file))
    return Rendition(file, made.width, made.height, len(made.data))


HANDLERS = {"media.process": (process, give_up)}
