"""The answers to requests with an idempotency key: a repeated request gets the same one."""

import json
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.submissions.rows import delete_by_keys

answers = sa.Table(
    "idempotency",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)


def reserve(tx: sa.Connection, person_id: str, key: str, fingerprint: str, at: datetime) -> bool:
    """Reserve a key for this person and request; return False if it has been used before.

    A second request with the same key waits until this transaction ends.
    """
    return insert_new(
        tx, answers, person_id=person_id, key=key, fingerprint=fingerprint, answer="", at=at
    )


def get(tx: sa.Connection, person_id: str, key: str) -> tuple[str, dict[str, Any]]:
    """Return the fingerprint of the request that used this key, and the answer to it."""
    row = tx.execute(sa.select(answers).where(_is(person_id, key))).one()
    return row.fingerprint, json.loads(row.answer)


def save(tx: sa.Connection, person_id: str, key: str, answer: dict[str, Any]) -> None:
    """Save the answer to the request that reserved this key."""
    values = {"answer": json.dumps(answer)}
    tx.execute(answers.update().where(_is(person_id, key)).values(**values))


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` answers that are older than a moment; return how many."""
    query = sa.select(answers.c.person_id, answers.c.key).where(answers.c.at < before).limit(most)
    return delete_by_keys(tx, answers, tx.execute(query).all())


def _is(person_id: str, key: str) -> sa.ColumnElement[bool]:
    return (answers.c.person_id == person_id) & (answers.c.key == key)
