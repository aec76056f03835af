"""The steps of a letter that no lead takes: written by a feature, due, sent, put off, forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.letter_templates import LetterTemplate, filled
from mixroom.core.speech import say
from mixroom.letters import store
from mixroom.letters.model import (
    MAX_KEY,
    MAX_SUBJECT,
    UNSENT,
    Addressee,
    Fact,
    Fault,
    Letter,
    State,
    checked_addressee,
    must_fit,
    one_line,
)

SEND_JOB = "letters.send"
SOON = timedelta(seconds=15)  # what is due later, the next look finds


def write(
    tx: sa.Connection,
    event_id: str,
    template: LetterTemplate,
    to: Addressee,
    fields: Mapping[str, str],
    *,
    key: str,
    by: str,
    at: datetime | None = None,
) -> str:
    """Put a letter into the outbox, in the caller's transaction; return its id.

    Writing again with the same `key` returns the first letter and writes nothing. `at` is when it
    may go; None means at once, or once a lead lets it go if the event wants that. Call it late in a
    transaction, since it records a fact. Raises InvalidError for the address.
    """
    assert len(key) <= MAX_KEY, key
    must_fit(template, fields)
    if (written := store.id_of(tx, event_id, key)) is not None:
        return written
    now, to = clock.now(), checked_addressee(to)
    subject, body = _words(tx, event_id, template, to, fields)
    new_id = ids.new()
    letter = Letter(
        id=new_id,
        event_id=event_id,
        key=key,
        template=template.name,
        to=to,
        subject=one_line(subject)[:MAX_SUBJECT],
        body=body,
        state=State.HELD,
        next_at=at,
        by=by,
        created_at=now,
        message_id=ids.token(),
        secrets=tuple(fields[each] for each in template.secrets if fields[each]),
        token=ids.token() if template.optional else None,
    )
    if template.optional and store.is_unsubscribed(tx, event_id, to.email):
        letter = letter.cancelled(now, Fault.UNSUBSCRIBED)
    elif not store.get_settings(tx, event_id).hold:
        letter = letter.queued(at or now, now)
    if not store.add(tx, letter):
        found = store.id_of(tx, event_id, key)
        assert found is not None, key
        return found
    record(tx, Fact.WRITTEN, letter, by)
    return letter.id


def call_off(tx: sa.Connection, event_id: str, key: str, by: str) -> None:
    """Cancel the letter with this key, if there is one and it has not left."""
    found = store.id_of(tx, event_id, key)
    for letter in store.some(tx, event_id, [found], lock=True) if found else ():
        if letter.state in UNSENT:
            after = letter.cancelled(clock.now())
            store.save(tx, after)
            record(tx, Fact.CHANGED, after, by)


def erase(tx: sa.Connection, event_id: str, key: str, by: str) -> None:
    """Erase the letter with this key, if there is one: nothing of it is left in the outbox."""
    found = store.id_of(tx, event_id, key)
    for letter in store.some(tx, event_id, [found], lock=True) if found else ():
        store.delete(tx, [letter.id])
        journal.record(tx, Fact.CHANGED, event_id=event_id, key=letter.id, owner=event_id, by=by)


def send_soon(tx: sa.Connection, at: datetime) -> None:
    """Enqueue the job that sends what is due, unless there is one."""
    jobs.enqueue(tx, SEND_JOB, {}, at=at, unique=SEND_JOB)


def record(tx: sa.Connection, fact: Fact, letter: Letter, by: str) -> None:
    """Have a waiting letter sent, and write the fact to the journal, as the last step."""
    if letter.next_at and letter.next_at <= clock.now() + SOON and letter.state is State.WAITING:
        send_soon(tx, letter.next_at)
    event_id = letter.event_id
    journal.record(tx, fact, event_id=event_id, key=letter.id, owner=event_id, by=by)


def _words(
    tx: sa.Connection,
    event_id: str,
    template: LetterTemplate,
    to: Addressee,
    fields: Mapping[str, str],
) -> tuple[str, str]:
    """Return the subject and the body in the addressee's language."""
    own = store.get_wording(tx, event_id, template.name)
    if own is None:
        subject, body = say(to.lang, template.subject), say(to.lang, template.body)
    elif to.lang == "en":
        subject, body = own.subject_en, own.body_en
    else:
        subject, body = own.subject_fr, own.body_fr
    return filled(subject, fields), filled(body, fields)
