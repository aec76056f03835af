"""Shifts as lists show them: with their place, the people on them, and hand-over notes."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.event import store as event_store
from mixroom.shifts import store
from mixroom.shifts.model import Note, Shift, SignUp


def shift_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of an event's shifts that have these ids, as the crew sees them."""
    return items_of(tx, event_id, store.some(tx, event_id, keys))


def items_of(tx: sa.Connection, event_id: str, found: Sequence[Shift]) -> dict[str, Item]:
    """Return shifts as the crew sees them, by their ids."""
    ids = [each.id for each in found]
    signups, notes = store.signed_up(tx, ids), store.notes_of(tx, ids)
    named = {each.person_id for some in signups.values() for each in some}
    named |= {each.by for some in notes.values() for each in some}
    names = {key: name for key, (name, _) in crew_store.names(tx, named).items()}
    event = event_store.get(tx, event_id) if found else None
    places = {each.id: each.name.as_dict() for each in event.places} if event else {}
    return {
        each.id: {
            "id": each.id,
            "role": each.role.value,
            "place": {"id": each.place, **places[each.place]} if each.place in places else None,
            "from": rfc3339(each.starts),
            "to": rfc3339(each.ends),
            "seats": each.seats,
            "taken": len(signups.get(each.id, ())),
            "mode": each.mode.value,
            "note": each.note.as_dict(),
            "people": [_person(one, names) for one in signups.get(each.id, ())],
            "notes": [_note(one, names) for one in notes.get(each.id, ())],
        }
        for each in found
    }


def _person(signup: SignUp, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": signup.person_id,
        "name": names.get(signup.person_id),
        "state": signup.state.value,
        "arrived_at": rfc3339(signup.arrived_at) if signup.arrived_at else None,
        "asks": signup.asked_at is not None,
        "asked_at": rfc3339(signup.asked_at) if signup.asked_at else None,
    }


def _note(note: Note, names: dict[str, str]) -> dict[str, Any]:
    by = {"id": note.by, "name": names.get(note.by)}
    return {"id": note.id, "text": note.text, "by": by, "at": rfc3339(note.at)}
