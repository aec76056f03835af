"""The crew as the team page follows it: who is on the team, and who is there."""

from typing import Any

import sqlalchemy as sa

from mixroom.core.views import Item, View
from mixroom.team import store
from mixroom.team.model import CREW, Fact, Person


def items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
    """Return everyone at the event."""
    return {person.id: _item(person) for person in store.people_of(tx, event_id)}


def item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
    """Return one person, None where they are not on the team."""
    person = store.person(tx, key)
    return _item(person) if person and person.event_id == event_id else None


def _item(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "role": person.role.value}


VIEW = View("crew", hears=frozenset(Fact), items=items, item=item, roles=CREW)
