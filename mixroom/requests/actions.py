"""The verbs for requests: ask, take, give back, cancel, thank."""

from datetime import datetime

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import NotAllowedError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.requests import store
from mixroom.requests.guards import (
    get_locked,
    must_be_in_the_crew,
    must_be_settled_by,
    named,
)
from mixroom.requests.model import (
    HERE,
    Fact,
    Request,
    RequestIdTakenError,
    RequestTakenError,
    To,
    Wanted,
    checked,
    checked_due,
)
from mixroom.requests.notices import CANCELLED, THANKED
from mixroom.requests.queries import as_answer
from mixroom.requests.results import expire, opened, record, tell


def ask(
    by: Person,
    wanted: Wanted,
    *,
    to: To = HERE,
    due: datetime | None = None,
    request_id: str | None = None,
) -> tuple[dict[str, object], bool]:
    """Ask those who are here, a role or a person; return the answer and whether it is new.

    A retry with the same id is the same request. Raises InvalidError, RequestIdTakenError.
    """
    by.must("request.ask")
    wanted, now = checked(wanted), clock.now()
    with transaction() as tx:
        if request_id and (before := store.get(tx, by.event_id, request_id)):
            return _repeated(tx, by, before, wanted), False
        must_be_in_the_crew(tx, by.event_id, to)
        key, until = request_id or ids.new(), checked_due(due, now)
        request = Request(key, by.event_id, by.id, wanted, now, until, to)
        if not store.add(tx, request):
            if before := store.get(tx, by.event_id, key):  # two retries at the same time
                return _repeated(tx, by, before, wanted), False
            raise RequestIdTakenError(key)
        return opened(tx, request), True


def take(by: Person, request_id: str) -> dict[str, object]:
    """Take a request that is addressed to this person; the others see who has it.

    Raises NotAllowedError, RequestTakenError, RequestOverError.
    """
    by.must("request.take")
    with transaction() as tx:
        before = get_locked(tx, by, request_id)
        if not before.to.includes(by):
            raise NotAllowedError("request.take")
        try:
            after = before.taken(by.id, clock.now())
        except RequestTakenError as error:
            raise named(tx, before) from error
        return _save(tx, Fact.TAKEN, before, after, by)


def give_back(by: Person, request_id: str) -> dict[str, object]:
    """Let someone else have a request that this person holds.

    Raises NotAllowedError, RequestTakenError, RequestOverError.
    """
    by.must("request.take")
    with transaction() as tx:
        before = get_locked(tx, by, request_id)
        if not before.to.includes(by):
            raise NotAllowedError("request.take")
        try:
            after = before.given_back(by.id)
        except RequestTakenError as error:
            raise named(tx, before) from error
        if after != before:
            expire(tx, after)  # it may have been due while it was held
        return _save(tx, Fact.GIVEN_BACK, before, after, by)


def cancel(by: Person, request_id: str) -> dict[str, object]:
    """Cancel a request, as its asker or a lead; tell the person who is on it.

    Raises NotAllowedError, RequestOverError.
    """
    by.must("request.ask")
    with transaction() as tx:
        before = get_locked(tx, by, request_id)
        must_be_settled_by(before, by)
        after = before.cancelled(clock.now())
        if after != before and after.taken_by:
            tell(tx, CANCELLED, after, after.taken_by, by=by.id)
        return _save(tx, Fact.CANCELLED, before, after, by)


def thank(by: Person, request_id: str) -> dict[str, object]:
    """Thank the person who answered a request, as its asker or a lead.

    Raises NotAllowedError, RequestOverError.
    """
    by.must("request.ask")
    with transaction() as tx:
        before = get_locked(tx, by, request_id)
        must_be_settled_by(before, by)
        after = before.thanked(by.id, clock.now())
        if after != before and after.answered_by:
            why = Bilingual(by.name, by.name)
            tell(tx, THANKED, after, after.answered_by, by=by.id, why=why)
        return _save(tx, Fact.THANKED, before, after, by)


def _repeated(tx: sa.Connection, by: Person, before: Request, wanted: Wanted) -> dict[str, object]:
    if (before.by, before.wanted) != (by.id, wanted):
        raise RequestIdTakenError(before.id)
    return as_answer(tx, before)


def _save(
    tx: sa.Connection, fact: Fact, before: Request, after: Request, by: Person
) -> dict[str, object]:
    """Save a change and record its fact; a repeated request changes nothing."""
    if after == before:
        return as_answer(tx, before)
    store.save(tx, after)
    return record(tx, fact, after, by.id)
