"""What becomes of promises without a person: evidence that is lost or regained, and its effect."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, cursors, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.plan.moves import Fact as MessageFact
from mixroom.promises import notices, store
from mixroom.promises.guards import standing
from mixroom.promises.items import standings, titled
from mixroom.promises.model import ON_WALLS, Evidence, Fact, Promise, delivery
from mixroom.push import actions as push
from mixroom.push import reminders
from mixroom.push.model import Message, Notice
from mixroom.sponsors import store as sponsor_store
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.supports.model import Fact as SupportFact

CURSOR = "promises"
REMIND_JOB = "promise.remind"
NOBODY = ""  # `by` in the journal if nobody of the crew acted
MAX_READ = 500  # facts at once
IDLE_READ = 100  # facts of no interest, before the cursor moves past them
# After these, evidence may not stand any more, or may again; a fact of promises has evidence looked
# at that was brought while something was recalled.
TELLING = frozenset(
    {
        SubmissionFact.RECALLED,
        SubmissionFact.WITHDRAWN,
        SubmissionFact.REPORTED,
        SubmissionFact.REOPENED,
        SubmissionFact.APPROVED,
        MessageFact.OUT,
        MessageFact.UNPUBLISHED,
        SupportFact.VALIDATED,
        SupportFact.INVALIDATED,
        SupportFact.DROPPED,
    }
)
BROUGHT = frozenset({Fact.DELIVERED})


def begin_at_the_end(tx: sa.Connection) -> None:
    """Have recalls noticed from now on, if they are not yet."""
    if cursors.position(tx, CURSOR) is None:
        cursors.hold(tx, CURSOR, start=journal.latest(tx))


def watch(now: datetime) -> None:
    """Look again at evidence whose photo, publication or support has changed.

    Every worker calls it soon after new facts. What it finds and the cursor are saved together, so
    nothing is missed.
    """
    with reading() as tx:
        position = cursors.position(tx, CURSOR)
        new = [] if position is None else journal.since(tx, position, most=MAX_READ)
    if any(each.name in TELLING | BROUGHT for each in new) or len(new) >= IDLE_READ:
        with transaction() as tx:
            _look(tx, now)


def remind(job: Job) -> None:
    """Tell the owner that a promise is due in a day, or late, unless it is kept or moved."""
    now = clock.now()
    with transaction() as tx:
        jobs.finish(tx, job)
        promise = store.locked(tx, str(job.payload["key"]))
        if promise is None or not reminders.is_current(job, promise.due):
            return
        if not standings(tx, promise.event_id, [promise], now)[0].delivery.is_whole:
            tell(tx, notices.LATE if job.payload["is_late"] else notices.DUE, promise)


def enqueue_reminders(tx: sa.Connection, promise: Promise) -> None:
    """Add the jobs that remind its owner, whoever that is then, of a promise."""
    event = event_store.get(tx, promise.event_id)
    if event:
        reminders.enqueue(tx, REMIND_JOB, promise.id, promise.due, event.zone)


def tell(tx: sa.Connection, notice: Notice, promise: Promise, *, by: str = NOBODY) -> None:
    """Send the owner of a promise word about it, unless the owner caused it."""
    if promise.owner_id:
        names = sponsor_store.names(tx, promise.event_id)
        about = titled(promise, names.get(promise.sponsor_id, Bilingual()))
        push.notify(tx, promise.owner_id, Message(notice, promise.id, about), by=by)


def weigh(tx: sa.Connection, promise: Promise, now: datetime) -> list[tuple[Fact, Evidence | None]]:
    """Save which evidence of a locked promise stands, and whether it is kept by it.

    Return the facts to record, as the last step, with `record_all`.
    """
    found = store.evidence_of(tx, [promise.id])[promise.id]
    stands = standing(tx, promise.event_id, found)
    facts: list[tuple[Fact, Evidence | None]] = []
    weighed = []
    for each in found:
        lost = each.id not in stands
        changed = lost != bool(each.lost_at)
        after = replace(each, lost_at=now if lost else None) if changed else each
        if changed:
            store.save_evidence(tx, after)
            facts.append((Fact.LOST if lost else Fact.REGAINED, after))
        weighed.append(after)
    kept = promise.kind not in ON_WALLS and delivery(promise, weighed).is_whole
    if kept != bool(promise.kept_at):
        store.save(tx, replace(promise, kept_at=now if kept else None))
        if kept:
            facts.append((Fact.KEPT, None))
    return facts


def record_all(
    tx: sa.Connection, promise: Promise, facts: Sequence[tuple[Fact, Evidence | None]], by: str
) -> None:
    """Write facts about a promise to the journal."""
    for fact, evidence in facts:
        particulars: dict[str, Any] = {"evidence": evidence.id} if evidence else {}
        record(tx, fact, promise, by, particulars)


def record(
    tx: sa.Connection,
    fact: Fact,
    promise: Promise,
    by: str,
    particulars: dict[str, Any] | None = None,
) -> None:
    """Write a fact about a promise to the journal."""
    event_id = promise.event_id
    journal.record(
        tx,
        fact,
        event_id=event_id,
        key=promise.id,
        owner=event_id,
        by=by,
        particulars=particulars,
    )


def _look(tx: sa.Connection, now: datetime) -> None:
    position = cursors.hold(tx, CURSOR)
    entries = journal.since(tx, position, most=MAX_READ)
    if not entries:
        return
    changed = {each.key for each in entries if each.name in TELLING}
    brought = {each.key for each in entries if each.name in BROUGHT}
    weighed = []
    for key in sorted({*store.resting_on(tx, changed), *brought}):
        promise = store.locked(tx, key)
        if promise:
            weighed.append((promise, weigh(tx, promise, now)))
    cursors.move(tx, CURSOR, entries[-1].seq)
    for promise, facts in weighed:
        if any(fact is Fact.LOST for fact, _ in facts):
            tell(tx, notices.LOST, promise)
    for promise, facts in weighed:
        record_all(tx, promise, facts, NOBODY)
