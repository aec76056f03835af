"""The verbs of reports: report a public photo, hide it, settle its reports, restore it."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import MixroomError, NotFoundError
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.review import notices
from mixroom.review import store as review_store
from mixroom.review.guards import reportable, would_hide
from mixroom.review.model import EVENT_WINDOW, MAX_OPEN_REPORTS, Outcome, Report
from mixroom.review.results import NOBODY, tell_leads
from mixroom.submissions import store
from mixroom.submissions.actions import record
from mixroom.submissions.guards import get_locked, must_be_showable
from mixroom.submissions.model import Decision, Submission
from mixroom.submissions.moves import Fact, Status

RESTORED = "restored"  # the reason in the decision


def report(key: str, who: str) -> Outcome:
    """Record a visitor's report of being in a public photo, and hide it within the limits.

    `who` is a name for the visitor's browser. Every report reaches the reviewers; about one that
    hides nothing, the leads get a message. Raises NotFoundError.
    """
    with transaction() as tx:
        found = reportable(store.get_locked(tx, key), key)
        event_store.lock(tx, found.event_id)  # the limits are the event's
        shown, now = found.status is Status.APPROVED, clock.now()
        hid = shown and would_hide(tx, found, who)
        waiting = review_store.open_reports(tx, found.event_id, key)
        known = any(each.who == who for each in waiting) or len(waiting) >= MAX_OPEN_REPORTS
        if known and not hid:
            return Outcome.STAYS if shown else Outcome.ALREADY
        recent = review_store.reports_since(tx, found.event_id, now - EVENT_WINDOW)
        report = Report(ids.new(), found.event_id, key, now, who, hid)
        review_store.add_report(tx, report)
        if hid:
            after = found.decided(Decision(Fact.REPORTED, NOBODY, now, "reported"))
            store.save(tx, after)
            store.add_decision(tx, after)
            record(tx, Fact.REPORTED, after, NOBODY)
            return Outcome.HIDDEN
        if shown and all(each.hid for each in recent):
            tell_leads(tx, found, notices.REPORTED)
        record(tx, Fact.FLAGGED, found, NOBODY)
    return Outcome.STAYS if shown else Outcome.ALREADY


def hide(by: Person, key: str) -> dict[str, object]:
    """Hide a reported photo until a reviewer decides; raises NotFoundError, WrongStatusError."""
    by.must("submission.hold")
    with transaction() as tx:
        before = _reported(tx, by, key)
        after = before.decided(Decision(Fact.REPORTED, by.id, clock.now(), "reported"))
        store.save(tx, after)
        store.add_decision(tx, after)
        return record(tx, Fact.REPORTED, after, by.id)


def settle(by: Person, key: str) -> None:
    """Settle the reports of a photo, which stays as it is; raises NotFoundError."""
    by.must("submission.approve")
    with transaction() as tx:
        found = _reported(tx, by, key)
        review_store.settle_reports(tx, key, by.id)
        record(tx, Fact.FLAGGED, found, by.id)


def restore(by: Person, keys: Collection[str] | None = None) -> tuple[list[str], list[str]]:
    """Show photos again that reports have hidden: those with these keys, or all.

    Return the keys that are shown again, and those that are not: the reviewer's own (unless they
    lead), and photos that may no longer be shown.
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
    before = get_locked(tx, by, key)
    hidden = before.decision and before.decision.fact is Fact.REPORTED
    if before.status is not Status.HELD or not hidden:
        return False
    before.must_be_decidable_by(by)
    must_be_showable(tx, before, before.showing)
    approvals = [each for _, each in store.decisions_of(tx, key) if each.fact is Fact.APPROVED]
    now = clock.now()
    after = before.decided(Decision(Fact.APPROVED, by.id, now, RESTORED))
    store.add_decision(tx, after)
    # With its earlier approval it returns to its old place on the wall, and is not shown as new.
    store.save(tx, after.with_decision(approvals[-1]) if approvals else after)
    review_store.settle_reports(tx, key, by.id)
    record(tx, Fact.APPROVED, after, by.id)
    return True


def _reported(tx: sa.Connection, by: Person, key: str) -> Submission:
    found = get_locked(tx, by, key)
    if not review_store.open_reports(tx, by.event_id, key):
        raise NotFoundError(key)
    found.must_be_decidable_by(by)
    return found
