"""Checks of a submission inside an action's transaction: is it free, unchanged, showable?"""

from datetime import datetime

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.errors import NotFoundError
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.media import store as media_store
from mixroom.media.model import MediaStatus
from mixroom.submissions import store
from mixroom.submissions.content import Content, Purpose
from mixroom.submissions.model import (
    ClaimedError,
    ConsentMissingError,
    LostRaceError,
    MediaNotReadyError,
    MediaRefusedError,
    Showing,
    Submission,
)


def get_locked(tx: sa.Connection, by: Person, key: str) -> Submission:
    """Return a submission of the person's event, and lock its row. Raises NotFoundError."""
    found = store.get_locked(tx, key)
    if found is None or found.event_id != by.event_id:
        raise NotFoundError(key)
    return found


def get_own_locked(tx: sa.Connection, by: Person, key: str) -> Submission:
    """Return one of the person's own submissions, and lock its row. Raises NotFoundError."""
    found = store.get_locked(tx, key)
    if found is None or found.author_id != by.id:
        raise NotFoundError(key)
    return found


def must_be_free(tx: sa.Connection, found: Submission, by: Person, now: datetime) -> None:
    """Raise ClaimedError, with the other reviewer's name, if someone else holds the submission."""
    if found.claim and found.claim.bars(by.id, now):
        key = found.claim.by
        name, _ = crew_store.names(tx, [key]).get(key, ("", None))
        raise ClaimedError(found.id, by={"id": key, "name": name}, until=rfc3339(found.claim.until))


def must_be_version(found: Submission, version: int | None, sent: Content | None = None) -> None:
    """Raise LostRaceError if `version` is given and is not the present one.

    The error carries the present text, and the text of `sent` so that neither is lost.
    """
    if version is None or version == found.version:
        return
    now = {"version": found.version, "text": found.content.text.as_dict()}
    if sent is None:
        raise LostRaceError(now=now)
    raise LostRaceError(now=now, sent={"version": version, "text": sent.text.as_dict()})


def must_be_cleared(content: Content, showing: Showing) -> None:
    """Raise ConsentMissingError if a photo is not cleared for a purpose of the approval.

    The wall is always one; the press and Museomix Global are if `showing` says so.
    """
    wanted = [Purpose.WALL]
    wanted += [Purpose.PRESS] if showing.press else []
    wanted += [Purpose.WEB] if showing.everywhere else []
    for purpose in wanted:
        if not content.allows(purpose):
            raise ConsentMissingError(content.consent, purpose=purpose.value)


def must_be_showable(tx: sa.Connection, submission: Submission, showing: Showing) -> None:
    """Raise ConsentMissingError, MediaNotReadyError or MediaRefusedError if a photo prevents it."""
    must_be_cleared(submission.content, showing)
    for media in media_store.of_submissions(tx, [submission.id]).get(submission.id, []):
        if media.status is MediaStatus.REFUSED:
            raise MediaRefusedError(media.id)
        if media.status is not MediaStatus.READY:
            raise MediaNotReadyError(media.id)
