"""Reads of messages, for the worker that sends them."""

from datetime import timedelta

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.jobs import Job
from mixroom.core.text import Bilingual
from mixroom.push import store
from mixroom.push.model import Message, Notice, Subscription


def due(job: Job) -> tuple[Subscription, Message] | None:
    """Return the phone and the message of a job.

    Return None if the phone is no longer signed in, or if a newer message about the same item
    waits: one that was put off must not arrive after one that undoes it.
    """
    payload = job.payload
    if "notice" not in payload:  # enqueued by an older release
        return None
    lasts = timedelta(seconds=payload["notice"]["lasts"])
    notice = Notice(**payload["notice"] | {"lasts": lasts})
    about, why = Bilingual(**payload["about"]), Bilingual(**payload["why"])
    with reading() as tx:
        phone = store.get(tx, str(payload["subscription_id"]), clock.now())
        if phone is None or store.is_superseded(tx, job):
            return None
    return phone, Message(notice, str(payload["key"]), about, why)
