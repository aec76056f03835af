"""A reviewer's verb for photos: have one cropped, turned, centred or blurred."""

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.crew.model import Person
from mixroom.media import actions as media
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.media.retouch import Retouch
from mixroom.submissions import store as submissions_store
from mixroom.submissions.guards import must_be_free
from mixroom.submissions.model import LostRaceError
from mixroom.submissions.moves import CLEARED, Status, WrongStatusError

RETOUCHABLE = (Status.SUBMITTED, Status.HELD, Status.SCHEDULED, Status.APPROVED)


def retouch(by: Person, media_id: str, wanted: Retouch, *, version: int | None = None) -> Media:
    """Retouch a photo that waits or is approved; the original stays as it was sent.

    `version` is that of the last retouching, 0 for none.
    Raises NotFoundError, WrongStatusError if its submission is neither waiting nor approved,
    ClaimedError if someone else holds it, OwnSubmissionError if it is one's own and decided, and
    LostRaceError if `version` is not the present one.
    """
    by.must("media.retouch")
    with transaction() as tx:
        found = media_store.get(tx, media_id)
        if found is None or found.event_id != by.event_id or found.submission_id is None:
            raise NotFoundError(media_id)
        submission = submissions_store.get_locked(tx, found.submission_id)
        photo = media_store.get_locked(tx, media_id)
        if submission is None or photo is None:
            raise NotFoundError(media_id)
        if submission.status not in RETOUCHABLE or media_id not in submission.content.media:
            raise WrongStatusError(media_id, now=submission.status.value)
        now = clock.now()
        must_be_free(tx, submission, by, now)
        if submission.status in CLEARED:
            submission.must_be_decidable_by(by)
        elif submission.author_id == by.id and submission.goes_at:
            submissions_store.save(tx, submission.with_new_grace(now))
        present = photo.retouching.version if photo.retouching else 0
        if version is not None and version != present:
            raise LostRaceError(now={"version": present})
        return media.retouch(tx, by, photo, wanted)
