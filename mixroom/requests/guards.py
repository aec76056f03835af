"""Checks of a request inside an action's transaction: is it there, and whose is it?"""

import sqlalchemy as sa

from mixroom.core.errors import InvalidError, NotAllowedError, NotFoundError
from mixroom.core.roles import CREW
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.requests import store
from mixroom.requests.model import Request, RequestTakenError, To


def get_locked(tx: sa.Connection, by: Person, key: str) -> Request:
    """Return a request of the person's event, and lock its row. Raises NotFoundError."""
    found = store.get_locked(tx, by.event_id, key)
    if found is None:
        raise NotFoundError(key)
    return found


def must_be_settled_by(request: Request, by: Person) -> None:
    """Raise NotAllowedError if this person is neither the asker nor a lead."""
    if not request.is_settled_by(by):
        raise NotAllowedError("request.settle")


def must_be_in_the_crew(tx: sa.Connection, event_id: str, to: To) -> None:
    """Raise InvalidError if the request is addressed to nobody of the event's crew."""
    if to.role and to.person:
        raise InvalidError("to", "malformed")
    if to.role and to.role not in CREW:
        raise InvalidError("to.role", "unknown")
    person = crew_store.get_person(tx, to.person) if to.person else None
    if to.person and (person is None or person.event_id != event_id or person.role not in CREW):
        raise InvalidError("to.person", "unknown")


def named(tx: sa.Connection, request: Request) -> RequestTakenError:
    """Return the refusal that names who holds the request."""
    key = request.taken_by or ""
    name, _ = crew_store.names(tx, [key]).get(key, ("", None))
    return RequestTakenError(request.id, by={"id": key, "name": name})
