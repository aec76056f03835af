"""The worker's part: develop a photo in its sandbox, convert a clip beside it, and give one up
that kills its worker."""

import hashlib
import logging
import time
from collections.abc import Callable

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.media import actions
from mixroom.media.model import (
    Clip,
    Media,
    MediaRole,
    MediaStatus,
    Original,
    Photo,
    Print,
    Progress,
    Refusal,
    Refused,
    Rendition,
)
from mixroom.media.sandbox import Conversion, develop

log = logging.getLogger(__name__)

RENEW = 5.0  # seconds; the worker may spend thirty on a photo in between, and a lease has forty
STEP, PAUSE = 5, 1.0  # a progress is told from five percent to the next, once a second at most
PICTURES = ("thumb", "card", "wall")
ROLES = {"media.preview": MediaRole.PREVIEW, "media.retouch": None}  # of what a job looks at


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


def retouch(job: Job, files: Store) -> None:
    """Make the renditions anew, from the best picture there is, as a reviewer wants them."""
    photo = actions.unburnt(_media_id(job))
    if photo is None:
        actions.settled(job)
        return
    _develop(job, files, photo, None)


class Converting:
    """A clip on its way: the worker does other things, and asks now and then how far it is."""

    def __init__(self, job: Job, files: Store) -> None:
        """Begin; a clip that is done or gone, or that cannot be opened here, is over at once."""
        self.job = job
        self.over = False
        self._files = files
        self._learnt: Photo | None = None
        self._made: dict[str, Rendition] = {}
        self._clip: Clip | None = None
        self._percent = 0
        self._told = self._renewed = time.monotonic()
        self._draft = files.draft()
        self._conversion: Conversion | None = None
        self._photo = actions.waiting(_media_id(job), MediaRole.ORIGINAL)
        if self._photo is None:
            self._end(lambda: actions.settled(job))
        elif not actions.takes_clips():
            self._refuse(Refused(Refusal.NO_CLIPS))
        else:
            try:
                source = files.path(self._photo.original_file)
                self._conversion = Conversion(source, self._draft.number)
            except FileNotFoundError:
                self._refuse(Refused(Refusal.LOST))

    def fileno(self) -> int:
        """Return what becomes readable when there is something to go on with."""
        assert self._conversion
        return self._conversion.fileno()

    def go_on(self, patience: float = 0) -> None:
        """Do what there is to do, after `patience` seconds at most.

        Raises LostLeaseError where another worker has the clip by now.
        """
        assert self._conversion
        for word in self._conversion.hear(patience):
            self._heard(word)
            if self.over:
                return
        if self._conversion.done:
            self._finish()
        elif time.monotonic() - self._renewed > RENEW:
            self._renewed = time.monotonic()
            with transaction() as tx:
                jobs.renew(tx, self.job)

    def stop(self) -> None:
        """End the child and throw away what it has made."""
        self.over = True
        if self._conversion:
            self._conversion.end()
        self._draft.discard()

    def _heard(self, word: Photo | Print | Progress | Clip | Refused) -> None:
        photo = self._photo
        assert photo
        if isinstance(word, Refused):
            self._refuse(word)
        elif isinstance(word, Photo):
            if word.sha256 != (_told(photo) or word.sha256):
                log.warning("the original of clip %s is lost", photo.id)
                self._end(lambda: _set_aside(self.job, photo, Original.LOST))
            self._learnt = word
        elif isinstance(word, Print):
            self._made[word.name] = _kept(self._files, photo, word)
            if self._learnt and set(self._made) == set(PICTURES):
                actions.thumbed(photo.id, self._learnt, self._made)
        elif isinstance(word, Clip):
            self._clip = word
        else:
            self._tell(word.percent)

    def _tell(self, percent: int) -> None:
        now = time.monotonic()
        if percent >= self._percent + STEP and now - self._told >= PAUSE:
            self._percent, self._told, self._renewed = percent, now, now
            actions.converting(self.job, _media_id(self.job), percent)

    def _finish(self) -> None:
        learnt, made = self._learnt, self._clip
        if self._photo is None or learnt is None or made is None or len(self._made) < len(PICTURES):
            self._refuse(Refused(Refusal.UNDECODABLE, "an answer with parts missing"))
            return
        received = self._draft.finish()
        file = f"clip-{received.sha256[:16]}.mp4"
        self._files.keep(received, self._photo.stored(file))
        clip = Rendition(file, made.width, made.height, received.bytes)
        kept = {**self._made, "clip": clip}
        self._end(
            lambda: actions.ready(
                self.job,
                _media_id(self.job),
                learnt,
                kept,
                duration=made.duration,
                muted=made.muted,
            )
        )

    def _refuse(self, why: Refused) -> None:
        _try_again(self.job, why)
        log.info("clip %s refused: %s %s", _media_id(self.job), why.reason.value, why.detail)
        self._end(lambda: actions.refuse(self.job, _media_id(self.job), why.reason))

    def _end(self, how: Callable[[], None]) -> None:
        self.stop()
        how()


