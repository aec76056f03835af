"""Webhooks and their deliveries in the database."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.public_addresses import MAX_URL
from mixroom.webhooks.model import Delivery, State, Topic, Webhook, Why

webhooks = sa.Table(
    "webhook",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("url", sa.String(MAX_URL), nullable=False),
    sa.Column("topics", sa.String(200), nullable=False),
    sa.Column("secret", sa.String(80), nullable=False),
    sa.Column("old_secret", sa.String(80)),
    sa.Column("old_until", UtcDateTime),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("disabled", sa.String(8)),
    sa.Column("disabled_at", UtcDateTime),
    sa.Column("failing_since", UtcDateTime),
)
deliveries = sa.Table(
    "webhook_delivery",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("webhook_id", sa.ForeignKey("webhook.id", ondelete="CASCADE"), nullable=False),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("next_at", UtcDateTime),
    sa.Column("tried_at", UtcDateTime),
    sa.Column("status", sa.Integer),
    sa.Column("fault", sa.String(16)),
    sa.Column("milliseconds", sa.Integer),
    sa.Column("answer", sa.String(200)),
    sa.Index("ix_webhook_delivery_webhook_id", "webhook_id", "id"),
    sa.Index("ix_webhook_delivery_next_at", "state", "next_at"),
    sa.Index("ix_webhook_delivery_created_at", "created_at"),
)


def list_all(tx: sa.Connection, event_id: str) -> list[Webhook]:
    """Return an event's webhooks, oldest first."""
    query = sa.select(webhooks).where(webhooks.c.event_id == event_id).order_by(webhooks.c.id)
    return [_webhook(row) for row in tx.execute(query)]


def active(tx: sa.Connection) -> dict[str, list[Webhook]]:
    """Return the webhooks that are switched on, by event."""
    found: dict[str, list[Webhook]] = {}
    for row in tx.execute(sa.select(webhooks).where(webhooks.c.disabled.is_(None))):
        found.setdefault(row.event_id, []).append(_webhook(row))
    return found


def get(tx: sa.Connection, webhook_id: str, *, lock: bool = False) -> Webhook | None:
    """Return a webhook, or None."""
    query = sa.select(webhooks).where(webhooks.c.id == webhook_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _webhook(row) if row else None


def add(tx: sa.Connection, webhook: Webhook) -> None:
    """Add a webhook."""
    created = {"event_id": webhook.event_id, "created_at": webhook.created_at}
    tx.execute(webhooks.insert().values(id=webhook.id, **created, **_row(webhook)))


def save(tx: sa.Connection, webhook: Webhook) -> None:
    """Save a webhook."""
    tx.execute(webhooks.update().where(webhooks.c.id == webhook.id).values(**_row(webhook)))


def remove(tx: sa.Connection, webhook_id: str) -> None:
    """Delete a webhook and its deliveries."""
    tx.execute(deliveries.delete().where(deliveries.c.webhook_id == webhook_id))
    tx.execute(webhooks.delete().where(webhooks.c.id == webhook_id))


def add_delivery(tx: sa.Connection, delivery: Delivery) -> None:
    """Add a delivery."""
    tx.execute(deliveries.insert().values(_delivery_row(delivery)))


def save_delivery(tx: sa.Connection, delivery: Delivery) -> None:
    """Save a delivery."""
    this = deliveries.c.id == delivery.id
    tx.execute(deliveries.update().where(this).values(_delivery_row(delivery)))


def get_delivery(tx: sa.Connection, delivery_id: str, *, lock: bool = False) -> Delivery | None:
    """Return a delivery, or None."""
    query = sa.select(deliveries).where(deliveries.c.id == delivery_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _delivery(row) if row else None


def log_of(
    tx: sa.Connection, webhook_id: str, *, before: str | None = None, most: int
) -> list[Delivery]:
    """Return up to `most` deliveries of a webhook, newest first, that came before an id."""
    query = sa.select(deliveries).where(deliveries.c.webhook_id == webhook_id)
    if before is not None:
        query = query.where(deliveries.c.id < before)
    rows = tx.execute(query.order_by(deliveries.c.id.desc()).limit(most))
    return [_delivery(row) for row in rows]


def due(tx: sa.Connection, now: datetime, most: int) -> list[Delivery]:
    """Return up to `most` deliveries that are due, in the order in which they became so."""
    waiting = (deliveries.c.state == State.WAITING.value) & (deliveries.c.next_at <= now)
    query = sa.select(deliveries).where(waiting).order_by(deliveries.c.next_at).limit(most)
    return [_delivery(row) for row in tx.execute(query)]


def next_due(tx: sa.Connection, until: datetime) -> datetime | None:
    """Return when the next delivery is due, if that is before a time."""
    waiting = (deliveries.c.state == State.WAITING.value) & (deliveries.c.next_at <= until)
    query = sa.select(deliveries.c.next_at).where(waiting)
    return tx.scalar(query.order_by(deliveries.c.next_at).limit(1))


def give_up_waiting(tx: sa.Connection, webhook_id: str) -> None:
    """Mark what waits for a webhook as failed: it is switched off."""
    waiting = (deliveries.c.webhook_id == webhook_id) & (deliveries.c.state == State.WAITING.value)
    values = {"state": State.FAILED.value, "next_at": None}
    tx.execute(deliveries.update().where(waiting).values(**values))


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` deliveries that were made before a time; return how many."""
    old = sa.select(deliveries.c.id).where(deliveries.c.created_at < before).limit(most)
    return tx.execute(deliveries.delete().where(deliveries.c.id.in_(old))).rowcount


def of_ids(tx: sa.Connection, ids: Collection[str]) -> dict[str, Webhook]:
    """Return webhooks by their ids."""
    rows = tx.execute(sa.select(webhooks).where(webhooks.c.id.in_(list(ids))))
    return {row.id: _webhook(row) for row in rows}


def _row(webhook: Webhook) -> dict[str, Any]:
    return {
        "url": webhook.url,
        "topics": " ".join(sorted(webhook.topics)),
        "secret": webhook.secret,
        "old_secret": webhook.old_secret,
        "old_until": webhook.old_until,
        "disabled": webhook.disabled.value if webhook.disabled else None,
        "disabled_at": webhook.disabled_at,
        "failing_since": webhook.failing_since,
    }


def _webhook(row: sa.Row[Any]) -> Webhook:
    return Webhook(
        row.id,
        row.event_id,
        row.url,
        frozenset(map(Topic, row.topics.split())),
        row.secret,
        row.created_at,
        row.old_secret,
        row.old_until,
        Why(row.disabled) if row.disabled else None,
        row.disabled_at,
        row.failing_since,
    )


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "webhook_id": delivery.webhook_id,
        "event_id": delivery.event_id,
        "type": delivery.type,
        "payload": delivery.payload,
        "created_at": delivery.created_at,
        "state": delivery.state.value,
        "tries": delivery.tries,
        "next_at": delivery.next_at,
        "tried_at": delivery.tried_at,
        "status": delivery.status,
        "fault": delivery.fault,
        "milliseconds": delivery.milliseconds,
        "answer": delivery.answer,
    }


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(**dict(row._mapping) | {"state": State(row.state)})
