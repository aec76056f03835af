"""Actions on letters: a lead's moves, edits, templates and choices; a reader unsubscribes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.contacts import checked_email
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.letter_templates import LetterTemplate
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.letters import store
from mixroom.letters.model import (
    MAX_AHEAD,
    Fact,
    Fault,
    Letter,
    LetterChangedError,
    LetterMovedError,
    Move,
    OutboxSettings,
    State,
    Wording,
    checked_wording,
)
from mixroom.letters.queries import MAX_FOUND, find
from mixroom.letters.results import NOBODY, record


@dataclass(frozen=True, slots=True)
class Moved:
    """How many letters a move was made with, and how many did not allow it."""

    made: int
    left: int


def move(by: Person, key: str, how: Move, *, at: datetime | None = None) -> Letter:
    """Make a move with a letter; raises LetterMovedError."""
    found, _ = _move(by, lambda tx: _of(tx, by, [key]), how, at)
    if not found:
        raise LetterMovedError(key)
    return found[0]


def move_some(by: Person, keys: Collection[str], how: Move, *, at: datetime | None = None) -> Moved:
    """Make a move with those letters that allow it."""
    if len(keys) > MAX_FOUND:
        raise InvalidError("letters", "too_many", most=MAX_FOUND)
    made, left = _move(by, lambda tx: _of(tx, by, keys), how, at)
    return Moved(len(made), left)


def move_found(
    by: Person,
    states: Collection[State],
    search: str,
    how: Move,
    *,
    at: datetime | None = None,
) -> Moved:
    """Make a move with all that a part of the page has, the newest MAX_FOUND."""

    def found(tx: sa.Connection) -> list[Letter]:
        return _of(tx, by, find(tx, by.event_id, states, search))

    made, left = _move(by, found, how, at)
    return Moved(len(made), left)


def edit(
    by: Person, key: str, *, email: str, subject: str, body: str, seen: str | None = None
) -> Letter:
    """Change the words of a letter that has not gone, or the address that it goes to.

    Raises LetterChangedError if `seen` is no longer its version.
    """
    by.must("letter.edit")
    with transaction() as tx:
        (letter,) = _of(tx, by, [key])
        if seen is not None and seen != letter.version:
            raise LetterChangedError(key)
        after = letter.edited(email, subject, body, by.id)
        store.save(tx, after)
        record(tx, Fact.CHANGED, after, by.id)
    return after


def set_wording(
    by: Person, template: LetterTemplate, wording: Wording, seen: str | None = None
) -> None:
    """Change the words of a template for the event; letters already written keep theirs.

    Raises LetterChangedError if `seen` is no longer their version, "" of the usual ones.
    """
    by.must("letter.edit")
    checked = checked_wording(template, wording)
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        before = store.get_wording(tx, by.event_id, template.name)
        if seen is not None and seen != (before.version if before else ""):
            raise LetterChangedError(template.name)
        store.save_wording(tx, by.event_id, template.name, checked, by=by.id, at=clock.now())


def put_back(by: Person, template: LetterTemplate) -> None:
    """Use the usual words of a template again."""
    by.must("letter.edit")
    with transaction() as tx:
        store.remove_wording(tx, by.event_id, template.name)


def choose(by: Person, *, hold: bool, reply_to: str) -> None:
    """Set whether letters wait for a lead, and where answers go; raises InvalidError."""
    by.must("letter.edit")
    address = checked_email(reply_to, "reply_to") if reply_to.strip() else None
    with transaction() as tx:
        store.save_settings(tx, by.event_id, OutboxSettings(hold, address))


def unsubscribe(token: str) -> None:
    """Write no optional letters of the event to an address any more; raises NotFoundError."""
    now = clock.now()
    with transaction() as tx:
        letter = _by_token(tx, token)
        store.add_unsubscribed(tx, letter.event_id, letter.to.email, now)
        waiting = store.optional_unsent(tx, letter.event_id, letter.to.email)
        cancelled = [each.cancelled(now, Fault.UNSUBSCRIBED) for each in waiting]
        for each in cancelled:
            store.save(tx, each)
        for each in cancelled:
            record(tx, Fact.CHANGED, each, NOBODY)


def subscribe_again(token: str) -> None:
    """Write optional letters to an address again, from now on; raises NotFoundError."""
    with transaction() as tx:
        letter = _by_token(tx, token)
        store.remove_unsubscribed(tx, letter.event_id, letter.to.email)


def _move(
    by: Person,
    choose: Callable[[sa.Connection], list[Letter]],
    how: Move,
    at: datetime | None,
) -> tuple[list[Letter], int]:
    by.must("letter.edit")
    now = clock.now()
    if how is Move.SCHEDULE:
        _must_be_to_come(at, now)
    with transaction() as tx:
        found = choose(tx)
        since = store.queued_since(tx, by.event_id)
        made = [_after(each, how, at, now, since) for each in found if each.may(how)]
        for each in made:
            store.save(tx, each)
        for each in made:
            record(tx, Fact.SENT if each.state is State.SENT else Fact.CHANGED, each, by.id)
    return made, len(found) - len(made)


def _must_be_to_come(at: datetime | None, now: datetime) -> None:
    if at is None:
        raise InvalidError("at", "missing")
    if at <= now:
        raise InvalidError("at", "not_ahead")
    if at >= now + MAX_AHEAD:
        raise InvalidError("at", "too_far")


def _after(
    letter: Letter, how: Move, at: datetime | None, now: datetime, since: datetime | None
) -> Letter:
    match how:
        case Move.SCHEDULE:
            return letter.queued(at or now, now, since)
        case Move.HOLD:
            return letter.held()
        case Move.CANCEL:
            return letter.cancelled(now)
        case Move.BY_HAND:
            return letter.sent_by_hand(now)
        case Move.RELEASE:
            return letter.queued(letter.next_at or now, now, since)
        case Move.SEND | Move.AGAIN:
            return letter.queued(now, now, since)


def _of(tx: sa.Connection, by: Person, keys: Collection[str]) -> list[Letter]:
    """Return the letters, locked; raises NotFoundError if one is not of the event."""
    found = store.some(tx, by.event_id, keys, lock=True)
    if len(found) != len(set(keys)):
        raise NotFoundError
    return found


def _by_token(tx: sa.Connection, token: str) -> Letter:
    found = store.by_token(tx, token)
    if found is None or not found.to.email:
        raise NotFoundError
    return found
