"""What an author may do with a submission, and who may see what."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.submissions import store
from mixroom.submissions.content import Content, Purpose, checked
from mixroom.submissions.model import (
    CATCH,
    CLEARED,
    LATE,
    LATE_AFTER,
    TRUST,
    ClaimedError,
    ConsentMissingError,
    Decision,
    Fact,
    IdTakenError,
    KeyReusedError,
    LostRaceError,
    Showing,
    Status,
    Submission,
)
from mixroom.team import store as team_store
from mixroom.team.model import Person


def submit(
    by: Person, content: Content, *, key: str | None = None, submission_id: str | None = None
) -> tuple[dict[str, object], bool]:
    """Hand something to the reviewers; return the answer and whether it is new.

    The phone chooses the id and the key, so a retry over bad Wi-Fi is the same submission and
    gets the same answer. Without a key the id serves as one.
    Raises KeyReusedError, IdTakenError, InvalidError.
    """
    by.must("submission.submit")
    content = checked(content.as_told_by_author())
    key = key or submission_id or ids.new()
    fingerprint = ids.digest(repr((submission_id, content)))
    with transaction() as tx:
        now = clock.now()
        if not store.reserve(tx, by.id, key, fingerprint, now):
            return _answered(tx, by, key, fingerprint), False
        submission = Submission(submission_id or ids.new(), by.event_id, by.id, content, now)
        if by.trusted_by:
            submission = replace(submission, goes_at=now + CATCH)
            jobs.enqueue(tx, TRUST, {"key": submission.id}, priority=1, after=CATCH)
        if not store.add(tx, submission):
            raise IdTakenError(submission.id)
        _attach(tx, by, submission)
        store.keep_revision(tx, submission, by.id, now)
        jobs.enqueue(tx, LATE, {"key": submission.id}, after=LATE_AFTER)
        answer = journalled(tx, Fact.SUBMITTED, submission, by.id)
        store.remember(tx, by.id, key, answer)
    return answer, True


def edit(
    by: Person, submission_id: str, content: Content, *, version: int | None = None
) -> dict[str, object]:
    """Mend one's own submission before it is approved; what was returned waits for review again.

    Raises LostRaceError where `version` is no longer the present one, WrongStatusError.
    """
    by.must("submission.edit")
    with transaction() as tx:
        return _edit(tx, by, mine(tx, by, submission_id), content, version)


def mend(
    by: Person,
    submission_id: str,
    change: Callable[[Content], Content],
    *,
    version: int | None = None,
) -> dict[str, object]:
    """Change a part of a submission: one's own until it is approved, any as a reviewer.

    `change` gets what the submission says at that moment, so two who change different parts at
    once both have their way. Raises what `edit` and `amend` raise.
    """
    with transaction() as tx:
        before = seen(tx, by, submission_id)
        if not _may_see(by, before):
            raise NotFoundError(submission_id)
        content = change(before.content)
        own = before.author_id == by.id
        if own and not (before.status in CLEARED and by.may("submission.amend")):
            by.must("submission.edit")
            return _edit(tx, by, before, content, version)
        by.must("submission.amend")
        return _amend(tx, by, before, content, version)


def withdraw(by: Person, submission_id: str) -> dict[str, object]:
    """Take back what one sent; if it is on the wall it leaves it."""
    by.must("submission.withdraw")
    with transaction() as tx:
        before = mine(tx, by, submission_id)
        after = before.decided(Decision(Fact.WITHDRAWN, by.id, clock.now()))
        store.save(tx, after)
        store.keep_decision(tx, after)
        return journalled(tx, Fact.WITHDRAWN, after, by.id)


def amend(
    by: Person, submission_id: str, content: Content, *, version: int | None = None
) -> dict[str, object]:
    """Mend a submission as a reviewer: what waits goes on waiting, what is shown changes at once.

    Which photos there are stays the author's word. Raises ClaimedError, LostRaceError,
    OwnSubmissionError, WrongStatusError.
    """
    by.must("submission.amend")
    with transaction() as tx:
        return _amend(tx, by, seen(tx, by, submission_id), content, version)


def seen(tx: sa.Connection, by: Person, submission_id: str) -> Submission:
    """Return a submission of the person's event, locked. Raises NotFoundError."""
    found = store.get(tx, submission_id, lock=True)
    if found is None or found.event_id != by.event_id:
        raise NotFoundError(submission_id)
    return found


def must_be_free(tx: sa.Connection, found: Submission, by: Person, now: datetime) -> None:
    """Raise ClaimedError where someone else has it open, with the name to call across the room."""
    if found.claim and found.claim.bars(by.id, now):
        key = found.claim.by
        name, _ = team_store.names(tx, [key]).get(key, ("", None))
        raise ClaimedError(found.id, by={"id": key, "name": name}, until=rfc3339(found.claim.until))


