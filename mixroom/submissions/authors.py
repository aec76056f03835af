"""The people of the crew on the dashboard: what each has sent, and when."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.views import Item, Named
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.submissions import lists

MAX_SENT = 200  # submissions of a person that are counted


def author_keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of the people of the event, without its screens."""
    return [each.id for each in _crew(tx, event_id)]


def author_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return these people, each with the number and the time of what they have sent."""
    return {each.id: _author(tx, each) for each in _crew(tx, event_id) if each.id in keys}


def touched_authors(_tx: sa.Connection, _event_id: str, facts: Sequence[Named]) -> dict[str, int]:
    """Return the people whom the facts concern."""
    return {fact.owner: fact.seq for fact in facts}


def _crew(tx: sa.Connection, event_id: str) -> list[Person]:
    people = crew_store.people_of(tx, event_id)
    return [each for each in people if each.role is not Role.SCREEN]


def _author(tx: sa.Connection, person: Person) -> dict[str, Any]:
    last = lists.last_by_author(tx, person.id)
    return {
        "id": person.id,
        "name": person.name,
        "role": person.role.value,
        "sent": lists.count_by_author(tx, person.id, MAX_SENT) if last else 0,
        "last_at": rfc3339(last.submitted_at) if last else None,
        "last_kind": last.content.kind.value if last else None,
    }
