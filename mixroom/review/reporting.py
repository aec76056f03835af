"""Someone says that they are in a public photo: what becomes of it, and what reviewers do then."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import MixroomError, NotFoundError
from mixroom.core.roles import Role
from mixroom.event import store as event_store
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.review import notices
from mixroom.review import store as review_store
from mixroom.review.actions import NOBODY, must_be_showable
from mixroom.review.model import ITS_TIME, MOST_OPEN, THEIR_TIME, Outcome, Report, hides
from mixroom.submissions import store
from mixroom.submissions.actions import journalled, seen
from mixroom.submissions.content import Purpose
from mixroom.submissions.model import Decision, Fact, Status, Submission
from mixroom.team import store as team_store
from mixroom.team.model import Person

RESTORED = "restored"  # the reason of what is shown again as it was


def look(key: str, who: str) -> tuple[Submission, bool]:
    """Return a photo that the public sees, and whether this browser would hide it at once.

    Raises NotFoundError.
    """
    with reading() as tx:
        found = _reportable(store.get(tx, key), key)
        return found, _hides(tx, found, who)


def report(key: str, who: str) -> Outcome:
    """Record that someone says that they are in a public photo, and hide it where that is right.

    Every report reaches the reviewers; one that does not hide the photo is told to the leads.
    Raises NotFoundError.
    """
    with transaction() as tx:
        found = _reportable(store.get(tx, key, lock=True), key)
        event_store.take_turns(tx, found.event_id)  # the pace is the event's
        shown, now = found.status is Status.APPROVED, clock.now()
        hid = shown and _hides(tx, found, who)
        waiting = review_store.open_reports(tx, found.event_id, key)
        told = any(each.who == who for each in waiting) or len(waiting) >= MOST_OPEN
        if told and not hid:
            return Outcome.STAYS if shown else Outcome.ALREADY
        recent = review_store.reports_since(tx, found.event_id, now - ITS_TIME)
        report = Report(ids.new(), found.event_id, key, now, who, hid)
        review_store.add_report(tx, report)
        if hid:
            after = found.decided(Decision(Fact.REPORTED, NOBODY, now, "reported"))
            store.save(tx, after)
            store.keep_decision(tx, after)
            journalled(tx, Fact.REPORTED, after, NOBODY)
            return Outcome.HIDDEN
        if shown and all(each.hid for each in recent):
            _tell_leads(tx, found)
        journalled(tx, Fact.FLAGGED, found, NOBODY)
    return Outcome.STAYS if shown else Outcome.ALREADY


def hide(by: Person, key: str) -> dict[str, object]:
    """Take a reported photo off every screen and have it wait, as its report would have done."""
    by.must("submission.hold")
    with transaction() as tx:
        before = _reported(tx, by, key)
        after = before.decided(Decision(Fact.REPORTED, by.id, clock.now(), "reported"))
        store.save(tx, after)
        store.keep_decision(tx, after)
        return journalled(tx, Fact.REPORTED, after, by.id)


def settle(by: Person, key: str) -> None:
    """Note that one has looked at a reported photo, and that it stays where it is."""
    by.must("submission.approve")
    with transaction() as tx:
        found = _reported(tx, by, key)
        review_store.settle_reports(tx, key, by.id)
        journalled(tx, Fact.FLAGGED, found, by.id)


def restore(by: Person, keys: Collection[str] | None = None) -> tuple[list[str], list[str]]:
    """Show again what reports have hidden, as it was: these, or all of it.

    Return what is shown again, and what is not: one's own, unless one leads, and what may not be
    shown any more.
    """
    by.must("submission.approve")
    shown: list[str] = []
    left: list[str] = []
    with reading() as tx:
        hidden = {each.submission_id for each in review_store.open_reports(tx, by.event_id)}
    for key in sorted(hidden if keys is None else hidden & set(keys)):
        try:
            with transaction() as tx:
                restored = _restore(tx, by, key)
        except MixroomError:
            restored = False
        (shown if restored else left).append(key)
    return shown, left


def _restore(tx: sa.Connection, by: Person, key: str) -> bool:
    before = seen(tx, by, key)
    hidden = before.decision and before.decision.fact is Fact.REPORTED
    if before.status is not Status.HELD or not hidden:
        return False
    before.must_be_for(by)
    must_be_showable(tx, before, before.showing)
    approvals = [each for _, each in store.decisions_of(tx, key) if each.fact is Fact.APPROVED]
    now = clock.now()
    after = before.decided(Decision(Fact.APPROVED, by.id, now, RESTORED))
    store.keep_decision(tx, after)
    # It hangs where it hung: shown again, it is no news.
    store.save(tx, after.as_approved(approvals[-1]) if approvals else after)
    review_store.settle_reports(tx, key, by.id)
    journalled(tx, Fact.APPROVED, after, by.id)
    return True


def _reportable(found: Submission | None, key: str) -> Submission:
    """Return a photo that is public, or was until someone reported it. Raises NotFoundError."""
    if found is None or not found.content.media or not found.content.allows(Purpose.WEB):
        raise NotFoundError(key)
    hidden = found.status is Status.HELD and found.decision
    if found.status is Status.APPROVED or (hidden and hidden.fact is Fact.REPORTED):
        return found
    raise NotFoundError(key)


def _hides(tx: sa.Connection, found: Submission, who: str) -> bool:
    now = clock.now()
    recent = review_store.reports_since(tx, found.event_id, now - THEIR_TIME)
    return hides(recent, found.id, who, now)


def _reported(tx: sa.Connection, by: Person, key: str) -> Submission:
    found = seen(tx, by, key)
    if not review_store.open_reports(tx, by.event_id, key):
        raise NotFoundError(key)
    found.must_be_for(by)
    return found


def _tell_leads(tx: sa.Connection, found: Submission) -> None:
    message = Message(notices.REPORTED, found.id, found.content.text)
    for person in team_store.people_of(tx, found.event_id):
        if person.role is Role.LEAD:
            push.notify(tx, person.id, message, by=NOBODY)
