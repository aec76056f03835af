"""Letters, leads' words for templates, and who has unsubscribed, in the database."""

import json
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mixroom.core.contacts import MAX_EMAIL
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.letters.model import (
    MAX_KEY,
    MAX_REPLY,
    MAX_SUBJECT,
    Addressee,
    Fault,
    Letter,
    OutboxSettings,
    State,
    Wording,
)

MOST_COUNTED = 1000  # of each state

letters = sa.Table(
    "letter",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("key", sa.String(MAX_KEY), nullable=False),
    sa.Column("template", sa.String(60), nullable=False),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("email", sa.String(MAX_EMAIL), nullable=False),
    sa.Column("lang", sa.String(2), nullable=False),
    sa.Column("person_id", sa.String(36)),
    sa.Column("subject", sa.String(MAX_SUBJECT), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("message_id", sa.String(120), nullable=False),
    sa.Column("secrets", sa.Text),
    sa.Column("token", sa.String(40), unique=True),
    sa.Column("next_at", UtcDateTime),
    sa.Column("queued_at", UtcDateTime),
    sa.Column("lease", sa.String(36)),
    sa.Column("given_at", UtcDateTime),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("ended_at", UtcDateTime),
    sa.Column("fault", sa.String(16)),
    sa.Column("reply", sa.String(MAX_REPLY)),
    sa.Column("edited_by", sa.String(36)),
    sa.Column("by_hand", sa.Boolean, nullable=False),
    sa.Index("ix_letter_event_id_key", "event_id", "key", unique=True),
    sa.Index("ix_letter_event_id_id", "event_id", "id"),
    sa.Index("ix_letter_event_id_state", "event_id", "state", "id"),
    sa.Index("ix_letter_event_id_queued_at", "event_id", "queued_at"),
    sa.Index("ix_letter_state_next_at", "state", "next_at"),
    sa.Index("ix_letter_person_id", "person_id"),
)
wordings = sa.Table(
    "letter_wording",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("template", sa.String(60), primary_key=True),
    sa.Column("subject_fr", sa.String(MAX_SUBJECT), nullable=False),
    sa.Column("body_fr", sa.Text, nullable=False),
    sa.Column("subject_en", sa.String(MAX_SUBJECT), nullable=False),
    sa.Column("body_en", sa.Text, nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
settings = sa.Table(
    "letter_setting",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("hold", sa.Boolean, nullable=False),
    sa.Column("reply_to", sa.String(MAX_EMAIL)),
)
unsubscribed = sa.Table(
    "letter_unsubscribed",
    metadata,
    sa.Column("event_id", sa.ForeignKey("event.id"), primary_key=True),
    sa.Column("email", sa.String(MAX_EMAIL), primary_key=True),
    sa.Column("at", UtcDateTime, nullable=False),
)


def add(tx: sa.Connection, letter: Letter) -> bool:
    """Add a letter; return whether its key was free."""
    return insert_new(
        tx,
        letters,
        id=letter.id,
        event_id=letter.event_id,
        key=letter.key,
        template=letter.template,
        lang=letter.to.lang,
        person_id=letter.to.person_id,
        by=letter.by,
        created_at=letter.created_at,
        message_id=letter.message_id,
        token=letter.token,
        **_row(letter),
    )


def save(tx: sa.Connection, letter: Letter) -> None:
    """Save a letter."""
    tx.execute(letters.update().where(letters.c.id == letter.id).values(**_row(letter)))


def delete(tx: sa.Connection, keys: Collection[str]) -> None:
    """Delete letters by their ids."""
    tx.execute(letters.delete().where(letters.c.id.in_(sorted(keys))))


def id_of(tx: sa.Connection, event_id: str, key: str) -> str | None:
    """Return the id of the letter with a key, or None."""
    of = letters.c
    return tx.scalar(sa.select(of.id).where((of.event_id == event_id) & (of.key == key)))


def some(
    tx: sa.Connection, event_id: str, keys: Collection[str], *, lock: bool = False
) -> list[Letter]:
    """Return those of an event's letters that have these ids, oldest first."""
    ours = (letters.c.event_id == event_id) & letters.c.id.in_(sorted(keys))
    query = sa.select(letters).where(ours).order_by(letters.c.id)
    return [_letter(row) for row in tx.execute(query.with_for_update() if lock else query)]


def get_settings(tx: sa.Connection, event_id: str) -> OutboxSettings:
    """Return an event's choices."""
    row = tx.execute(sa.select(settings).where(settings.c.event_id == event_id)).one_or_none()
    return OutboxSettings(row.hold, row.reply_to) if row else OutboxSettings()


def get_wording(tx: sa.Connection, event_id: str, template: str) -> Wording | None:
    """Return a lead's words for a template, or None for the usual ones."""
    of = wordings.c
    this = (of.event_id == event_id) & (of.template == template)
    row = tx.execute(sa.select(wordings).where(this)).one_or_none()
    return Wording(row.subject_fr, row.body_fr, row.subject_en, row.body_en) if row else None


def is_unsubscribed(tx: sa.Connection, event_id: str, email: str) -> bool:
    """Return whether an address gets no optional letters of an event."""
    of = unsubscribed.c
    this = (of.event_id == event_id) & (of.email == email.lower())
    return tx.execute(sa.select(of.at).where(this)).first() is not None


def _row(letter: Letter) -> dict[str, Any]:
    """Return the columns of a letter that may change."""
    return {
        "name": letter.to.name,
        "email": letter.to.email,
        "subject": letter.subject,
        "body": letter.body,
        "state": letter.state.value,
        "secrets": json.dumps(letter.secrets) if letter.secrets else None,
        "next_at": letter.next_at,
        "queued_at": letter.queued_at,
        "lease": letter.lease,
        "given_at": letter.given_at,
        "tries": letter.tries,
        "ended_at": letter.ended_at,
        "fault": letter.fault.value if letter.fault else None,
        "reply": letter.reply,
        "edited_by": letter.edited_by,
        "by_hand": letter.by_hand,
    }


def _letter(row: sa.Row[Any]) -> Letter:
    return Letter(
        id=row.id,
        event_id=row.event_id,
        key=row.key,
        template=row.template,
        to=Addressee(row.name, row.email, row.lang, row.person_id),
        subject=row.subject,
        body=row.body,
        state=State(row.state),
        by=row.by,
        created_at=row.created_at,
        message_id=row.message_id,
        secrets=tuple(json.loads(row.secrets)) if row.secrets else (),
        token=row.token,
        next_at=row.next_at,
        queued_at=row.queued_at,
        lease=row.lease,
        given_at=row.given_at,
        tries=row.tries,
        ended_at=row.ended_at,
        fault=Fault(row.fault) if row.fault else None,
        reply=row.reply,
        edited_by=row.edited_by,
        by_hand=row.by_hand,
    )
