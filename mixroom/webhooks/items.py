"""The messages about facts, and webhooks as the page and the API show them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.alarms.items import alarm_items
from mixroom.core.clock import rfc3339
from mixroom.requests.items import items_of
from mixroom.requests.store import some as some_requests
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import published_items
from mixroom.webhooks.model import Delivery, Topic, Webhook


def data_of(tx: sa.Connection, topic: Topic, event_id: str, key: str) -> dict[str, Any]:
    """Return what a message says: the thing as it is now, or its id alone.

    A submission is that of the public page, and null if it is not for the web, or no longer shown.
    """
    match topic:
        case Topic.APPROVED:
            found = published_items(tx, event_id, [key], Purpose.WEB)
            return {"id": key, "item": found.get(key)}
        case Topic.RECALLED:
            return {"id": key}
        case Topic.REQUESTED:
            requests = items_of(tx, some_requests(tx, event_id, [key]))
            return {"id": key, "item": requests.get(key)}
        case Topic.RUNG:
            return {"id": key, "item": alarm_items(tx, event_id, [key]).get(key)}


def webhook_item(webhook: Webhook) -> dict[str, Any]:
    """Return a webhook without its secrets."""
    until, failing, disabled = webhook.old_until, webhook.failing_since, webhook.disabled_at
    return {
        "id": webhook.id,
        "url": webhook.url,
        "topics": sorted(webhook.topics),
        "created_at": rfc3339(webhook.created_at),
        "disabled": webhook.disabled.value if webhook.disabled else None,
        "disabled_at": rfc3339(disabled) if disabled else None,
        "failing_since": rfc3339(failing) if failing else None,
        "old_secret_until": rfc3339(until) if until else None,
    }


def delivery_items(deliveries: Sequence[Delivery]) -> list[dict[str, Any]]:
    """Return deliveries, each with the outcome of its last try."""
    return [
        {
            "id": each.id,
            "type": each.type,
            "created_at": rfc3339(each.created_at),
            "state": each.state.value,
            "tries": each.tries,
            "tried_at": rfc3339(each.tried_at) if each.tried_at else None,
            "next_at": rfc3339(each.next_at) if each.next_at else None,
            "status": each.status or None,
            "fault": each.fault or None,
            "milliseconds": each.milliseconds,
            "answer": each.answer,
        }
        for each in deliveries
    ]
