"""The steps of a message that no person takes: enqueued, delivered, tried again, given up."""

from dataclasses import asdict
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.push import store
from mixroom.push.model import MAX_FAILURES, MAX_TRIES, Message, Subscription, retry_after

SEND_JOB = "push.send"


def enqueue(
    tx: sa.Connection,
    subscription_id: str,
    message: Message,
    *,
    tries: int = 1,
    after: timedelta = timedelta(),
) -> None:
    """Enqueue the job that sends a message to one phone; `tries` counts from one."""
    payload = {
        "subscription_id": subscription_id,
        "notice": asdict(message.notice) | {"lasts": message.notice.lasts.total_seconds()},
        "key": message.key,
        "about": message.about.as_dict(),
        "why": message.why.as_dict(),
        "tries": tries,
    }
    jobs.enqueue(tx, SEND_JOB, payload, after=after)


def delivered(job: Job, phone: Subscription | None = None) -> None:
    """End the job: the push service has the message, or it need not be sent."""
    with transaction() as tx:
        jobs.finish(tx, job)
        if phone and phone.failures:
            store.save_failures(tx, phone.id, 0)


def gone(job: Job, phone: Subscription) -> None:
    """End the job, and forget a phone that its push service no longer knows."""
    with transaction() as tx:
        jobs.finish(tx, job)
        store.remove(tx, phone.id)


def put_off(job: Job, phone: Subscription, message: Message, wait: float | None = None) -> None:
    """Try again later, at most MAX_TRIES times; `wait` are the push service's own seconds.

    A phone that fails MAX_FAILURES times in a row is forgotten.
    """
    tries = int(job.payload["tries"])
    with transaction() as tx:
        jobs.finish(tx, job)
        if phone.failures + 1 >= MAX_FAILURES:
            store.remove(tx, phone.id)
            return
        store.save_failures(tx, phone.id, phone.failures + 1)
        if tries < MAX_TRIES and not store.is_superseded(tx, job):
            after = retry_after(tries, wait)
            enqueue(tx, phone.id, message, tries=tries + 1, after=after)


def sweep() -> None:
    """Forget the phones that are no longer signed in."""
    with transaction() as tx:
        store.sweep(tx, clock.now())
