"""What a reviewer may do with a submission."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.jobs import Job
from mixroom.core.journal import Entry
from mixroom.core.roles import Role
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.media import store as media_store
from mixroom.media.model import Fact as MediaFact
from mixroom.media.model import MediaStatus
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.review import notices
from mixroom.review import store as review_store
from mixroom.review.model import Done, Story, usual
from mixroom.submissions import store
from mixroom.submissions.actions import (
    journalled,
    must_be_cleared,
    must_be_free,
    must_be_version,
    seen,
)
from mixroom.submissions.model import (
    AT_ONCE,
    TRUST,
    Claim,
    ConsentMissingError,
    Decision,
    Fact,
    MediaNotReadyError,
    MediaRefusedError,
    Showing,
    Status,
    Submission,
)
from mixroom.submissions.reasons import REASONS, checked_reason, pair
from mixroom.team import store as team_store
from mixroom.team.model import Person

TOLD = {Fact.APPROVED: notices.APPROVED, Fact.RETURNED: notices.RETURNED}
# Of what is recorded below, a history tells these beside its versions and decisions; what a
# feature above records of a submission, a screen's acknowledgement for one, it tells as well.
TOLD_TOO = {Fact.REOPENED, Fact.FLAGGED, Fact.TRANSLATED, MediaFact.RETOUCHED}
UNTOLD = frozenset[str]({*Fact, *MediaFact}) - TOLD_TOO
CLEARS = frozenset({Fact.SCHEDULED, Fact.APPROVED})
PREPARED_WITHIN = timedelta(minutes=10)  # what takes longer is reviewed like all else
LOOK_AGAIN = timedelta(seconds=2)
NOBODY = ""  # by whom the public has something done
SHOW = "submission.show"  # the job that shows what was approved for later
Also = Callable[[sa.Connection, Submission], None]


def claim(by: Person, key: str, *, take_over: bool = False) -> Claim:
    """Hold a submission while one looks at it; again before CLAIM_LASTS is over to go on.

    Raises ClaimedError where someone else holds it, unless it is taken over; WrongStatusError.
    """
    by.must("submission.claim")
    with transaction() as tx:
        now = clock.now()
        before = seen(tx, by, key)
        before.must_be_for(by)
        after = before.claimed(by.id, now)
        if not take_over:
            must_be_free(tx, before, by, now)
        store.save(tx, after)
        journalled(tx, Fact.CLAIMED, after, by.id)
    assert after.claim is not None
    return after.claim


def release(by: Person, key: str) -> None:
    """Let go of what one holds; what one does not hold stays as it is."""
    by.must("submission.claim")
    with transaction() as tx:
        before = seen(tx, by, key)
        if before.claim and before.claim.by == by.id:
            after = before.released()
            store.save(tx, after)
            journalled(tx, Fact.RELEASED, after, by.id)


def approve(
    by: Person, key: str, *, version: int | None = None, showing: Showing = AT_ONCE
) -> dict[str, object]:
    """Clear a submission for the wall and the public, now or at `showing.at`.

    Raises ConsentMissingError, MediaNotReadyError or MediaRefusedError where a photo stands in
    the way, ClaimedError where someone else has it open, WrongStatusError where someone decided
    first, LostRaceError where it is no longer what was seen (`version`, else the one that was
    opened), InvalidError where the times make no sense.
    """
    by.must("submission.approve")
    now = clock.now()
    showing.must_make_sense(now)
    fact = Fact.SCHEDULED if showing.at and showing.at > now else Fact.APPROVED
    return _decide(by, key, fact, None, None, version, showing=showing)


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
    return _decide(by, key, Fact.RECALLED, reason or "other", note, None, also=also)


def reopen(by: Person, key: str) -> dict[str, object]:
    """Undo one's own decision, moments after it; it waits again, and one holds it.

    An author whose phone is told of the decision is told of this too, in its place.
    Raises TooLateError, WrongStatusError.
    """
    by.must("submission.reopen")
    with transaction() as tx:
        before = seen(tx, by, key)
        before.must_be_for(by)
        after = before.reopened(by.id, clock.now())
        store.save(tx, after)
        if before.decision and before.decision.fact in TOLD:
            message = Message(notices.REOPENED, key, after.content.text)
            push.notify(tx, after.author_id, message, by=by.id)
        return journalled(tx, Fact.REOPENED, after, by.id)


def show(job: Job, key: str) -> None:
    """Show what was approved for this time, unless it was recalled, withdrawn or undone since."""
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get(tx, key, lock=True)
        if before is None or before.status is not Status.SCHEDULED or before.decision is None:
            return
        now, at = clock.now(), before.showing.at
        if at and at > now:
            return  # approved anew for later, by another job
        after = before.decided(Decision(Fact.APPROVED, before.decision.by, now))
        store.save(tx, after)
        store.keep_decision(tx, after)
        _tell_author(tx, after, Fact.APPROVED, before.decision.by)
        journalled(tx, Fact.APPROVED, after, before.decision.by)


def auto_approve(job: Job, key: str) -> None:
    """Show what someone trusted has sent, unless a reviewer has caught it.

    What is still being prepared is waited for; what may not be shown stays in the queue.
    """
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get(tx, key, lock=True)
        if before is None or before.goes_at is None:
            return
        author, now = team_store.person(tx, before.author_id), clock.now()
        if now < before.goes_at:  # its author has changed it since: the time begins anew
            jobs.enqueue(tx, TRUST, {"key": key}, priority=1, after=before.goes_at - now)
            return
        try:
            must_be_showable(tx, before, before.showing)
        except MediaNotReadyError:
            if now < before.goes_at + PREPARED_WITHIN:
                jobs.enqueue(tx, TRUST, {"key": key}, priority=1, after=LOOK_AGAIN)
                return
        except (ConsentMissingError, MediaRefusedError):
            author = None
        else:
            if author and author.trusted_by:
                by_itself = Decision(Fact.APPROVED, author.trusted_by, now, reason="trusted")
                after = before.decided(by_itself)
                store.save(tx, after)
                store.keep_decision(tx, after)
                _tell_author(tx, after, Fact.APPROVED, author.trusted_by)
                journalled(tx, Fact.APPROVED, after, author.trusted_by)
                return
        after = replace(before, goes_at=None)
        store.save(tx, after)
        journalled(tx, Fact.RELEASED, after, NOBODY)


def remind(job: Job, key: str) -> None:
    """Tell the leads of what has waited too long, where nothing older waits: once is enough."""
    with transaction() as tx:
        jobs.finish(tx, job)
        found = store.get(tx, key)
        if found is None or found.status is not Status.SUBMITTED:
            return
        oldest = store.page(tx, found.event_id, [Status.SUBMITTED], limit=1)
        if oldest[0].id != key:
            return
        message = Message(notices.LATE, key, found.content.text)
        for person in team_store.people_of(tx, found.event_id):
            if person.role is Role.LEAD:
                push.notify(tx, person.id, message, by=NOBODY)


def write_reasons(by: Person, lists: Mapping[Fact, tuple[str, ...]]) -> None:
    """Have reviewers choose from other reasons; an empty list is as usual again."""
    by.must("event.edit")
    with transaction() as tx:
        for fact, lines in lists.items():
            review_store.keep_reasons(tx, by.event_id, fact, () if lines == usual(fact) else lines)


def audit(by: Person) -> list[Done]:
    """Return everything that was done at the event, oldest first."""
    by.must("event.edit")
    with reading() as tx:
        found: list[Entry] = []
        while page := journal.since(tx, found[-1].seq if found else 0, event_id=by.event_id):
            found += page
        people = {each.by for each in found} | {each.owner for each in found}
        names = team_store.names(tx, people)

    def name(key: str) -> str:
        return names[key][0] if key in names else key

    return [Done(e.seq, e.at, e.name, name(e.by), e.key, name(e.owner)) for e in found]


def history(by: Person, key: str) -> Story:
    """Return all that a submission has said, and all that was decided on it and done to it."""
    by.must("submission.claim")
    with reading() as tx:
        found = store.get(tx, key)
        if found is None or found.event_id != by.event_id:
            raise NotFoundError(key)
        done = [
            Done(e.seq, e.at, e.name, e.by, e.key, e.owner)
            for e in journal.about(tx, by.event_id, key)
            if e.name not in UNTOLD
        ]
        said, decided = store.revisions_of(tx, key), store.decisions_of(tx, key)
        return Story(found.author_id, said, decided, done)


def _decide(
    by: Person,
    key: str,
    fact: Fact,
    reason: str | None,
    note: str | None,
    version: int | None,
    *,
    showing: Showing = AT_ONCE,
    also: Also = lambda _tx, _submission: None,
) -> dict[str, object]:
    if fact not in CLEARS:
        reason, note = checked_reason(fact, reason, note)
    with transaction() as tx:
        now = clock.now()
        before = seen(tx, by, key)
        before.must_be_for(by)
        after = before.decided(Decision(fact, by.id, now, reason, note))
        must_be_free(tx, before, by, now)
        must_be_version(before, _seen(before, by) if version is None else version)
        if fact in CLEARS:
            must_be_showable(tx, before, showing)
            after = after.shown(showing)
        store.save(tx, after)
        store.keep_decision(tx, after)
        if fact is not Fact.HELD:
            review_store.settle_reports(tx, key, by.id)
        if fact is Fact.SCHEDULED:
            _show_later(tx, after)
        _tell_author(tx, after, fact, by.id)
        also(tx, after)
        return journalled(tx, fact, after, by.id)


def _seen(before: Submission, by: Person) -> int | None:
    """Return the version that the person has open, where they hold it."""
    return before.seen_in if before.claim and before.claim.by == by.id else None


def _show_later(tx: sa.Connection, submission: Submission) -> None:
    jobs.enqueue(tx, SHOW, {"key": submission.id}, priority=1, at=submission.showing.at)


def _tell_author(tx: sa.Connection, submission: Submission, fact: Fact, by: str) -> None:
    """Have the author told on their phone what they wait for, or have to do something about."""
    notice = TOLD.get(fact)
    if notice is None:
        return
    decision, why = submission.decision, Bilingual()
    if notice is notices.RETURNED and decision:
        code = decision.reason or ""
        label = REASONS[fact].get(code)
        why = both(label) if label else pair(code)
        if code == "other" and decision.note:
            why = Bilingual(decision.note, decision.note)
    message = Message(notice, submission.id, submission.content.text, why)
    push.notify(tx, submission.author_id, message, by=by)


def must_be_showable(tx: sa.Connection, submission: Submission, showing: Showing) -> None:
    """Raise ConsentMissingError, MediaNotReadyError or MediaRefusedError where a photo is not."""
    must_be_cleared(submission.content, showing)
    for media in media_store.of_submissions(tx, [submission.id]).get(submission.id, []):
        if media.status is MediaStatus.REFUSED:
            raise MediaRefusedError(media.id)
        if media.status is not MediaStatus.READY:
            raise MediaNotReadyError(media.id)
