"""Letters, leads' words for templates, and who has unsubscribed, in the database."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import turns
from mixroom.core.contacts import MAX_EMAIL
from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.crew.store import people
from mixroom.event.store import events
from mixroom.letters.model import (
    MAX_KEY,
    MAX_REPLY,
    MAX_SUBJECT,
    UNSENT,
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
    turns.take(tx)
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
    turns.take(tx)
    tx.execute(letters.delete().where(letters.c.id.in_(sorted(keys))))


def id_of(tx: sa.Connection, event_id: str, key: str) -> str | None:
    """Return the id of the letter with a key, or None."""
    of = letters.c
    return tx.scalar(sa.select(of.id).where((of.event_id == event_id) & (of.key == key)))


def ids_of(tx: sa.Connection, event_id: str, keys: Collection[str]) -> list[str]:
    """Return the ids of those letters that have these keys, oldest first."""
    of = letters.c
    these = (of.event_id == event_id) & of.key.in_(sorted(keys))
    # They are sorted here: in their order in the table, all letters of the event may be read.
    return sorted(tx.scalars(sa.select(of.id).where(these)))


def some(
    tx: sa.Connection, event_id: str, keys: Collection[str], *, lock: bool = False
) -> list[Letter]:
    """Return those of an event's letters that have these ids, oldest first."""
    ours = (letters.c.event_id == event_id) & letters.c.id.in_(sorted(keys))
    query = sa.select(letters).where(ours).order_by(letters.c.id)
    return [_letter(row) for row in (turns.lock(tx, query) if lock else tx.execute(query))]


def get_locked(tx: sa.Connection, key: str) -> Letter | None:
    """Return a letter, or None, and lock its row against other writers."""
    row = turns.lock(tx, sa.select(letters).where(letters.c.id == key)).one_or_none()
    return _letter(row) if row else None


def by_token(tx: sa.Connection, token: str) -> Letter | None:
    """Return the letter whose link to unsubscribe has this token, or None."""
    row = tx.execute(sa.select(letters).where(letters.c.token == token)).one_or_none()
    return _letter(row) if row else None


def under_way(tx: sa.Connection) -> list[Letter]:
    """Return the letters that a job has taken, locked."""
    query = sa.select(letters).where(letters.c.state == State.SENDING.value)
    return [_letter(row) for row in turns.lock(tx, query.order_by(letters.c.id))]


def is_under_way(tx: sa.Connection) -> bool:
    """Return whether a job has taken letters."""
    query = sa.select(letters.c.id).where(letters.c.state == State.SENDING.value)
    return tx.scalar(query.limit(1)) is not None


def due(tx: sa.Connection, now: datetime, most: int) -> list[Letter]:
    """Return up to `most` letters that are due, in the order in which they became so."""
    of = letters.c
    waiting = (of.state == State.WAITING.value) & (of.next_at <= now)
    query = sa.select(letters).where(waiting).order_by(of.next_at, of.id).limit(most)
    # One that a lead changes at this moment is taken the next time.
    return [_letter(row) for row in turns.lock(tx, query, skip_locked=True)]


def next_due(tx: sa.Connection, until: datetime) -> datetime | None:
    """Return when the next letter is due, if that is before a time."""
    of = letters.c
    waiting = (of.state == State.WAITING.value) & (of.next_at <= until)
    return tx.scalar(sa.select(of.next_at).where(waiting).order_by(of.next_at).limit(1))


def rehearsals(tx: sa.Connection, event_ids: Collection[str]) -> set[str]:
    """Return those of these events that are rehearsals."""
    ours = events.c.rehearsal & events.c.id.in_(sorted(event_ids))
    return set(tx.scalars(sa.select(events.c.id).where(ours)))


def removed(tx: sa.Connection, person_ids: Collection[str]) -> set[str]:
    """Return those of these people who were removed."""
    gone = people.c.removed_at.is_not(None) & people.c.id.in_(sorted(person_ids))
    return set(tx.scalars(sa.select(people.c.id).where(gone)))


def of_person(tx: sa.Connection, event_id: str, person_id: str) -> list[Letter]:
    """Return the letters to a person, locked."""
    of = letters.c
    ours = (of.person_id == person_id) & (of.event_id == event_id)
    return [_letter(row) for row in turns.lock(tx, sa.select(letters).where(ours).order_by(of.id))]


def optional_unsent(tx: sa.Connection, event_id: str, email: str) -> list[Letter]:
    """Return the optional letters to an address that have not gone, locked; 200 at most."""
    of = letters.c
    ours = (of.event_id == event_id) & of.state.in_([each.value for each in sorted(UNSENT)])
    to = (sa.func.lower(of.email) == email.lower()) & of.token.is_not(None)
    query = sa.select(letters).where(ours & to).order_by(of.id).limit(200)
    return [_letter(row) for row in turns.lock(tx, query)]


def keys(
    tx: sa.Connection, event_id: str, states: Collection[State], *, before: str, most: int
) -> list[str]:
    """Return the ids of up to `most` of an event's letters, newest first, that precede an id.

    No states stand for all of them.
    """
    of = letters.c
    ours = sa.select(of.id).where(of.event_id == event_id)
    if before:
        ours = ours.where(of.id < before)
    newest: list[str] = []
    for state in states:  # an index has the rows of each in order
        these = ours.where(of.state == state.value)
        newest += tx.scalars(these.order_by(of.id.desc()).limit(most))
    if not states:
        newest += tx.scalars(ours.order_by(of.id.desc()).limit(most))
    return sorted(newest, reverse=True)[:most]


