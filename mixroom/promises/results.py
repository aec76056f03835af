"""What becomes of promises without a person: evidence that is lost or regained, and its effect."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, cursors, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.event.model import Fact as EventFact
from mixroom.plan.moves import Fact as MessageFact
from mixroom.promises import notices, store
from mixroom.promises.guards import standing
from mixroom.promises.items import standings, titled, usual_due
from mixroom.promises.model import ON_WALLS, Evidence, Fact, Promise, delivery
from mixroom.push import actions as push
from mixroom.push import reminders
from mixroom.push.model import Message, Notice
from mixroom.sponsors import store as sponsor_store
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.supports.model import Fact as SupportFact

CURSOR = "promises"
REMIND_JOB = "promise.remind"
LOST_JOB = "promise.lost"
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
MOVED = frozenset({EventFact.EDITED})  # with particulars, if the event's end was


def begin_at_the_end(tx: sa.Connection) -> None:
    """Have recalls, and a new end of the event, noticed from now on, if they are not yet."""
    if cursors.position(tx, CURSOR) is None:
        cursors.hold(tx, CURSOR, start=journal.latest(tx))


def watch(now: datetime) -> None:
    """Look again at evidence whose photo, publication or support has changed.

    What is due as the event ends moves with its end. Every worker calls it soon after new facts;
    what it finds and the cursor are saved together, so nothing is missed.
    """
    with reading() as tx:
        position = cursors.position(tx, CURSOR)
        new = [] if position is None else journal.since(tx, position, most=MAX_READ)
    if any(each.name in TELLING | BROUGHT | MOVED for each in new) or len(new) >= IDLE_READ:
        with transaction() as tx:
            _look(tx, now)


def remind(job: Job) -> None:
    """Say that a promise is due in a day, or late, unless it is kept or moved.

    The owner is told, or the leads if there is none.
    """
    now = clock.now()
    with transaction() as tx:
        promise = _of_job(tx, job)
        if promise is None or not reminders.is_current(job, promise.due):
            return
        if not standings(tx, promise.event_id, [promise], now)[0].delivery.is_whole:
            people, owned = reminders.owner_or_leads(tx, promise.event_id, promise.owner_id)
            if job.payload["is_late"]:
                notice = notices.LATE if owned else notices.LATE_UNOWNED
            else:
                notice = notices.DUE if owned else notices.DUE_UNOWNED
            tell(tx, notice, promise, people)


def tell_of_loss(job: Job) -> None:
    """Say that evidence of a promise does not stand any more, unless all of it stands again.

    The owner is told, or the leads if there is none.
    """
    with transaction() as tx:
        promise = _of_job(tx, job)
        if promise is None:
            return
        if any(each.lost_at for each in store.evidence_of(tx, [promise.id])[promise.id]):
            people, _ = reminders.owner_or_leads(tx, promise.event_id, promise.owner_id)
            tell(tx, notices.LOST, promise, people)


def enqueue_reminders(tx: sa.Connection, promise: Promise) -> None:
    """Add the jobs that remind of a promise: its owner, whoever that is then, or the leads."""
    event = event_store.get(tx, promise.event_id)
    if event:
        reminders.enqueue(tx, REMIND_JOB, promise.id, promise.due, event.zone)


def tell(
    tx: sa.Connection,
    notice: Notice,
    promise: Promise,
    people: Iterable[str] | None = None,
    *,
    by: str = NOBODY,
) -> None:
    """Send word about a promise to its owner, or to `people`, but not to whoever caused it."""
    names = sponsor_store.names(tx, promise.event_id)
    about = titled(promise, names.get(promise.sponsor_id, Bilingual()))
    owners = [promise.owner_id] if promise.owner_id else []
    for each in owners if people is None else people:
        push.notify(tx, each, Message(notice, promise.id, about), by=by)


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


def _of_job(tx: sa.Connection, job: Job) -> Promise | None:
    """Return the promise of a job, locked, and end the job; None if there is nothing to say now."""
    promise = store.locked(tx, str(job.payload["key"]))
    event = event_store.get(tx, promise.event_id) if promise else None
    if event and reminders.waits_for_day(tx, job, event.zone):
        return None
    jobs.finish(tx, job)
    return promise


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
    moved = [one for each in entries if each.name in MOVED for one in _moved(tx, each)]
    cursors.move(tx, CURSOR, entries[-1].seq)
    for promise in moved:
        enqueue_reminders(tx, promise)
    for promise, facts in weighed:
        event = event_store.get(tx, promise.event_id)
        if event and any(fact is Fact.LOST for fact, _ in facts):
            told = reminders.by_day(now, event.zone)
            jobs.enqueue(tx, LOST_JOB, {"key": promise.id}, at=told)
    for promise in moved:
        record(tx, Fact.EDITED, promise, NOBODY)
    for promise, facts in weighed:
        record_all(tx, promise, facts, NOBODY)


def _moved(tx: sa.Connection, entry: journal.Entry) -> Iterable[Promise]:
    """Save the promises that were due as the event ended with its new end, and yield them."""
    was = entry.particulars.get("was")
    event = event_store.get(tx, entry.event_id) if was else None
    if was is None or event is None:
        return
    ended = usual_due(
        replace(event, ends_on=date.fromisoformat(was["ends_on"]), timezone=was["timezone"])
    )
    for each in store.list_all(tx, event.id):
        promise = store.locked(tx, each.id) if each.due == ended else None
        if promise and promise.due == ended:
            later = replace(promise, due=usual_due(event), version=promise.version + 1)
            store.save(tx, later)
            yield later
