"""Requests as lists show them: with the names of the people involved."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.requests import store
from mixroom.requests.model import Request, Status, To

Names = Mapping[str, tuple[str, Role]]


def request_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the requests that are current or ended a short time ago, as the crew sees."""
    now = clock.now()
    return items_of(tx, [each for each in store.some(tx, event_id, keys) if each.is_shown(now)])


def items_of(tx: sa.Connection, found: Sequence[Request]) -> dict[str, Item]:
    """Return requests as the crew sees them, by their ids."""
    names = crew_store.names(tx, {person for each in found for person in _people(each)})
    return {each.id: _item(each, names) for each in found}


def concerns(item: Item, person: Person) -> bool:
    """Return whether the phone of this person shows the request.

    It does if the request is open for them, if they hold it, or if they are thanked for it.
    """
    to, asker = item["to"], item["by"] or {}
    if item["status"] == Status.OPEN:
        addressed = To(to["role"], to["person"]).includes(person)
        return addressed and asker.get("id") != person.id
    involved = item["taken_by"] if item["status"] == Status.TAKEN else item["answered_by"]
    return bool(involved and involved["id"] == person.id)


def _people(request: Request) -> set[str]:
    involved = (request.by, request.to.person, request.taken_by)
    return {each for each in (*involved, request.answered_by, request.thanked_by) if each}


def _item(request: Request, names: Names) -> dict[str, Any]:
    """Return the item; `by` is null where the programme asks by itself."""
    wanted, to = request.wanted, request.to
    addressed = {"role": to.role.value if to.role else None, "person": to.person}
    return {
        "id": request.id,
        "text": wanted.text.as_dict(),
        "team": _label(wanted.team),
        "place": _label(wanted.place),
        "kind": wanted.kind.value if wanted.kind else None,
        "lang": wanted.lang,
        "tags": list(wanted.tags),
        "hour": _moment(wanted.hour),
        "moment": wanted.moment,
        "alarm": wanted.alarm,
        "due": rfc3339(request.due),
        "to": addressed | {"name": names.get(to.person or "", (None, None))[0]},
        "status": request.status.value,
        "by": _person(request.by, names),
        "asked_at": rfc3339(request.asked_at),
        "taken_by": _person(request.taken_by, names),
        "taken_at": _moment(request.taken_at),
        "ended_at": _moment(request.ended_at),
        "answers": list(request.answers),
        "answered_by": _person(request.answered_by, names),
        "thanked_by": _person(request.thanked_by, names),
        "thanked_at": _moment(request.thanked_at),
    }


def _person(key: str | None, names: Names) -> dict[str, str] | None:
    return {"id": key, "name": names.get(key, ("", None))[0]} if key else None


def _moment(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _label(label: Bilingual | None) -> dict[str, str | None] | None:
    return label.as_dict() if label else None