def names(
    tx: sa.Connection, event_id: str, states: Collection[State], most: int
) -> list[tuple[str, str]]:
    """Return the ids of up to `most` letters, newest first, each with its name and address."""
    of = letters.c
    found = keys(tx, event_id, states, before="", most=most)
    rows: list[tuple[str, str]] = []
    for at in range(0, len(found), 500):  # SQLite takes no more than so many values at once
        these = of.id.in_(found[at : at + 500])
        query = sa.select(of.id, of.name, of.email).where(these)
        rows += [(row.id, f"{row.name} {row.email}") for row in tx.execute(query)]
    return sorted(rows, reverse=True)


def counts(tx: sa.Connection, event_id: str) -> dict[State, int]:
    """Return how many letters of an event are in each state, up to MOST_COUNTED."""
    return {state: _count(tx, event_id, letters.c.state == state.value) for state in State}


def queued_since(tx: sa.Connection, event_id: str) -> datetime | None:
    """Return when the first of those letters began to wait that are to go at once; None for none.

    Letters that are queued while others still wait have the same time as these.
    """
    return min(_queued(tx, event_id, State.WAITING), default=None)


def trouble_since(tx: sa.Connection, event_id: str) -> dict[str, datetime]:
    """Return since when letters wait that are to go, and since when a lead has to decide.

    What is in order is not in the answer.
    """
    of, found = letters.c, dict[str, datetime]()
    if (waiting := queued_since(tx, event_id)) is not None:
        found["waiting"] = waiting
    for state in (State.FAILED, State.UNCERTAIN):
        ours = (of.event_id == event_id) & (of.state == state.value)
        ended = tx.scalar(sa.select(of.ended_at).where(ours).order_by(of.id).limit(1))
        if ended is not None:
            found["failed"] = min(ended, found.get("failed", ended))
    return found


def progress(tx: sa.Connection, event_id: str) -> tuple[int, int]:
    """Return how many of the letters that were to go at once have gone, and how many they are.

    They are those queued since the oldest that still waits; (0, 0) if none waits.
    """
    of = letters.c
    left = _queued(tx, event_id, State.WAITING) + _queued(tx, event_id, State.SENDING)
    if not left:
        return 0, 0
    every = _count(tx, event_id, of.queued_at >= min(left))
    return max(0, every - len(left)), max(every, len(left))


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` letters from before a time, of events that ended before it.

    Returns how many.
    """
    of = letters.c
    gone = 0
    for event_id in tx.scalars(
        sa.select(events.c.id).where(events.c.ends_on < before.date())
    ).all():
        oldest = sa.select(of.id, of.created_at).where(of.event_id == event_id)
        rows = tx.execute(oldest.order_by(of.id).limit(most - gone))
        if old := [row.id for row in rows if row.created_at < before]:
            gone += tx.execute(letters.delete().where(of.id.in_(old))).rowcount
        if gone >= most:
            break
    return gone


def save_settings(tx: sa.Connection, event_id: str, chosen: OutboxSettings) -> None:
    """Save an event's choices."""
    tx.execute(settings.delete().where(settings.c.event_id == event_id))
    tx.execute(
        settings.insert().values(event_id=event_id, hold=chosen.hold, reply_to=chosen.reply_to)
    )


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


def edited_templates(tx: sa.Connection, event_id: str) -> set[str]:
    """Return the names of the templates for which an event has words of its own."""
    return set(tx.scalars(sa.select(wordings.c.template).where(wordings.c.event_id == event_id)))


def save_wording(
    tx: sa.Connection, event_id: str, template: str, wording: Wording, *, by: str, at: datetime
) -> None:
    """Save a lead's words for a template."""
    remove_wording(tx, event_id, template)
    tx.execute(
        wordings.insert().values(
            event_id=event_id, template=template, by=by, at=at, **asdict(wording)
        )
    )


def remove_wording(tx: sa.Connection, event_id: str, template: str) -> None:
    """Delete a lead's words for a template, so that the usual ones are used."""
    of = wordings.c
    tx.execute(wordings.delete().where((of.event_id == event_id) & (of.template == template)))


def add_unsubscribed(tx: sa.Connection, event_id: str, email: str, at: datetime) -> None:
    """Add an address that gets no optional letters of an event."""
    insert_new(tx, unsubscribed, event_id=event_id, email=email.lower(), at=at)


def remove_unsubscribed(tx: sa.Connection, event_id: str, email: str) -> None:
    """Delete an address from those that get no optional letters."""
    of = unsubscribed.c
    tx.execute(unsubscribed.delete().where((of.event_id == event_id) & (of.email == email.lower())))


def is_unsubscribed(tx: sa.Connection, event_id: str, email: str) -> bool:
    """Return whether an address gets no optional letters of an event."""
    of = unsubscribed.c
    this = (of.event_id == event_id) & (of.email == email.lower())
    return tx.execute(sa.select(of.at).where(this)).first() is not None


def _queued(tx: sa.Connection, event_id: str, state: State) -> list[datetime]:
    """Return when the letters in a state began to wait, without those that are put off."""
    of = letters.c
    ours = (of.event_id == event_id) & (of.state == state.value)
    query = sa.select(of.queued_at).where(ours).order_by(of.id).limit(MOST_COUNTED)
    return [at for at in tx.scalars(query) if at]


def _count(tx: sa.Connection, event_id: str, which: sa.ColumnElement[bool]) -> int:
    some = sa.select(sa.literal(1)).select_from(letters)
    these = some.where((letters.c.event_id == event_id) & which).limit(MOST_COUNTED).subquery()
    return tx.scalar(sa.select(sa.func.count()).select_from(these)) or 0


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