def must_be_version(found: Submission, version: int | None, sent: Content | None = None) -> None:
    """Raise LostRaceError where a version was named and is no longer the present one."""
    if version is None or version == found.version:
        return
    now = {"version": found.version, "text": found.content.text.as_dict()}
    if sent is None:
        raise LostRaceError(now=now)
    raise LostRaceError(now=now, sent={"version": version, "text": sent.text.as_dict()})


def must_be_cleared(content: Content, showing: Showing) -> None:
    """Raise ConsentMissingError where a photo may not be used for what it is approved for.

    The wall always; the press and Museomix Global where the approval says so.
    """
    wanted = [Purpose.WALL]
    wanted += [Purpose.PRESS] if showing.press else []
    wanted += [Purpose.WEB] if showing.everywhere else []
    for purpose in wanted:
        if not content.allows(purpose):
            raise ConsentMissingError(content.consent, purpose=purpose.value)


def read(by: Person, submission_id: str) -> Submission:
    """Return a submission to its author or a reviewer of its event."""
    with reading() as tx:
        submission = store.get(tx, submission_id)
    if submission is None or not _may_see(by, submission):
        raise NotFoundError(submission_id)
    return submission


def photo(by: Person | None, media_id: str) -> tuple[Media, bool]:
    """Return a photo to whoever may see it, and whether everyone may.

    What has been approved for the web is public; what has been approved for the wall alone is the
    event's. All else is for its author and the reviewers; for anyone else it does not exist.
    """
    with reading() as tx:
        media = media_store.get(tx, media_id)
        if media is None:
            raise NotFoundError(media_id)
        submission = store.get(tx, media.submission_id) if media.submission_id else None
    if submission and submission.status is Status.APPROVED and media_id in submission.content.media:
        if submission.content.allows(Purpose.WEB):
            return media, True
        if by and by.event_id == media.event_id:
            return media, False
    entitled = by and (by.id == media.owner_id or (by.reviews and by.event_id == media.event_id))
    if not entitled:
        raise NotFoundError(media_id)
    return media, False


def mine(tx: sa.Connection, by: Person, submission_id: str) -> Submission:
    """Return one's own submission, locked; anyone else's does not exist."""
    submission = store.get(tx, submission_id, lock=True)
    if submission is None or submission.author_id != by.id:
        raise NotFoundError(submission_id)
    return submission


def journalled(tx: sa.Connection, fact: Fact, submission: Submission, by: str) -> dict[str, object]:
    """Note in the journal what was done; return what it is answered with. The last of an action."""
    entry = journal.record(
        tx,
        fact,
        event_id=submission.event_id,
        key=submission.id,
        owner=submission.author_id,
        by=by,
    )
    return {
        "id": submission.id,
        "status": submission.status.value,
        "version": submission.version,
        "seq": entry.seq,
    }


def _edit(
    tx: sa.Connection, by: Person, before: Submission, content: Content, version: int | None
) -> dict[str, object]:
    now = clock.now()
    content = checked(content.as_told_by_author(before.content))
    after = before.edited(content, now)
    must_be_version(before, version, content)
    store.save(tx, after)
    _attach(tx, by, after)
    store.keep_revision(tx, after, by.id, now)
    return journalled(tx, Fact.EDITED, after, by.id)


def _amend(
    tx: sa.Connection, by: Person, before: Submission, content: Content, version: int | None
) -> dict[str, object]:
    now, content = clock.now(), checked(content)
    must_be_free(tx, before, by, now)
    must_be_version(before, version, content)
    if before.status in CLEARED:
        before.must_be_for(by)
    if sorted(content.media) != sorted(before.content.media):
        raise InvalidError("media", "unknown")
    after = before.amended(content, now)
    if after.claim and after.claim.by == by.id:
        after = replace(after, claim=replace(after.claim, version=after.version))
    if after.status in CLEARED:
        must_be_cleared(content, after.showing)
    store.save(tx, after)
    store.keep_revision(tx, after, by.id, now)
    return journalled(tx, Fact.AMENDED, after, by.id)


def _answered(tx: sa.Connection, by: Person, key: str, fingerprint: str) -> dict[str, object]:
    before, answer = store.answered(tx, by.id, key)
    if before != fingerprint:
        raise KeyReusedError(key)
    return answer


def _attach(tx: sa.Connection, by: Person, submission: Submission) -> None:
    """Tie the photos to the submission; only the author's own, and each to one submission."""
    wanted: Sequence[str] = submission.content.media
    found = media_store.get_many_locked(tx, wanted)
    for media_id in wanted:
        media = found.get(media_id)
        if media is None or media.owner_id != by.id:
            raise InvalidError("media", "unknown")
        if media.submission_id not in (None, submission.id):
            raise InvalidError("media", "unknown")
    media_store.attach(tx, submission.id, wanted)


def _may_see(by: Person, submission: Submission) -> bool:
    return by.event_id == submission.event_id and (by.id == submission.author_id or by.reviews)


def merged(before: Content, **changes: object) -> Content:
    """Return a content with some of its fields replaced."""
    return replace(before, **changes)  # type: ignore[arg-type]
