"""A reviewer's verbs for submissions: claim, approve, return, reject, hold, recall, reopen."""

from collections.abc import Callable, Mapping

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.db import transaction
from mixroom.crew.model import Person
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.review import notices
from mixroom.review import store as review_store
from mixroom.review.model import usual_lines
from mixroom.review.results import NOTICES, SHOW_JOB, tell_author
from mixroom.submissions import store
from mixroom.submissions.actions import record
from mixroom.submissions.guards import (
    get_locked,
    must_be_free,
    must_be_showable,
    must_be_version,
)
from mixroom.submissions.model import AT_ONCE, Claim, Decision, Showing, Submission
from mixroom.submissions.moves import Fact
from mixroom.submissions.reasons import checked_reason

APPROVALS = frozenset({Fact.SCHEDULED, Fact.APPROVED})
WithinDecision = Callable[[sa.Connection, Submission], None]


def claim(by: Person, key: str, *, take_over: bool = False) -> Claim:
    """Hold a submission for CLAIM_LASTS, or renew a claim.

    Raises ClaimedError if someone else holds it, unless `take_over`; OwnSubmissionError,
    WrongStatusError.
    """
    by.must("submission.claim")
    with transaction() as tx:
        now = clock.now()
        before = get_locked(tx, by, key)
        before.must_be_decidable_by(by)
        after = before.claimed(by.id, now)
        if not take_over:
            must_be_free(tx, before, by, now)
        store.save(tx, after)
        record(tx, Fact.CLAIMED, after, by.id)
    assert after.claim is not None
    return after.claim


def release(by: Person, key: str) -> None:
    """End one's own claim; without one, do nothing."""
    by.must("submission.claim")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        if before.claim and before.claim.by == by.id:
            after = before.released()
            store.save(tx, after)
            record(tx, Fact.RELEASED, after, by.id)


def approve(
    by: Person, key: str, *, version: int | None = None, showing: Showing = AT_ONCE
) -> dict[str, object]:
    """Approve a submission for the wall and the public, now or at `showing.at`.

    `version` is the version on the reviewer's screen; by default, that of their claim.
    Raises ConsentMissingError, MediaNotReadyError or MediaRefusedError if a photo prevents it,
    ClaimedError if someone else holds it, WrongStatusError if someone decided first, LostRaceError
    if `version` is not the present one, OwnSubmissionError, and InvalidError for wrong times.
    """
    by.must("submission.approve")
    now = clock.now()
    showing.must_make_sense(now)
    fact = Fact.SCHEDULED if showing.at and showing.at > now else Fact.APPROVED
    return _decide(by, key, fact, None, None, version, showing=showing)


def return_to_author(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Ask the author to change it; it waits again once they have. Raises what `approve` does."""
    by.must("submission.return")
    return _decide(by, key, Fact.RETURNED, reason, note, version)


def reject(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Reject it for good, with a reason."""
    by.must("submission.reject")
    return _decide(by, key, Fact.REJECTED, reason, note, version)


def hold(
    by: Person, key: str, reason: str | None, note: str | None = None, *, version: int | None = None
) -> dict[str, object]:
    """Put it on hold, with a reason; it stays in the queue."""
    by.must("submission.hold")
    return _decide(by, key, Fact.HELD, reason, note, version)


def recall(
    by: Person,
    key: str,
    reason: str | None = None,
    note: str | None = None,
    *,
    also: WithinDecision = lambda _tx, _submission: None,
) -> dict[str, object]:
    """Take an approved submission off every screen at once.

    `also` is called in the same transaction, for the records of other features.
    """
    by.must("submission.recall")
    return _decide(by, key, Fact.RECALLED, reason or "other", note, None, also=also)


def reopen(by: Person, key: str) -> dict[str, object]:
    """Undo one's own decision within UNDO_LASTS; the submission waits again, claimed by oneself.

    If the author gets a message about the decision, another one replaces it.
    Raises OwnSubmissionError, TooLateError, WrongStatusError.
    """
    by.must("submission.reopen")
    with transaction() as tx:
        before = get_locked(tx, by, key)
        before.must_be_decidable_by(by)
        after = before.reopened(by.id, clock.now())
        store.save(tx, after)
        if before.decision and before.decision.fact in NOTICES:
            message = Message(notices.REOPENED, key, after.content.text)
            push.notify(tx, after.author_id, message, by=by.id)
        return record(tx, Fact.REOPENED, after, by.id)


def write_reasons(by: Person, lists: Mapping[Fact, tuple[str, ...]]) -> None:
    """Save the event's own lists of reasons; an empty list brings back the usual one."""
    by.must("event.edit")
    with transaction() as tx:
        for fact, lines in lists.items():
            review_store.save_reasons(
                tx, by.event_id, fact, () if lines == usual_lines(fact) else lines
            )


def _decide(
    by: Person,
    key: str,
    fact: Fact,
    reason: str | None,
    note: str | None,
    version: int | None,
    *,
    showing: Showing = AT_ONCE,
    also: WithinDecision = lambda _tx, _submission: None,
) -> dict[str, object]:
    if fact not in APPROVALS:
        reason, note = checked_reason(fact, reason, note)
    with transaction() as tx:
        now = clock.now()
        before = get_locked(tx, by, key)
        before.must_be_decidable_by(by)
        after = before.decided(Decision(fact, by.id, now, reason, note))
        must_be_free(tx, before, by, now)
        must_be_version(before, _claimed_version(before, by) if version is None else version)
        if fact in APPROVALS:
            must_be_showable(tx, before, showing)
            after = after.shown(showing)
        store.save(tx, after)
        store.add_decision(tx, after)
        if fact is not Fact.HELD:
            review_store.settle_reports(tx, key, by.id)
        if fact is Fact.SCHEDULED:
            jobs.enqueue(tx, SHOW_JOB, {"key": key}, priority=1, at=showing.at)
        tell_author(tx, after, by.id)
        also(tx, after)
        return record(tx, fact, after, by.id)


def _claimed_version(before: Submission, by: Person) -> int | None:
    """Return the version that the person has claimed, or None."""
    return before.claimed_version if before.claim and before.claim.by == by.id else None