def give_up(job: Job, _files: Store) -> None:
    """Refuse a photo or a clip that could not be opened in any try."""
    actions.refuse(job, _media_id(job), Refusal.GAVE_UP, ROLES.get(job.kind, MediaRole.ORIGINAL))


def tidy(job: Job, files: Store) -> None:
    """Delete the renditions of a preview once no screen can still be fetching them.

    Those of before a retouching, too: nobody can fetch them any more. A preview is kept for as long
    as it is all there is. What is just being made is left alone: another job comes after it.
    """
    photo = actions.of(_media_id(job))
    if photo is not None and not photo.is_at_work:
        present = {photo.original_file, *map(photo.stored, photo.files)}
        if photo.role is MediaRole.PREVIEW:
            present.add(photo.preview_file)
        for name in files.names(photo.id):
            if name not in present:
                files.delete(name)
    actions.settled(job)


def let_go(job: Job, _files: Store) -> None:
    """Leave what cannot be tidied up."""
    actions.settled(job)


def _develop(job: Job, files: Store, photo: Media, role: MediaRole | None) -> None:
    """Develop a preview or an original; `role` is None where a photo is made anew as it is."""
    preview = (role or photo.role) is MediaRole.PREVIEW
    file = photo.preview_file if preview else photo.original_file
    learnt: Photo | None = None
    made: dict[str, Rendition] = {}
    stands_for = role is MediaRole.ORIGINAL and photo.was_seen_as_a_preview
    shown = files.path(photo.preview_file) if stands_for else None
    for each in develop(files.path(file), retouch=photo.wanted, shown=shown):
        if isinstance(each, Refused):
            _try_again(job, each)
            log.info("photo %s refused: %s %s", photo.id, each.reason.value, each.detail)
            actions.refuse(job, photo.id, each.reason, role)
            return
        if isinstance(each, Photo):
            if fault := _unfit(photo, each, role):
                log.warning("the original of photo %s is %s", photo.id, fault.value)
                if role is None:
                    actions.refuse(job, photo.id, Refusal.LOST, role)
                else:
                    _set_aside(job, photo, fault)
                return
            learnt = each
        elif learnt is not None:
            made[each.name] = _kept(files, photo, each)
            if each.name == "thumb":
                actions.thumbed(photo.id, learnt, made, photo.wanted)
    assert learnt is not None, "the sandbox ended without a word"
    if role is None:
        actions.retouched(job, photo, learnt, made)
    else:
        actions.ready(job, photo.id, learnt, made, role, burnt=photo.wanted)


class UnluckyError(Exception):
    """It may have been chance: it is tried again before the picture is blamed."""


def _try_again(job: Job, why: Refused) -> None:
    if why.again and not job.last:
        raise UnluckyError(why.detail)


def _unfit(photo: Media, learnt: Photo, role: MediaRole | None) -> Original | None:
    """Say why what is on the disk must not take the place of what is shown."""
    if role is None:
        return None if learnt.sha256 == photo.sha256 else Original.LOST
    if role is MediaRole.PREVIEW:
        return None
    told = _told(photo)
    if told and learnt.sha256 != told:
        return Original.LOST
    return Original.DIFFERENT if learnt.differs else None


def _told(photo: Media) -> str:
    """Return the SHA-256 that the original is said to have; empty where nobody has said."""
    return photo.original_sha256 or (photo.sha256 if photo.role is MediaRole.ORIGINAL else "")


def _set_aside(job: Job, photo: Media, fault: Original) -> None:
    """Keep the preview, or wait for the file again; what was posted as a whole comes only once."""
    shown = photo.status is MediaStatus.READY or photo.role is MediaRole.PREVIEW
    if shown or not photo.sha256:
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
    "media.retouch": (retouch, give_up),
    "media.tidy": (tidy, let_go),
}
LONG = {"media.clip": (Converting, give_up)}
