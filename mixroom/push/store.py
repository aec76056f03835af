"""The phones that want messages, in the database."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import jobs
from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.ids import digest
from mixroom.core.jobs import Job
from mixroom.crew.device_store import devices, is_signed_in
from mixroom.push.model import Subscription

subscriptions = sa.Table(
    "push_subscription",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column(
        "person_id", sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column(
        "device_id", sa.ForeignKey("device.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    sa.Column("endpoint", sa.Text, nullable=False),
    sa.Column("endpoint_hash", sa.String(64), nullable=False, unique=True),
    sa.Column("p256dh", sa.String(100), nullable=False),
    sa.Column("auth", sa.String(32), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
)


def put(tx: sa.Connection, subscription: Subscription) -> None:
    """Save a subscription, in place of others with its address or its device."""
    ours = subscriptions.c
    hashed = digest(subscription.endpoint)
    tx.execute(
        subscriptions.delete().where(
            (ours.endpoint_hash == hashed) | (ours.device_id == subscription.device_id)
        )
    )
    tx.execute(
        subscriptions.insert().values(
            id=subscription.id,
            person_id=subscription.person_id,
            device_id=subscription.device_id,
            endpoint=subscription.endpoint,
            endpoint_hash=hashed,
            p256dh=subscription.p256dh,
            auth=subscription.auth,
            lang=subscription.lang,
            created_at=subscription.created_at,
            failures=subscription.failures,
        )
    )


def remove_endpoint(tx: sa.Connection, person_id: str, endpoint: str) -> None:
    """Delete one of a person's addresses; do nothing if it is not theirs."""
    mine = (subscriptions.c.person_id == person_id) & (
        subscriptions.c.endpoint_hash == digest(endpoint)
    )
    tx.execute(subscriptions.delete().where(mine))


def remove(tx: sa.Connection, subscription_id: str) -> None:
    """Delete a subscription."""
    tx.execute(subscriptions.delete().where(subscriptions.c.id == subscription_id))


def of_person(tx: sa.Connection, person_id: str, now: datetime) -> list[Subscription]:
    """Return the phones on which a person is still signed in."""
    query = _signed_in(now).where(subscriptions.c.person_id == person_id)
    return [_subscription(row) for row in tx.execute(query.order_by(subscriptions.c.id))]


def get(tx: sa.Connection, subscription_id: str, now: datetime) -> Subscription | None:
    """Return a subscription if its device is still signed in, else None."""
    row = tx.execute(_signed_in(now).where(subscriptions.c.id == subscription_id)).one_or_none()
    return _subscription(row) if row else None


def save_failures(tx: sa.Connection, subscription_id: str, failures: int) -> None:
    """Save how many times in a row the phone could not be reached."""
    tx.execute(
        subscriptions.update()
        .where(subscriptions.c.id == subscription_id)
        .values(failures=failures)
    )


def sweep(tx: sa.Connection, now: datetime) -> None:
    """Delete the phones that have been signed out."""
    signed_in = sa.select(devices.c.id).where(is_signed_in(now))
    tx.execute(subscriptions.delete().where(subscriptions.c.device_id.not_in(signed_in)))


def is_superseded(tx: sa.Connection, job: Job) -> bool:
    """Return whether a newer message about the same item waits for the same phone."""
    phone, key = job.payload["subscription_id"], job.payload["key"]
    return any(
        (each["subscription_id"], each["key"]) == (phone, key)
        for each in jobs.later(tx, job, str(phone))
    )


def _signed_in(now: datetime) -> sa.Select[Any]:
    join = subscriptions.join(devices, subscriptions.c.device_id == devices.c.id)
    return sa.select(subscriptions).select_from(join).where(is_signed_in(now))


def _subscription(row: sa.Row[Any]) -> Subscription:
    return Subscription(
        row.id,
        row.person_id,
        row.device_id,
        row.endpoint,
        row.p256dh,
        row.auth,
        row.lang,
        row.created_at,
        row.failures,
    )
