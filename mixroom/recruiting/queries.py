"""Reads of applications: for the pages and the API; each function is one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.ids import is_id
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.recruiting import store
from mixroom.recruiting.items import whole
from mixroom.recruiting.model import Application, Gate, Needs, Note, Opening, Shelf, alike
from mixroom.recruiting.moves import Status
from mixroom.recruiting.signing import Seal, Way, key_of


@dataclass(frozen=True, slots=True)
class Recruiting:
    """The rest of the lead's page, besides the applications."""

    event: Event
    opening: Opening
    gate: Gate
    needs: Needs
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Opened:
    """One application with everything around it."""

    application: Application
    notes: list[Note]
    twins: list[Application]
    names: Mapping[str, str]
    members: list[Person]


def gate(event: Event) -> tuple[Opening, Gate]:
    """Return the settings of an event's recruiting, and whether applications are taken now."""
    with reading() as tx:
        return gate_in(tx, event.id)


def contact(event_id: str) -> str | None:
    """Return whom to ask about privacy at an event, as a lead has set it."""
    with reading() as tx:
        return store.get_opening(tx, event_id).contact


def recruiting(by: Person) -> Recruiting:
    """Return the settings, the needs, and how many have withdrawn."""
    by.must("application.read")
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        if event is None:
            raise NotFoundError(by.event_id)
        opening, gate = gate_in(tx, event.id)
        return Recruiting(
            event,
            opening,
            gate,
            store.get_needs(tx, event.id),
            store.count(tx, event.id, Shelf.GONE, store.MOST_COUNTED),
        )


def opened(by: Person, key: str) -> Opened:
    """Return an application of the person's event with its notes and twins."""
    by.must("application.read")
    with reading() as tx:
        found = store.get(tx, key)
        if found is None or found.event_id != by.event_id or found.shelf is Shelf.GONE:
            raise NotFoundError(key)
        notes = store.notes_on(tx, key)
        people = {each.by for each in notes} | {found.decided_by or ""}
        names = {who: name for who, (name, _) in crew_store.names(tx, people).items()}
        members = [
            each
            for each in crew_store.people_of(tx, by.event_id)
            if each.id != found.person_id and _is_like(each, found)
        ]
        return Opened(found, notes, store.twins_of(tx, found), names, members)


def as_opened(found: Opened) -> dict[str, Any]:
    """Return an application with everything around it, as the API writes it."""
    return whole(found.application) | {
        "decided_by": found.names.get(found.application.decided_by or ""),
        "notes": [
            {"by": found.names.get(each.by, ""), "at": rfc3339(each.at), "text": each.text}
            for each in found.notes
        ],
        "members": [{"id": each.id, "name": each.name} for each in found.members],
        "twins": [
            {
                "id": each.id,
                "name": each.answers.name,
                "email": each.answers.email,
                "status": each.status.value,
            }
            for each in found.twins
        ],
    }


def page(
    by: Person, status: Status | None = None, *, after: str = "", limit: int
) -> list[Application]:
    """Return up to `limit` applications of the event; `after` is the last id of the page before."""
    by.must("application.read")
    with reading() as tx:
        return store.page(tx, by.event_id, status, after=after, limit=limit)


def received(by: Person) -> int:
    """Count the new applications, up to a hundred, for the menu."""
    with reading() as tx:
        return store.count_received(tx, by.event_id, most=100)


def by_token(token: str, seal: Seal) -> tuple[Application, Way, Event]:
    """Return the application that a link's token is for; raises NotFoundError."""
    with reading() as tx:
        key = key_of(token)
        found = store.get(tx, key) if key and is_id(key) else None
        way = seal.way(token, found.id, found.turn) if found else None
        event = event_store.get(tx, found.event_id) if found else None
        if found is None or way is None or event is None:
            raise NotFoundError("application")
        return found, way, event


def _is_like(person: Person, application: Application) -> bool:
    """Return whether someone of the crew has the same address or a very similar name."""
    answers = application.answers
    same = person.email is not None and person.email.casefold() == answers.address
    return same or alike(person.name) == alike(answers.name)


def gate_in(tx: sa.Connection, event_id: str) -> tuple[Opening, Gate]:
    """Return the settings of an event's recruiting, and whether applications are taken now."""
    opening = store.get_opening(tx, event_id)
    standing = store.count(tx, event_id, Shelf.STANDING, opening.most) if opening.most else 0
    return opening, opening.gate(clock.now(), standing)
