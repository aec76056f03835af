"""A person's verbs for messages on a phone: subscribe, unsubscribe; and a feature's: notify."""

from collections.abc import Sequence

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.text import Lang
from mixroom.crew.model import Person
from mixroom.push import results, store
from mixroom.push.model import (
    PUBLIC_KEY_BYTES,
    SECRET_BYTES,
    Message,
    Subscription,
    checked_endpoint,
    checked_key,
)


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
    """Send messages to this device from now on; raises InvalidError."""
    by.must("push.subscribe")
    wanted = Subscription(
        ids.new(),
        by.id,
        device_id,
        checked_endpoint(endpoint, services),
        checked_key(p256dh, "keys.p256dh", PUBLIC_KEY_BYTES),
        checked_key(auth, "keys.auth", SECRET_BYTES),
        lang,
        clock.now(),
    )
    with transaction() as tx:
        store.put(tx, wanted)


def unsubscribe(by: Person, endpoint: str) -> None:
    """Send this device no more messages; do nothing if it gets none."""
    with transaction() as tx:
        store.remove_endpoint(tx, by.id, endpoint)


def notify(tx: sa.Connection, person_id: str, message: Message, *, by: str) -> None:
    """Send a message to each of a person's phones, once this transaction is committed.

    Do nothing if the person is `by`, who caused it.
    """
    if person_id == by:
        return
    for phone in store.of_person(tx, person_id, clock.now()):
        results.enqueue(tx, phone.id, message)
