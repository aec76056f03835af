"""The actions of applicants: apply, confirm the address, change, withdraw.

Nobody is signed in: a form's ticket and the links say who it is. The answer to a form is the same
whether or not an e-mail address is known here already.
"""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import transaction
from mixroom.core.errors import ConflictError, NotFoundError
from mixroom.core.text import Lang
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.letters.model import Addressee
from mixroom.letters.results import write
from mixroom.recruiting import store
from mixroom.recruiting.limits import (
    LEAST_FILLING,
    MAX_LETTERS_UNCONFIRMED,
    MOST_FILLING,
    UNCONFIRMED_KEPT,
)
from mixroom.recruiting.model import (
    Answers,
    Application,
    Consent,
    FormOldError,
    Gate,
    GateClosedError,
    Shelf,
    TooFastError,
    checked_answers,
)
from mixroom.recruiting.moves import UNDECIDED, Fact
from mixroom.recruiting.notices import CONFIRM, letter_key
from mixroom.recruiting.results import NOBODY, in_excess, leaves_at, record, remove, unwrite
from mixroom.recruiting.signing import Seal, Ticket, Way, key_of


class IdTakenError(ConflictError):
    """Another application has this id."""

    code = "id_taken"


def checked_ticket(seal: Seal, text: str) -> Ticket:
    """Return a form's ticket; raises TooFastError, FormOldError."""
    ticket = seal.read_ticket(text)
    if ticket is None:
        raise FormOldError
    age = clock.now() - ticket.shown_at
    if age > MOST_FILLING:
        raise FormOldError
    if age < LEAST_FILLING:
        raise TooFastError
    return ticket


def apply(
    event: Event,
    answers: Answers,
    consent: Consent,
    *,
    lang: Lang,
    key: str,
    sent_from: str,
    seal: Seal,
    form: bool,
) -> Application:
    """Take an application, and write to its e-mail address so that its owner confirms it.

    The same `key` again is the same application: from a `form` its content may have changed.
    `sent_from` names the address of the request. Raises InvalidError, GateClosedError,
    IdTakenError.
    """
    answers, now = checked_answers(answers, event), clock.now()
    with transaction() as tx:
        event_store.lock(tx, event.id)  # those who count and add take turns
        if before := store.get_locked(tx, key):
            return _again(tx, before, event.id, answers, consent, form=form)
        _must_be_open(tx, event.id, now)
        same = store.of_address(tx, event.id, answers.address)
        apart = [each for each in same if each.shelf is Shelf.APART]
        writes = len(apart) < MAX_LETTERS_UNCONFIRMED
        # Not the first of an address, which may be its owner's.
        gone = in_excess(tx, event.id) if writes else [apart[-1]]
        application = Application(
            key, event.id, answers, lang, consent, sent_at=now, sent_from=sent_from
        )
        at = leaves_at(tx, event.id, now)
        if not store.add(tx, application):
            raise IdTakenError(key)
        remove(tx, gone)
        if writes:
            _ask_to_confirm(tx, application, event, seal, at)
        record(tx, Fact.RECEIVED, event.id, key, NOBODY)
    return application


def confirm(token: str, seal: Seal) -> Application:
    """Confirm the e-mail address, by the link in its letter; return the application that stands.

    If an earlier application from the address stands, it takes over the answers of the newer one.
    Raises NotFoundError.
    """
    now = clock.now()
    with transaction() as tx:
        if event_id := store.event_of(tx, key_of(token) or ""):
            event_store.lock(tx, event_id)  # of two letters, one is confirmed after the other
        before, way = _by_token(tx, token, seal)
        if way is not Way.LETTER:
            raise NotFoundError("application")
        if before.shelf is Shelf.GONE or before.confirmed_at:
            return before
        others = [
            each
            for each in store.of_address(tx, before.event_id, before.answers.address)
            if each.id != before.id
        ]
        standing = next((each for each in others if each.shelf is Shelf.STANDING), None)
        apart = [
            each for each in others if each.shelf is Shelf.APART and each.sent_at <= before.sent_at
        ]
        if standing and before.shelf is Shelf.APART:
            after, fact = standing.replaced_by(before, now), Fact.CHANGED
            apart.append(before)
        else:
            after, fact = before.confirmed(now), Fact.CONFIRMED
        store.save(tx, after)
        remove(tx, apart)
        record(tx, fact, after.event_id, after.id, NOBODY)
    return after


def change(token: str, seal: Seal, answers: Answers, consent: Consent, event: Event) -> Application:
    """Change an application that is not decided; its e-mail address stays.

    Raises NotFoundError, InvalidError, WrongStatusError.
    """
    return _act(
        token,
        seal,
        Fact.CHANGED,
        lambda before, now: before.changed(checked_answers(answers, event), consent, now),
    )


def withdraw(token: str, seal: Seal) -> Application:
    """Withdraw an application: everything about the person is erased at once, but a count.

    Raises NotFoundError, WrongStatusError.
    """
    with transaction() as tx:
        before, _ = _by_token(tx, token, seal)
        if before.shelf is Shelf.GONE:
            return before
        after = before.withdrawn(clock.now())
        unwrite(tx, before)
        store.delete_notes(tx, [before.id])
        store.save(tx, after)
        record(tx, Fact.WITHDRAWN, after.event_id, after.id, NOBODY)
    return after


def _act(
    token: str,
    seal: Seal,
    fact: Fact,
    step: Callable[[Application, datetime], Application],
) -> Application:
    with transaction() as tx:
        before, _ = _by_token(tx, token, seal)
        after = step(before, clock.now())
        store.save(tx, after)
        record(tx, fact, after.event_id, after.id, NOBODY)
    return after


def _again(
    tx: sa.Connection,
    before: Application,
    event_id: str,
    answers: Answers,
    consent: Consent,
    *,
    form: bool,
) -> Application:
    """Return the application of a form that comes a second time, with what has changed in it."""
    same = before.answers == answers
    if before.event_id != event_id or (not same and not form):
        raise IdTakenError(before.id)
    if same or before.status not in UNDECIDED or before.answers.address != answers.address:
        return before
    after = before.changed(answers, consent, clock.now())
    store.save(tx, after)
    record(tx, Fact.CHANGED, event_id, after.id, NOBODY)
    return after


def _must_be_open(tx: sa.Connection, event_id: str, now: datetime) -> None:
    opening = store.get_opening(tx, event_id)
    standing = store.count(tx, event_id, Shelf.STANDING, opening.most) if opening.most else 0
    gate = opening.gate(now, standing)
    if gate is not Gate.OPEN:
        raise GateClosedError(gate, state=gate.value)


def _ask_to_confirm(
    tx: sa.Connection, application: Application, event: Event, seal: Seal, at: datetime | None
) -> None:
    answers = application.answers
    fields = {
        "name": answers.name,
        "event": event.name[application.lang],
        "link": seal.link(application.id, application.turn, Way.LETTER),
        "days": str(UNCONFIRMED_KEPT.days),
    }
    to = Addressee(answers.name, answers.email, application.lang)
    key = letter_key(application.id, CONFIRM, application.version)
    write(tx, event.id, CONFIRM, to, fields, key=key, by=NOBODY, at=at)


def _by_token(tx: sa.Connection, token: str, seal: Seal) -> tuple[Application, Way]:
    key = key_of(token)
    found = store.get_locked(tx, key) if key else None
    way = seal.way(token, found.id, found.turn) if found else None
    if found is None or way is None:
        raise NotFoundError("application")
    return found, way
