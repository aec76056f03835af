"""The steps of a review that no reviewer takes: automatic approval, reminders, messages."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import ConflictError
from mixroom.core.jobs import Job
from mixroom.core.roles import Role
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.push import actions as push
from mixroom.push.model import Message, Notice
from mixroom.review import notices
from mixroom.shifts.queries import on_now
from mixroom.submissions import lists, store
from mixroom.submissions.actions import record
from mixroom.submissions.guards import must_be_showable
from mixroom.submissions.model import (
    AUTO_APPROVE_JOB,
    ConsentMissingError,
    Decision,
    MediaNotReadyError,
    MediaRefusedError,
    Submission,
)
from mixroom.submissions.moves import Fact, Status
from mixroom.submissions.reasons import REASONS, bilingual

SHOW_JOB = "submission.show"  # shows a scheduled submission at its time
MAX_PREPARATION = timedelta(minutes=10)  # for the photos; later, only a reviewer can approve
RETRY_AFTER = timedelta(seconds=2)
NOBODY = ""  # `by` in the journal if nobody of the crew acted
NOTICES = {Fact.APPROVED: notices.APPROVED, Fact.RETURNED: notices.RETURNED}


def show(job: Job, key: str) -> None:
    """Approve a scheduled submission at its time, unless someone decided otherwise meanwhile."""
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get_locked(tx, key)
        if before is None or before.status is not Status.SCHEDULED or before.decision is None:
            return
        now, at = clock.now(), before.showing.at
        if at and at > now:
            return  # scheduled again for later, with a job of its own
        _approve(tx, before, Decision(Fact.APPROVED, before.decision.by, now))


def auto_approve(job: Job, key: str) -> None:
    """Approve a trusted author's submission, unless a reviewer has opened it.

    While its photos are being prepared, try again. If it may not be shown, leave it in the queue.
    """
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get_locked(tx, key)
        if before is None or before.goes_at is None:
            return
        author, now = crew_store.get_person(tx, before.author_id), clock.now()
        if now < before.goes_at:  # its author has edited it since
            _try_again(tx, key, before.goes_at - now)
            return
        obstacle = _obstacle(tx, before)
        if isinstance(obstacle, MediaNotReadyError) and now < before.goes_at + MAX_PREPARATION:
            _try_again(tx, key, RETRY_AFTER)
        elif obstacle is None and author and author.trusted_by:
            _approve(tx, before, Decision(Fact.APPROVED, author.trusted_by, now, "trusted"))
        else:
            after = replace(before, goes_at=None)
            store.save(tx, after)
            record(tx, Fact.RELEASED, after, NOBODY)


def remind(job: Job, key: str) -> None:
    """Remind the reviewers whose shift is on, or else the leads, of a submission that still waits.

    If an older one waits too, do nothing: they have been reminded of that one.
    """
    with transaction() as tx:
        jobs.finish(tx, job)
        found = store.get(tx, key)
        if found is None or found.status is not Status.SUBMITTED:
            return
        oldest = lists.page(tx, found.event_id, [Status.SUBMITTED], limit=1)
        if oldest[0].id == key:
            _remind(tx, found)


def tell_author(tx: sa.Connection, submission: Submission, by: str) -> None:
    """Send the author a message about a return or an approval."""
    decision = submission.decision
    notice = NOTICES.get(decision.fact) if decision else None
    if decision is None or notice is None:
        return
    why = _reason(decision) if notice is notices.RETURNED else Bilingual()
    message = Message(notice, submission.id, submission.content.text, why)
    push.notify(tx, submission.author_id, message, by=by)


def tell_leads(tx: sa.Connection, submission: Submission, notice: Notice) -> None:
    """Send each lead of the event a message about a submission."""
    message = Message(notice, submission.id, submission.content.text)
    for person in crew_store.people_of(tx, submission.event_id):
        if person.role is Role.LEAD:
            push.notify(tx, person.id, message, by=NOBODY)


def _remind(tx: sa.Connection, submission: Submission) -> None:
    on = on_now(tx, submission.event_id, clock.now())
    reviewers = [
        person.id
        for person in crew_store.people_of(tx, submission.event_id)
        if person.reviews and person.id in on
    ]
    if not reviewers:
        tell_leads(tx, submission, notices.LATE)
    for person_id in reviewers:
        message = Message(notices.LATE, submission.id, submission.content.text)
        push.notify(tx, person_id, message, by=NOBODY)


def _approve(tx: sa.Connection, before: Submission, decision: Decision) -> None:
    after = before.decided(decision)
    store.save(tx, after)
    store.add_decision(tx, after)
    tell_author(tx, after, decision.by)
    record(tx, Fact.APPROVED, after, decision.by)


def _try_again(tx: sa.Connection, key: str, after: timedelta) -> None:
    jobs.enqueue(tx, AUTO_APPROVE_JOB, {"key": key}, priority=1, after=after)


def _obstacle(tx: sa.Connection, submission: Submission) -> ConflictError | None:
    """Return the error that prevents the submission from being shown, if there is one."""
    try:
        must_be_showable(tx, submission, submission.showing)
    except (ConsentMissingError, MediaNotReadyError, MediaRefusedError) as error:
        return error
    return None


def _reason(decision: Decision) -> Bilingual:
    """Return the reason of a decision as its author reads it: a note explains "other"."""
    code = decision.reason or ""
    if code == "other" and decision.note:
        return Bilingual(decision.note, decision.note)
    label = REASONS[decision.fact].get(code)
    return both(label) if label else bilingual(code)
