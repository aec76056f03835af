"""The live view of the crew; its beats say who is connected."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from mixroom.core.roles import CREW
from mixroom.core.views import Item, View
from mixroom.crew import store
from mixroom.crew.model import Fact, Person


def _keys(tx: sa.Connection, event_id: str) -> list[str]:
    return [person.id for person in store.people_of(tx, event_id)]


def _find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    people = store.people_of(tx, event_id)
    return {person.id: _item(person) for person in people if person.id in keys}


def _item(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "role": person.role.value}


VIEW = View("crew", facts=frozenset(Fact), keys=_keys, find=_find, roles=CREW, presence=True)
