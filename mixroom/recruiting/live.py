"""The applications of an event as its leads follow them, and how many people are needed."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from mixroom.core.roles import LEADS
from mixroom.core.views import Item, Named, View
from mixroom.recruiting import queries, store
from mixroom.recruiting.items import application_items
from mixroom.recruiting.model import ROLES, Gate
from mixroom.recruiting.moves import EDITED, Fact

VIEW = View(
    "applications",
    facts=frozenset(Fact),
    keys=store.keys_of,
    find=application_items,
    roles=LEADS,
    most=store.MOST_STANDING + store.MOST_APART,
)


def _roles(_tx: sa.Connection, _event_id: str) -> list[str]:
    return [role.value for role in ROLES]


def _needs(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return by role how many people are needed in each half-day."""
    needs = store.get_needs(tx, event_id)
    return {
        role: {str(half): count for (of, half), count in needs.items() if of == role}
        for role in keys
    }


def _all_roles(tx: sa.Connection, event_id: str, facts: Sequence[Named]) -> dict[str, int]:
    return dict.fromkeys(_roles(tx, event_id), facts[-1].seq) if facts else {}


NEEDS = View(
    "needs",
    facts=frozenset({EDITED}),
    keys=_roles,
    find=_needs,
    roles=LEADS,
    touched=_all_roles,
)


def _state(_tx: sa.Connection, _event_id: str) -> list[str]:
    return ["state"]


def _is_open(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    _, gate = queries.gate_in(tx, event_id)
    return {key: {"open": gate is Gate.OPEN} for key in keys}


def _the_state(_tx: sa.Connection, _event_id: str, facts: Sequence[Named]) -> dict[str, int]:
    return {"state": facts[-1].seq} if facts else {}


# For the public page. A date that passes changes nothing there; `/apply` says it then.
OPEN = View(
    "recruiting",
    facts=frozenset({EDITED, Fact.CONFIRMED, Fact.ACCEPTED, Fact.WITHDRAWN}),
    keys=_state,
    find=_is_open,
    roles=LEADS,
    touched=_the_state,
)
