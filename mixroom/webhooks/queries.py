"""Reads of webhooks: for the page, the API, and the courier."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.crew.model import Person
from mixroom.webhooks import store
from mixroom.webhooks.model import Delivery, Webhook

MAX_PER_PAGE = 50
SHOWN = 10  # deliveries of each webhook on the page of all
MAX_AT_ONCE = 16  # messages that are sent at the same time
MAX_OF_ONE = 4  # of them to one receiver; to one that fails, a single one


@dataclass(frozen=True, slots=True)
class Logged:
    """A webhook with its newest deliveries."""

    webhook: Webhook
    deliveries: list[Delivery]


def webhooks(by: Person) -> list[Webhook]:
    """Return the webhooks of the event."""
    by.must("webhook.edit")
    with reading() as tx:
        return store.list_all(tx, by.event_id)


def with_deliveries(by: Person) -> list[Logged]:
    """Return the webhooks of the event, each with its newest deliveries."""
    by.must("webhook.edit")
    with reading() as tx:
        found = store.list_all(tx, by.event_id)
        return [Logged(each, store.log_of(tx, each.id, most=SHOWN)) for each in found]


def deliveries(
    by: Person, webhook_id: str, before: str | None = None
) -> tuple[Webhook, list[Delivery], str | None]:
    """Return a webhook, a page of its deliveries, newest first, and where the next one begins."""
    by.must("webhook.edit")
    with reading() as tx:
        webhook = store.get(tx, webhook_id)
        if webhook is None or webhook.event_id != by.event_id:
            raise NotFoundError(webhook_id)
        found = store.log_of(tx, webhook_id, before=before, most=MAX_PER_PAGE + 1)
    shown = found[:MAX_PER_PAGE]
    return webhook, shown, shown[-1].id if len(found) > MAX_PER_PAGE else None


def due(now: datetime) -> list[tuple[Webhook, Delivery]]:
    """Return the messages to send now, so that no receiver takes the place of all others."""
    with reading() as tx:
        waiting = store.due(tx, now, 20 * MAX_AT_ONCE)
        hooks = store.of_ids(tx, {each.webhook_id for each in waiting})
    chosen: list[tuple[Webhook, Delivery]] = []
    taken = Counter[str]()
    for each in waiting:
        webhook = hooks[each.webhook_id]
        most = 1 if webhook.failing_since else MAX_OF_ONE
        if taken[webhook.id] < most and len(chosen) < MAX_AT_ONCE:
            taken[webhook.id] += 1
            chosen.append((webhook, each))
    return chosen
