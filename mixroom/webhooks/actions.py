"""Actions of leads on webhooks: add one, remove one, replace its secret, try it, send again."""

from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.webhooks import store
from mixroom.webhooks.model import (
    MAX_WEBHOOKS,
    ROTATION,
    TEST,
    Delivery,
    DisabledError,
    Fact,
    State,
    Webhook,
    Why,
    checked_topics,
    checked_url,
)
from mixroom.webhooks.results import begin_at_the_end, message, send_soon
from mixroom.webhooks.signing import new_secret


def add(by: Person, url: str, topics: Collection[str], *, allowed: Collection[str]) -> Webhook:
    """Tell an address of facts from now on; the secret in the answer is not shown again.

    `allowed` are the origins that a setting lets through.
    """
    by.must("webhook.edit")
    new = Webhook(
        ids.new(),
        by.event_id,
        checked_url(url, allowed),
        checked_topics(topics),
        new_secret(),
        clock.now(),
    )
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        if len(store.list_all(tx, by.event_id)) >= MAX_WEBHOOKS:
            raise InvalidError("url", "too_many", most=MAX_WEBHOOKS)
        store.add(tx, new)
        begin_at_the_end(tx)
        _record(tx, by, Fact.ADDED, new.id)
    return new


def remove(by: Person, webhook_id: str) -> None:
    """Tell an address nothing more, and forget what it was told."""
    by.must("webhook.edit")
    with transaction() as tx:
        _get(tx, by, webhook_id)
        store.remove(tx, webhook_id)
        _record(tx, by, Fact.REMOVED, webhook_id)


def rotate(by: Person, webhook_id: str) -> Webhook:
    """Replace the secret; for ROTATION both sign, so that the receiver can change over."""
    by.must("webhook.edit")
    now = clock.now()
    with transaction() as tx:
        before = _get(tx, by, webhook_id)
        after = replace(
            before, secret=new_secret(), old_secret=before.secret, old_until=now + ROTATION
        )
        store.save(tx, after)
        _record(tx, by, Fact.CHANGED, webhook_id)
    return after


def switch(by: Person, webhook_id: str, *, on: bool) -> Webhook:
    """Switch a webhook off, or on again; meanwhile it is told nothing."""
    by.must("webhook.edit")
    with transaction() as tx:
        before = _get(tx, by, webhook_id)
        if on:
            after = replace(before, disabled=None, disabled_at=None, failing_since=None)
            begin_at_the_end(tx)
        else:
            after = replace(before, disabled=Why.LEAD, disabled_at=clock.now(), failing_since=None)
            store.give_up_waiting(tx, webhook_id)
        store.save(tx, after)
        _record(tx, by, Fact.CHANGED, webhook_id)
    return after


def test(by: Person, webhook_id: str) -> Delivery:
    """Send a message that says nothing, to try the address; raises DisabledError."""
    by.must("webhook.edit")
    with transaction() as tx:
        webhook = _get_active(tx, by, webhook_id)
        sent = message(webhook, TEST, clock.now(), {"id": webhook.id})
        store.add_delivery(tx, sent)
        send_soon(tx, clock.now())
    return sent


def send_again(by: Person, webhook_id: str, delivery_id: str) -> Delivery:
    """Send a message again, with the same id; raises DisabledError."""
    by.must("webhook.edit")
    now = clock.now()
    with transaction() as tx:
        _get_active(tx, by, webhook_id)
        found = store.get_delivery(tx, delivery_id, lock=True)
        if found is None or found.webhook_id != webhook_id:
            raise NotFoundError(delivery_id)
        again = replace(found, state=State.WAITING, tries=0, next_at=now)
        store.save_delivery(tx, again)
        send_soon(tx, now)
    return again


def _get(tx: sa.Connection, by: Person, webhook_id: str) -> Webhook:
    webhook = store.get(tx, webhook_id, lock=True)
    if webhook is None or webhook.event_id != by.event_id:
        raise NotFoundError(webhook_id)
    return webhook


def _get_active(tx: sa.Connection, by: Person, webhook_id: str) -> Webhook:
    webhook = _get(tx, by, webhook_id)
    if webhook.disabled:
        raise DisabledError(webhook_id)
    return webhook


def _record(tx: sa.Connection, by: Person, fact: Fact, webhook_id: str) -> None:
    event_id = by.event_id
    journal.record(tx, fact, event_id=event_id, key=webhook_id, owner=event_id, by=by.id)
