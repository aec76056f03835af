"""The steps of a message that no person takes: collected, delivered, tried again, given up."""

import json
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.alarms.model import Fact as AlarmFact
from mixroom.core import clock, cursors, ids, jobs, journal
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.journal import Entry
from mixroom.plan.moves import Fact as MessageFact
from mixroom.requests.model import Fact as RequestFact
from mixroom.submissions import lists
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.webhooks import store
from mixroom.webhooks.courier import Outcome
from mixroom.webhooks.items import data_of, posts_for_others
from mixroom.webhooks.model import (
    Delivery,
    Fact,
    State,
    Topic,
    Webhook,
    is_success,
    pause_after,
    why_disabled,
)

TOPICS: dict[str, Topic] = {
    SubmissionFact.APPROVED: Topic.APPROVED,
    SubmissionFact.RECALLED: Topic.RECALLED,
    SubmissionFact.REPORTED: Topic.RECALLED,  # hidden, until a reviewer decides
    SubmissionFact.WITHDRAWN: Topic.RECALLED,
    RequestFact.OPENED: Topic.REQUESTED,
    AlarmFact.RAISED: Topic.RUNG,
    MessageFact.DUE: Topic.DUE,
    MessageFact.PUBLISHED: Topic.PUBLISHED,
}
SEND_JOB = "webhooks.send"
CURSOR = "webhooks"
NOBODY = ""  # `by` in the journal if nobody of the crew acted
MAX_READ = 500  # facts at once
IDLE_READ = 100  # facts of no interest, before the cursor moves past them
SOON = timedelta(seconds=15)  # what is due later, the next look finds


def collect(now: datetime) -> None:
    """Make a delivery of each new fact for each webhook that wants it, and have them sent.

    The deliveries and the cursor are saved together: no fact is missed, and none is told twice.
    """
    with reading() as tx:
        position, hooks = cursors.position(tx, CURSOR), store.active(tx)
        if not hooks and position is None:
            return
        new = _entries(tx, position, hooks)
        due = store.next_due(tx, now + SOON)
    if not hooks:
        with transaction() as tx:
            cursors.drop(tx, CURSOR)  # so that retention need not wait for it
        return
    if new is not None:
        with transaction() as tx:
            _collect(tx)
    elif due is not None:
        with transaction() as tx:
            send_soon(tx, due)


def begin_at_the_end(tx: sa.Connection) -> None:
    """Have new facts collected from now on, if none are yet."""
    cursors.hold(tx, CURSOR, start=journal.latest(tx))


def send_soon(tx: sa.Connection, at: datetime) -> None:
    """Enqueue the job that sends what is due, unless there is one."""
    jobs.enqueue(tx, SEND_JOB, {}, at=at, unique=SEND_JOB)


def message(webhook: Webhook, kind: str, at: datetime, data: dict[str, Any]) -> Delivery:
    """Return a new delivery, which is due at once."""
    now = clock.now()
    payload = {"type": kind, "timestamp": rfc3339(at), "data": data}
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return Delivery(ids.new(), webhook.id, webhook.event_id, kind, text, now, next_at=now)


def tried(outcome: Outcome) -> None:
    """Save the outcome of a try: delivered, to be tried again, or given up.

    A webhook that is gone, or has failed for long, is switched off.
    """
    now = clock.now()
    with transaction() as tx:
        found = store.get_delivery(tx, outcome.id)
        webhook = store.get(tx, found.webhook_id, lock=True) if found else None
        delivery = store.get_delivery(tx, outcome.id, lock=True)
        if webhook is None or delivery is None or delivery.state is not State.WAITING:
            return
        after = replace(
            delivery,
            tries=delivery.tries + 1,
            tried_at=now,
            status=outcome.status,
            fault=outcome.fault or None,
            milliseconds=outcome.milliseconds,
            answer=outcome.answer,
            next_at=None,
        )
        if is_success(outcome.status):
            store.save_delivery(tx, replace(after, state=State.DELIVERED))
            if webhook.failing_since:
                store.save(tx, replace(webhook, failing_since=None))
            return
        pause = pause_after(after.tries, random.random(), outcome.wait)  # noqa: S311  no secret
        state = State.WAITING if pause else State.FAILED
        store.save_delivery(tx, replace(after, state=state, next_at=now + pause if pause else None))
        failing = replace(webhook, failing_since=webhook.failing_since or now)
        if why := why_disabled(failing, outcome.status, now):
            store.save(tx, replace(failing, disabled=why, disabled_at=now))
            store.give_up_waiting(tx, webhook.id)
            _record(tx, Fact.DISABLED, webhook)
        elif failing != webhook:
            store.save(tx, failing)


def settle(job: Job) -> None:
    """End the job, and enqueue the next one if more is due soon."""
    with transaction() as tx:
        jobs.finish(tx, job)
        if (due := store.next_due(tx, clock.now() + SOON)) is not None:
            send_soon(tx, due)


def _entries(
    tx: sa.Connection, position: int | None, hooks: dict[str, list[Webhook]]
) -> list[Entry] | None:
    """Return the facts after the cursor, or None while they need not be looked at."""
    if position is None:
        return []
    found = journal.since(tx, position, most=MAX_READ)
    wanted = any(each.name in TOPICS and each.event_id in hooks for each in found)
    return found if wanted or len(found) >= IDLE_READ else None


def _collect(tx: sa.Connection) -> None:
    position = cursors.hold(tx, CURSOR, start=journal.latest(tx))
    hooks = store.active(tx)
    entries = journal.since(tx, position, most=MAX_READ)
    for entry in entries:
        for webhook in hooks.get(entry.event_id, ()):
            topic = _topic(tx, entry)
            if topic in webhook.topics and entry.at >= webhook.created_at and topic:
                data = data_of(tx, topic, entry.event_id, entry.key)
                store.add_delivery(tx, message(webhook, topic.value, entry.at, data))
    if entries:
        cursors.move(tx, CURSOR, entries[-1].seq)
    if (due := store.next_due(tx, clock.now() + SOON)) is not None:
        send_soon(tx, due)


def _topic(tx: sa.Connection, entry: Entry) -> Topic | None:
    """Return the topic of a fact, or None if nobody outside is told of it.

    An author may withdraw what was never shown, and an alarm that is open again has rung before.
    A message may be due on no other channels than those that have accounts of their own.
    """
    topic = TOPICS.get(entry.name)
    if topic is Topic.DUE and not posts_for_others(tx, entry.event_id, entry.key):
        return None
    if entry.name == SubmissionFact.WITHDRAWN and not lists.ever_approved(tx, [entry.key]):
        return None
    return None if topic is Topic.RUNG and entry.particulars.get("again") else topic


def _record(tx: sa.Connection, fact: Fact, webhook: Webhook) -> None:
    journal.record(
        tx,
        fact,
        event_id=webhook.event_id,
        key=webhook.id,
        owner=webhook.event_id,
        by=NOBODY,
    )
