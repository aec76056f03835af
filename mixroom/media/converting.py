"""The worker's long job: a child process converts a clip while short jobs go on."""

import logging
import time
from collections.abc import Callable

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.media import filetypes, queries, results
from mixroom.media.findings import Clip, Photo, Print, Progress, Refused
from mixroom.media.model import MediaRole, Original, Rendition
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import Conversion

log = logging.getLogger(__name__)

RENEW = 5.0  # seconds; a photo may take thirty in between, and a lease lasts forty
STEP, PAUSE = 5, 1.0  # progress is reported every five percent, and at most once a second
PICTURES = ("thumb", "card", "wall")


class Converting:
    """A clip that is being converted; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, files: Store) -> None:
        """Start the child; `over` is True at once if there is nothing to convert or no way to."""
        self.job = job
        self._media_id = str(job.payload["media_id"])
        self.over = False
        self._files = files
        self._learnt: Photo | None = None
        self._made: dict[str, Rendition] = {}
        self._clip: Clip | None = None
        self._percent = 0
        self._reported = self._renewed = time.monotonic()
        self._draft = files.draft()
        self._conversion: Conversion | None = None
        self._photo = queries.undeveloped(self._media_id, MediaRole.ORIGINAL)
        if self._photo is None:
            self._end(lambda: results.settle(job))
        elif not filetypes.takes_clips():
            self._refuse(Refused(Refusal.NO_CLIPS))
        else:
            try:
                with files.local(self._photo.original_file) as source:
                    self._conversion = Conversion(source, self._draft.number)
            except FileNotFoundError:
                self._refuse(Refused(Refusal.LOST))

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the child has sent something."""
        assert self._conversion
        return self._conversion.fileno()

    def go_on(self, patience: float = 0) -> None:
        """Handle the child's messages, waiting up to `patience` seconds for one.

        Raises LostLeaseError if another worker has taken over the job.
        """
        assert self._conversion
        for finding in self._conversion.receive(patience):
            self._take(finding)
            if self.over:
                return
        if self._conversion.done:
            self._finish()
        elif time.monotonic() - self._renewed > RENEW:
            self._renewed = time.monotonic()
            with transaction() as tx:
                jobs.renew(tx, self.job)

    def stop(self) -> None:
        """End the child and discard its file."""
        self.over = True
        if self._conversion:
            self._conversion.end()
        self._draft.discard()

    def _take(self, finding: Photo | Print | Progress | Clip | Refused) -> None:
        photo = self._photo
        assert photo
        if isinstance(finding, Refused):
            self._refuse(finding)
        elif isinstance(finding, Photo):
            if finding.sha256 != (photo.promised_sha256 or finding.sha256):
                log.warning("the original of clip %s is lost", photo.id)
                self._end(lambda: results.reject_original(self.job, photo, Original.LOST))
            self._learnt = finding
        elif isinstance(finding, Print):
            self._made[finding.name] = results.keep(self._files, photo, finding)
            if self._learnt and set(self._made) == set(PICTURES):
                results.thumbed(photo.id, self._learnt, self._made)
        elif isinstance(finding, Clip):
            self._clip = finding
        else:
            self._report(finding.percent)

    def _report(self, percent: int) -> None:
        now = time.monotonic()
        if percent >= self._percent + STEP and now - self._reported >= PAUSE:
            self._percent, self._reported, self._renewed = percent, now, now
            results.converting(self.job, self._media_id, percent)

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
            lambda: results.ready(
                self.job,
                self._media_id,
                learnt,
                kept,
                duration=made.duration,
                muted=made.muted,
            )
        )

    def _refuse(self, why: Refused) -> None:
        results.retry_if_unlucky(self.job, why)
        log.info("clip %s refused: %s %s", self._media_id, why.reason.value, why.detail)
        self._end(lambda: results.refuse(self.job, self._media_id, why.reason))

    def _end(self, how: Callable[[], None]) -> None:
        self.stop()
        how()
