"""The steps of a letter that no lead takes: written by a feature, due, sent, put off, forgotten."""

import random
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.jobs import Job
from mixroom.core.letter_templates import LetterTemplate, filled
from mixroom.core.speech import say
from mixroom.crew.model import Person
from mixroom.letters import store
from mixroom.letters.courier import Outcome
from mixroom.letters.model import (
    MAX_KEY,
    MAX_SUBJECT,
    UNANSWERED,
    UNSENT,
    Addressee,
    Fact,
    Fault,
    Letter,
    Move,
    State,
    checked_addressee,
    must_fit,
    one_line,
)

SEND_JOB = "letters.send"
NOBODY = ""  # `by` in the journal if nobody of the crew acted
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
        letter = letter.queued(at or now, now, store.queued_since(tx, event_id))
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


def erase(tx: sa.Connection, event_id: str, keys: Collection[str], by: str) -> None:
    """Erase those letters with these keys that exist: nothing of them is left in the outbox."""
    found = store.ids_of(tx, event_id, keys)
    store.delete(tx, found)
    for each in found:
        journal.record(tx, Fact.CHANGED, event_id=event_id, key=each, owner=event_id, by=by)


def send_soon(tx: sa.Connection, at: datetime) -> None:
    """Enqueue the job that sends what is due, unless there is one."""
    jobs.enqueue(tx, SEND_JOB, {}, at=at, unique=SEND_JOB)


def record(tx: sa.Connection, fact: Fact, letter: Letter, by: str) -> None:
    """Have a waiting letter sent, and write the fact to the journal, as the last step."""
    if letter.next_at and letter.next_at <= clock.now() + SOON and letter.state is State.WAITING:
        send_soon(tx, letter.next_at)
    event_id = letter.event_id
    journal.record(tx, fact, event_id=event_id, key=letter.id, owner=event_id, by=by)


def write_to(
    tx: sa.Connection,
    person: Person,
    template: LetterTemplate,
    fields: Mapping[str, str],
    *,
    key: str,
    by: str,
) -> str:
    """Write a letter to a person of the crew who has an address; see `write`."""
    to = Addressee(person.name, person.email or "", person.lang, person.id)
    return write(tx, person.event_id, template, to, fields, key=key, by=by)


def take(job: Job, now: datetime, *, server: bool, most: int) -> list[Letter]:
    """Take up to `most` letters that are due, for this job to send; return them, locked to it.

    Those of a job that has died go again, or are uncertain. Without a mail server, due letters wait
    for someone to send them by hand. A rehearsal's are not sent, nor those to removed people.
    """
    changed, taken = [], []
    with transaction() as tx:
        jobs.renew(tx, job)
        left = [each for each in store.under_way(tx) if each.lease != job.lease]
        due = store.due(tx, now, most)
        rehearsals = store.rehearsals(tx, {each.event_id for each in due})
        gone = store.removed(tx, {each.to.person_id for each in due if each.to.person_id})
        changed += [each.lost(now) for each in left]
        for each in due:
            if each.to.person_id in gone:
                changed.append(each.cancelled(now, Fault.GONE).forgotten())
            elif each.event_id in rehearsals:
                changed.append(each.taken(job.lease, now).accepted(now, ""))
            elif server:
                since = store.queued_since(tx, each.event_id) or now
                taken.append(each.taken(job.lease, since))
            else:
                changed.append(each.without_server())
        for each in taken:
            store.save(tx, each)
        put_off = {each.id for each in due if each.queued_at is None}
        _save(tx, changed, [each for each in taken if each.id in put_off])
    return taken


def give(job: Job, key: str) -> bool:
    """Note that a letter is about to be given to the server; return whether it still may be."""
    with transaction() as tx:
        letter = store.get_locked(tx, key)
        if letter is None or letter.state is not State.SENDING or letter.lease != job.lease:
            return False
        store.save(tx, letter.given(clock.now()))
    return True


def done(job: Job, outcome: Outcome) -> None:
    """Save the fate of a letter; it may be known late, of one that was uncertain meanwhile."""
    now = clock.now()
    with transaction() as tx:
        letter = store.get_locked(tx, outcome.id)
        if letter is None or letter.lease != job.lease or letter.state not in UNANSWERED:
            return
        if outcome.result == "accepted":
            after = letter.accepted(now, outcome.reply)
        elif outcome.result == "refused":
            after = letter.refused(now, outcome.reply)
        elif outcome.result == "doubted":
            after = letter.doubted(now, outcome.reply)
        else:
            after = letter.put_off(now, Fault(outcome.fault), outcome.reply, random.random())  # noqa: S311  no secret
        _save(tx, [after])


def unreachable(job: Job, keys: Collection[str], fault: str, reply: str) -> None:
    """Put off the letters of a job: the server was not to be reached."""
    now = clock.now()
    with transaction() as tx:
        ours = [each for each in store.under_way(tx) if each.lease == job.lease]
        untouched = [each for each in ours if each.id in keys and not each.given_at]
        jitter = random.random()  # noqa: S311  no secret
        _save(tx, [each.put_off(now, Fault(fault), reply, jitter) for each in untouched])


def settle(job: Job) -> None:
    """End the job: what it has not sent is due again, or uncertain; enqueue the next one."""
    now = clock.now()
    with transaction() as tx:
        jobs.finish(tx, job)
        ours = [each for each in store.under_way(tx) if each.lease == job.lease]
        _save(tx, [each.lost(now) for each in ours])
        if (due := store.next_due(tx, now + SOON)) is not None:
            send_soon(tx, due)


def look(now: datetime) -> None:
    """Have sent what is due, or was left by a worker that died; every worker calls it often."""
    with reading() as tx:
        due = store.next_due(tx, now + SOON)
        left = store.is_under_way(tx)
    if due is not None or left:
        with transaction() as tx:
            send_soon(tx, due or now)


def forget(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` letters from before a time, of events that ended before it."""
    return store.forget(tx, before, most)


def forget_person(tx: sa.Connection, person: Person) -> None:
    """Cancel what was written to a person and has not gone, and forget the words of the rest."""
    now, theirs = clock.now(), store.of_person(tx, person.event_id, person.id)
    stopped = [
        each.cancelled(now, Fault.GONE) if each.may(Move.CANCEL) else each for each in theirs
    ]
    _save(tx, [each.forgotten() for each in stopped if each.to.email])


def _save(tx: sa.Connection, changed: Iterable[Letter], saved: Iterable[Letter] = ()) -> None:
    """Save letters, then record what has become of them, and of those that are saved."""
    changed = list(changed)
    for each in changed:
        store.save(tx, each)
    facts = {State.SENT: Fact.SENT, State.FAILED: Fact.FAILED, State.UNCERTAIN: Fact.FAILED}
    for each in (*changed, *saved):
        record(tx, facts.get(each.state, Fact.CHANGED), each, NOBODY)


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
