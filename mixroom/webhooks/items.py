"""The messages about facts, and webhooks as the page and the API show them."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.alarms.items import alarm_items
from mixroom.connectors.store import of_event as accounts_of
from mixroom.core.clock import rfc3339
from mixroom.plan import post_store
from mixroom.plan import store as plan_store
from mixroom.plan.channels import Channel
from mixroom.plan.items import full_items, posts_due
from mixroom.plan.model import Post
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
        case Topic.DUE:
            return {"id": key, "item": _due_item(tx, event_id, key)}
        case Topic.PUBLISHED:
            return {"id": key, "item": _published_item(tx, event_id, key)}


def posts_for_others(tx: sa.Connection, event_id: str, key: str) -> list[Post]:
    """Return what is due of a message and goes out neither on an account nor in our own feed."""
    found = plan_store.some(tx, event_id, [key])
    ours = {Channel.GLOBAL, *(each.channel for each in accounts_of(tx, event_id))}
    out = {(each.channel, each.lang) for each in post_store.posts_of(tx, [key])[key][0]}
    return posts_due(
        tx,
        [
            (key, channel, lang, message.due)
            for message in found
            if message.due
            for channel, lang in sorted(message.wanted - out)
            if channel not in ours
        ],
    )


def _due_item(tx: sa.Connection, event_id: str, key: str) -> dict[str, Any] | None:
    posts = posts_for_others(tx, event_id, key)
    item = full_items(tx, plan_store.some(tx, event_id, [key]), {}).get(key)
    if item is None:
        return None
    return {
        "name": item["name"],
        "due": item["due"],
        "pictures": [
            {"url": each["wall"], "alt": each["alt"], "credit": each["credit"]}
            for each in item["pictures"]
        ],
        "posts": [
            {"channel": each.channel.value, "lang": each.lang, "text": each.text, "url": each.url}
            for each in posts
        ],
    }


def _published_item(tx: sa.Connection, event_id: str, key: str) -> dict[str, Any] | None:
    item = full_items(tx, plan_store.some(tx, event_id, [key]), {}).get(key)
    if item is None:
        return None
    return {
        "name": item["name"],
        "publications": [
            {name: each[name] for name in ("channel", "lang", "url", "at")}
            for each in item["publications"]
        ],
    }


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
