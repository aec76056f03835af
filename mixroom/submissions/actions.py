"""An author's verbs for submissions: submit, edit, withdraw; and a reviewer's changes to one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.media import store as media_store
from mixroom.media.model import Media
from mixroom.requests import results as requests
from mixroom.submissions import answers, store
from mixroom.submissions.content import Content, checked
from mixroom.submissions.dating import dated
from mixroom.submissions.guards import (
    get_locked,
    get_own_locked,
    must_be_cleared,
    must_be_free,
    must_be_version,
)
from mixroom.submissions.model import (
    AUTO_APPROVE_JOB,
    GRACE_LASTS,
    REMIND_AFTER,
    REMIND_JOB,
    Decision,
    IdTakenError,
    KeyReusedError,
    Submission,
)
from mixroom.submissions.moves import CLEARED, Fact


def submit(
    by: Person,
    content: Content,
    *,
    key: str | None = None,
    submission_id: str | None = None,
    captured_at: datetime | None = None,
    request_id: str | None = None,
) -> tuple[dict[str, object], bool]:
    """Send something to the reviewers; return the answer and whether it is new.

    `captured_at` is the phone's time of the capture, with a zone. `request_id` is the request that
    it answers, whatever has become of that one.

    The phone chooses the id and the idempotency key (the id if there is none), so that a retry over
    bad Wi-Fi is the same submission and gets the same answer.
    Raises KeyReusedError, IdTakenError, InvalidError.
    """
    by.must("submission.submit")
    content = checked(content.with_known_rights())
    key = key or submission_id or ids.new()
    said = (submission_id, content, request_id) if request_id else (submission_id, content)
    fingerprint = ids.digest(repr(said))
    with transaction() as tx:
        now = clock.now()
        if not answers.reserve(tx, by.id, key, fingerprint, now):
            return _repeated_answer(tx, by, key, fingerprint), False
        submission = Submission(
            submission_id or ids.new(), by.event_id, by.id, content, now, request_id=request_id
        )
        if by.trusted_by:
            submission = replace(submission, goes_at=now + GRACE_LASTS)
            payload = {"key": submission.id}
            jobs.enqueue(tx, AUTO_APPROVE_JOB, payload, priority=1, after=GRACE_LASTS)
        photos = _own_photos(tx, by, submission)
        submission = _dated(tx, submission, photos, captured_at)
        if not store.add(tx, submission):
            raise IdTakenError(submission.id)
        if photos:
            media_store.attach(tx, submission.id, content.media)
        store.add_revision(tx, submission, by.id, now)
        jobs.enqueue(tx, REMIND_JOB, {"key": submission.id}, after=REMIND_AFTER)
        if request_id:
            requests.answered(tx, by.event_id, request_id, submission.id, by.id, now)
        answer = record(tx, Fact.SUBMITTED, submission, by.id)
        answers.save(tx, by.id, key, answer)
    return answer, True


def edit(
    by: Person, submission_id: str, content: Content, *, version: int | None = None
) -> dict[str, object]:
    """Change one's own submission before it is approved; one that was returned waits again.

    Raises LostRaceError if `version` is not the present one, NotFoundError, WrongStatusError.
    """
    by.must("submission.edit")
    with transaction() as tx:
        return _edit(tx, by, get_own_locked(tx, by, submission_id), content, version)


def change(
    by: Person,
    submission_id: str,
    changed: Callable[[Content], Content],
    *,
    version: int | None = None,
) -> dict[str, object]:
    """Change a part of a submission: the author until it is approved, a reviewer at any time.

    `changed` is given the present content, so that two people who change different parts at once
    lose nothing. Raises the same errors as `edit` and `amend`.
    """
    with transaction() as tx:
        before = get_locked(tx, by, submission_id)
        if not before.is_visible_to(by):
            raise NotFoundError(submission_id)
        content = changed(before.content)
        own = before.author_id == by.id
        if own and not (before.status in CLEARED and by.may("submission.amend")):
            by.must("submission.edit")
            return _edit(tx, by, before, content, version)
        by.must("submission.amend")
        return _amend(tx, by, before, content, version)


def withdraw(by: Person, submission_id: str) -> dict[str, object]:
    """Take back one's own submission; if it is on the wall, it disappears."""
    by.must("submission.withdraw")
    with transaction() as tx:
        before = get_own_locked(tx, by, submission_id)
        after = before.decided(Decision(Fact.WITHDRAWN, by.id, clock.now()))
        store.save(tx, after)
        store.add_decision(tx, after)
        return record(tx, Fact.WITHDRAWN, after, by.id)


def amend(
    by: Person, submission_id: str, content: Content, *, version: int | None = None
) -> dict[str, object]:
    """Change a submission as a reviewer; if it is on the wall, the wall shows the change at once.

    A reviewer cannot add or remove photos. Raises ClaimedError, LostRaceError, OwnSubmissionError,
    WrongStatusError.
    """
    by.must("submission.amend")
    with transaction() as tx:
        return _amend(tx, by, get_locked(tx, by, submission_id), content, version)


def record(tx: sa.Connection, fact: Fact, submission: Submission, by: str) -> dict[str, object]:
    """Write the fact to the journal, as an action's last step; return the answer to the client."""
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
    content = checked(content.with_known_rights(before.content))
    after = before.edited(content, now)
    must_be_version(before, version, content)
    photos = _own_photos(tx, by, after)
    after = _dated(tx, after, photos)
    store.save(tx, after)
    media_store.attach(tx, after.id, content.media)
    store.add_revision(tx, after, by.id, now)
    return record(tx, Fact.EDITED, after, by.id)


def _amend(
    tx: sa.Connection, by: Person, before: Submission, content: Content, version: int | None
) -> dict[str, object]:
    now, content = clock.now(), checked(content)
    must_be_free(tx, before, by, now)
    must_be_version(before, version, content)
    if before.status in CLEARED:
        before.must_be_decidable_by(by)
    if sorted(content.media) != sorted(before.content.media):
        raise InvalidError("media", "unknown")
    after = before.amended(content, now)
    if after.claim and after.claim.by == by.id:
        after = replace(after, claim=replace(after.claim, version=after.version))
    if after.status in CLEARED:
        must_be_cleared(content, after.showing)
    store.save(tx, after)
    store.add_revision(tx, after, by.id, now)
    return record(tx, Fact.AMENDED, after, by.id)


def _repeated_answer(
    tx: sa.Connection, by: Person, key: str, fingerprint: str
) -> dict[str, object]:
    before, answer = answers.get(tx, by.id, key)
    if before != fingerprint:
        raise KeyReusedError(key)
    return answer


def _own_photos(tx: sa.Connection, by: Person, submission: Submission) -> list[Media]:
    """Return the photos of the submission, in order, and lock them.

    Each must be the author's, and in no other submission. Raises InvalidError.
    """
    wanted = submission.content.media
    found = media_store.get_many_locked(tx, wanted) if wanted else {}
    for media_id in wanted:
        media = found.get(media_id)
        if media is None or media.owner_id != by.id:
            raise InvalidError("media", "unknown")
        if media.submission_id not in (None, submission.id):
            raise InvalidError("media", "unknown")
    return [found[media_id] for media_id in wanted]


def _dated(
    tx: sa.Connection, submission: Submission, photos: list[Media], said: datetime | None = None
) -> Submission:
    event = event_store.get(tx, submission.event_id)
    assert event is not None
    return dated(submission, event, said, [each.taken_at for each in photos])
