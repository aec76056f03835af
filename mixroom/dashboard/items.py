"""The cells of the coverage as the dashboard shows them."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item, Named
from mixroom.dashboard import store
from mixroom.dashboard.coverage import Placed, cells, cells_of, label_key, read_key
from mixroom.event import store as event_store
from mixroom.event.hours import hours_of, time_of, wanted_hours
from mixroom.event.model import Event
from mixroom.event.model import Fact as EventFact

EVENT = "event"  # the key of the item that says which rows and hours there are


def keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the keys of all cells with items, in the order of their hours, and EVENT."""
    event = _event(tx, event_id)
    if event is None:
        return []
    placed = store.approved(tx, event_id, event.zone)
    found = dict.fromkeys(key for item in placed for key in cells_of(item))
    return [EVENT, *map(str, found)]


def find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the cells that have items, and the item EVENT."""
    event = _event(tx, event_id)
    if event is None:
        return {}
    wanted = {key: cell for key in keys if (cell := read_key(key))}
    hours = {cell.hour for cell in wanted.values()}
    there = cells(store.in_hours(tx, event_id, event.zone, hours))
    found: dict[str, Item] = {EVENT: event_item(event)} if EVENT in keys else {}
    return found | {key: cell_item(there[cell]) for key, cell in wanted.items() if cell in there}


def touched(tx: sa.Connection, event_id: str, facts: Sequence[Named]) -> Mapping[str, int]:
    """Return the cells in which the named submissions count or may have counted before."""
    found: dict[str, int] = {}
    event = _event(tx, event_id)
    numbers = {fact.key: fact.seq for fact in facts if fact.name != EventFact.EDITED}
    if event and numbers:
        for item in store.ever_placed(tx, event_id, list(numbers), event.zone):
            seq = numbers[item.key]
            found |= {str(key): seq for key in cells_of(item) if found.get(str(key), 0) < seq}
    edited = [fact.seq for fact in facts if fact.name == EventFact.EDITED]
    return found | ({EVENT: max(edited)} if edited else {})


def cell_item(there: Collection[Placed]) -> dict[str, Any]:
    """Return a cell: the number of its items, and how many there are of each kind and language."""
    return {
        "count": len(there),
        "kinds": dict(sorted(Counter(each.kind for each in there).items())),
        "langs": dict(sorted(Counter(each.lang for each in there).items())),
    }


def event_item(event: Event) -> dict[str, Any]:
    """Return the rows of teams and places, and each day with its hours and its programme."""
    return {
        "teams": [_row(group.name) for group in event.teams],
        "places": [_row(group.name) for group in event.places],
        "days": [
            {
                "day": day.isoformat(),
                "hours": [rfc3339(hour) for hour in hours_of(day, event.zone)],
                "wanted": [rfc3339(hour) for hour in wanted_hours(event, day)],
            }
            for day in event.days
        ],
        "programme": [
            {"at": rfc3339(time_of(event, entry)), "title": entry.title.as_dict()}
            for entry in event.programme
        ],
    }


def _row(name: Any) -> dict[str, Any]:
    return {"key": label_key(name), "label": name.as_dict()}


def _event(tx: sa.Connection, event_id: str) -> Event | None:
    return event_store.get(tx, event_id)
