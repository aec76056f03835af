"""What a reviewer may do with a submission."""

from collections.abc import Callable

import sqlalchemy as sa

from mixroom.core import clock, journal
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.media import store as media_store
from mixroom.media.model import MediaStatus
from mixroom.push import actions as push
from mixroom.push.model import Kind, Message
from mixroom.submissions import store
from mixroom.submissions.actions import receipt
from mixroom.submissions.model import (
    REASONS,
    Consent,
    ConsentMissingError,
    Decision,
    Fact,
    LostRaceError,
    MediaNotReadyError,
    MediaRefusedError,
    OwnSubmissionError,
    Submission,
    checked_reason,
)
from mixroom.team.model import Person, Role

TOLD = {Fact.APPROVED: Kind.APPROVED, Fact.RETURNED: Kind.RETURNED}
Also = Callable[[sa.Connection, Submission], None]


def approve(by: Person, key: str, *, version: int | None = None) -> dict[str, object]:
    """Clear a submission for the wall and the public.

    Raises ConsentMissingError, MediaNotReadyError or MediaRefusedError where a photo stands in
    the way, WrongStatusError where someone decided first.
    """
    by.must("submission.approve")
    return _decide(by, key, Fact.APPROVED, None, None, version)


def return_to_author(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Ask the author to mend it; it comes back once they have."""
    by.must("submission.return")
    return _decide(by, key, Fact.RETURNED, reason, note, version)


def reject(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Decline it for good, and say why."""
    by.must("submission.reject")
    return _decide(by, key, Fact.REJECTED, reason, note, version)


def hold(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Keep it aside; it stays in the queue, marked."""
    by.must("submission.hold")
    return _decide(by, key, Fact.HELD, reason, note, version)


def recall(
    by: Person,
    key: str,
    reason: str | None = None,
    note: str | None = None,
    *,
    also: Also = lambda _tx, _submission: None,
) -> dict[str, object]:
    """Take an approved submission off every screen at once.

    `also` notes in the same transaction what others must know of it.
    """
    by.must("submission.recall")
    return _decide(by, key, Fact.RECALLED, reason or "other", note, None, also)


def _decide(
    by: Person,
    key: str,
    fact: Fact,
    reason: str | None,
    note: str | None,
    version: int | None,
    also: Also = lambda _tx, _submission: None,
) -> dict[str, object]:
    if fact is not Fact.APPROVED:
        reason, note = checked_reason(fact, reason, note)
    with transaction() as tx:
        before = store.get(tx, key, lock=True)
        if before is None or before.event_id != by.event_id:
            raise NotFoundError(key)
        if before.author_id == by.id and by.role is not Role.LEAD:
            raise OwnSubmissionError(key)
        after = before.decided(Decision(fact, by.id, clock.now(), reason, note))
        if version is not None and version != before.version:
            raise LostRaceError(
                now={"version": before.version, "text": before.content.text.as_dict()}
            )
        if fact is Fact.APPROVED:
            _must_be_showable(tx, before)
        store.save(tx, after)
        _tell_author(tx, after, fact, by)
        also(tx, after)
        entry = journal.record(
            tx, fact, event_id=after.event_id, key=key, owner=after.author_id, by=by.id
        )
        return receipt(after, entry.seq)


def _tell_author(tx: sa.Connection, submission: Submission, fact: Fact, by: Person) -> None:
    """Have the author told on their phone what they wait for, or have to do something about."""
    kind = TOLD.get(fact)
    if kind is None:
        return
    decision, why = submission.decision, Bilingual()
    if kind is Kind.RETURNED and decision:
        label = REASONS[fact].get(decision.reason or "")
        said = decision.reason == "other" and decision.note
        why = Bilingual(decision.note, decision.note) if said or not label else both(label)
    message = Message(kind, submission.id, submission.content.text, why)
    push.notify(tx, submission.author_id, message, by=by.id)


def _must_be_showable(tx: sa.Connection, submission: Submission) -> None:
    if not submission.content.media:
        return
    if submission.content.consent not in (Consent.CLEARED, Consent.NOT_NEEDED):
        raise ConsentMissingError(submission.content.consent)
    for media in media_store.of_submissions(tx, [submission.id]).get(submission.id, []):
        if media.status is MediaStatus.REFUSED:
            raise MediaRefusedError(media.id)
        if media.status is not MediaStatus.READY:
            raise MediaNotReadyError(media.id)
