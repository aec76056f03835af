"""The shifts of an event as pages follow them, and the dashboard's panels."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.panels import Panel
from mixroom.core.roles import CREW
from mixroom.core.views import Item, Named, View
from mixroom.crew.model import Fact as CrewFact
from mixroom.event.model import Fact as EventFact
from mixroom.shifts import store
from mixroom.shifts.items import items_of, shift_items
from mixroom.shifts.model import Fact

# They change who is on shifts, or their names.
PEOPLE = frozenset({CrewFact.PERSON_REMOVED, CrewFact.PERSON_CHANGED})
FACTS = frozenset(Fact) - {Fact.TERMS} | PEOPLE | {EventFact.EDITED}
OVER = timedelta(hours=1)  # for which the dashboard keeps a shift that has ended


def _touched(tx: sa.Connection, event_id: str, facts: Sequence[Named]) -> Mapping[str, int]:
    """Return the shifts that facts name, those of people, and all if a place has a new name."""
    found: dict[str, int] = {}
    for fact in facts:
        if fact.name == EventFact.EDITED:
            keys: Sequence[str] = store.keys(tx, event_id)
        elif fact.name in PEOPLE:
            keys = store.keys_of_people(tx, event_id, [fact.key])
        else:
            keys = [fact.key]
        found |= dict.fromkeys(keys, fact.seq)
    return found


def _present(tx: sa.Connection, event_id: str) -> list[str]:
    return store.keys(tx, event_id, since=clock.now() - OVER)


def _find_present(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    since = clock.now() - OVER
    found = [each for each in store.some(tx, event_id, keys) if each.ends > since]
    return items_of(tx, event_id, found)


VIEW = View(
    "shifts",
    facts=FACTS,
    keys=store.keys,
    find=shift_items,
    roles=CREW,
    touched=_touched,
)
PANEL = Panel(
    "shifts",
    "shifts/_panel.html",
    "dashboard/shifts",
    25,
    facts=FACTS,
    keys=_present,
    find=_find_present,
    touched=_touched,
)
