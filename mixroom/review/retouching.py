"""What a reviewer may do with a photo: cut it, turn it, blur who must not be recognised."""

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.media import actions as media
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.media.retouch import Retouch
from mixroom.submissions import store as submissions_store
from mixroom.submissions.actions import must_be_free
from mixroom.submissions.model import CLEARED, LostRaceError, Status, WrongStatusError
from mixroom.team.model import Person

RETOUCHED = (Status.SUBMITTED, Status.HELD, Status.SCHEDULED, Status.APPROVED)


def retouch(by: Person, media_id: str, wanted: Retouch, *, version: int | None = None) -> Media:
    """Have a photo cropped, turned, centred or blurred while it waits or once it is approved.

    The original stays as it was sent. Raises WrongStatusError where nobody is to see the photo,
    ClaimedError where someone else has it open, OwnSubmissionError where someone else has decided
    on what one sent, LostRaceError where `version` is not that of the
    last retouching (0: there was none).
    """
    by.must("media.retouch")
    with transaction() as tx:
        found = media_store.get(tx, media_id)
        if found is None or found.event_id != by.event_id or found.submission_id is None:
            raise NotFoundError(media_id)
        submission = submissions_store.get(tx, found.submission_id, lock=True)
        photo = media_store.get_locked(tx, media_id)
        if submission is None or photo is None:
            raise NotFoundError(media_id)
        if submission.status not in RETOUCHED or media_id not in submission.content.media:
            raise WrongStatusError(media_id, now=submission.status.value)
        now = clock.now()
        must_be_free(tx, submission, by, now)
        if submission.status in CLEARED:
            submission.must_be_for(by)
        elif submission.author_id == by.id and submission.goes_at:
            submissions_store.save(tx, submission.caught_later(now))
        present = photo.retouching.version if photo.retouching else 0
        if version is not None and version != present:
            raise LostRaceError(now={"version": present})
        return media.retouch(tx, by, photo, wanted)
