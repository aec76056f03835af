"""What a person may do about messages on their phone, and how a feature has one sent."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.text import Bilingual, Lang
from mixroom.push import store
from mixroom.push.model import (
    MOST_FAILURES,
    MOST_TRIES,
    POINT,
    SECRET,
    Message,
    Notice,
    Subscription,
    checked_endpoint,
    checked_key,
    pause,
)
from mixroom.team.model import Person

SEND = "push.send"


def subscribe(
    by: Person,
    device_id: str,
    endpoint: str,
    p256dh: str,
    auth: str,
    *,
    lang: Lang,
    services: Sequence[str],
) -> None:
    """Have this device told what becomes of what its person sends."""
    by.must("push.subscribe")
    wanted = Subscription(
        ids.new(),
        by.id,
        device_id,
        checked_endpoint(endpoint, services),
        checked_key(p256dh, "keys.p256dh", POINT),
        checked_key(auth, "keys.auth", SECRET),
        lang,
        clock.now(),
    )
    with transaction() as tx:
        store.put(tx, wanted)


def unsubscribe(by: Person, endpoint: str) -> None:
    """Tell this device nothing more; done twice, it is as done once."""
    with transaction() as tx:
        store.remove(tx, by.id, endpoint)


def notify(tx: sa.Connection, person_id: str, message: Message, *, by: str) -> None:
    """Have someone told on each of their phones, once this transaction is committed.

    Nobody is told what they did themselves.
    """
    if person_id == by:
        return
    for phone in store.of_person(tx, person_id, clock.now()):
        jobs.enqueue(tx, SEND, _payload(phone.id, message, tries=1))


def due(job: Job) -> tuple[Subscription, Message] | None:
    """Return what a job is to send and to whom.

    None where the phone is not signed in any more, or has something newer to be told of the same
    thing: what was put off must not arrive after what undid it.
    """
    told = job.payload
    if "notice" not in told:  # enqueued by an older release
        return None
    notice = Notice(**{**told["notice"], "lasts": timedelta(seconds=told["notice"]["lasts"])})
    about, why = Bilingual(**told["about"]), Bilingual(**told["why"])
    with reading() as tx:
        phone = store.get(tx, str(told["subscription_id"]), clock.now())
        phone = None if _is_old(tx, job) else phone
    return (phone, Message(notice, str(told["key"]), about, why)) if phone else None


def delivered(job: Job, phone: Subscription | None = None) -> None:
    """End the job: the push service has the message, or nobody is there to have it."""
    with transaction() as tx:
        jobs.finish(tx, job)
        if phone and phone.failures:
            store.count_failure(tx, phone.id, 0)


def gone(job: Job, phone: Subscription) -> None:
    """Forget a phone whose address the push service does not know any more."""
    with transaction() as tx:
        jobs.finish(tx, job)
        store.drop(tx, phone.id)


def put_off(job: Job, phone: Subscription, message: Message, told: float | None = None) -> None:
    """Try again later, a few times; `told` are the seconds that the push service asks for."""
    tries = int(job.payload["tries"])
    with transaction() as tx:
        jobs.finish(tx, job)
        if phone.failures + 1 >= MOST_FAILURES:
            store.drop(tx, phone.id)
            return
        store.count_failure(tx, phone.id, phone.failures + 1)
        if tries < MOST_TRIES and not _is_old(tx, job):
            again = _payload(phone.id, message, tries=tries + 1)
            jobs.enqueue(tx, SEND, again, after=pause(tries, told))


def sweep() -> None:
    """Forget the phones that have been signed out."""
    with transaction() as tx:
        store.sweep(tx, clock.now())


def _is_old(tx: sa.Connection, job: Job) -> bool:
    phone, key = job.payload["subscription_id"], job.payload["key"]
    return any(
        (each["subscription_id"], each["key"]) == (phone, key)
        for each in jobs.later(tx, job, str(phone))
    )


def _payload(subscription_id: str, message: Message, *, tries: int) -> dict[str, object]:
    return {
        "subscription_id": subscription_id,
        "notice": asdict(message.notice) | {"lasts": message.notice.lasts.total_seconds()},
        "key": message.key,
        "about": message.about.as_dict(),
        "why": message.why.as_dict(),
        "tries": tries,
    }
