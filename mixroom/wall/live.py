"""The live views of the wall, of the screens, and of recalls with their receipts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.db import reading
from mixroom.core.roles import REVIEWERS, Role
from mixroom.core.views import Item, View
from mixroom.submissions import lists as submissions_lists
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import internal_items, with_status
from mixroom.submissions.live import published_view
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.submissions.moves import Status
from mixroom.team import store as team_store
from mixroom.team.model import Fact as TeamFact
from mixroom.team.model import Person
from mixroom.wall import store
from mixroom.wall.model import ITEM_SCENES, Fact, Receipt, Report

SCREEN_FACTS = frozenset({Fact.CHANGED, TeamFact.PERSON_ADDED, TeamFact.PERSON_REMOVED})
RECALLED = (Status.RECALLED,)


def as_receipts(
    receipts: Sequence[Receipt], names: Mapping[str, tuple[str, Role]]
) -> list[dict[str, str | None]]:
    """Return the receipts as the API and the view have them, with the screens' names."""
    return [
        {
            "id": each.screen_id,
            "name": names.get(each.screen_id, ("", None))[0],
            "gone_at": rfc3339(each.gone_at) if each.gone_at else None,
        }
        for each in receipts
    ]


def screens_with_reports(by: Person) -> list[Item]:
    """Return the screens of an event, each with its last `report` or None."""
    by.must("screen.read")
    with reading() as tx:
        states = SCREENS.items(tx, by.event_id)
        reports = {
            key: _report(tx, by.event_id, last)
            for key, last in store.reports_of(tx, by.event_id).items()
        }
    return [{**each, "report": reports.get(key)} for key, each in states.items()]


def _report(tx: sa.Connection, event_id: str, last: Report) -> dict[str, Any]:
    return {
        "at": rfc3339(last.at),
        "here": last.is_here(clock.now()),
        **last.content,
        "title": _title(tx, event_id, last.content["showing"]),
    }


def _title(
    tx: sa.Connection, event_id: str, scene: Mapping[str, Any]
) -> dict[str, str | None] | None:
    """Return the title of a scene; that of an item is its approved text, or none after a recall."""
    if scene["scene"] in ITEM_SCENES and scene["keys"]:
        return _title_of(tx, event_id, scene["keys"][0])
    title: dict[str, str | None] | None = scene.get("title")
    return title


def _title_of(tx: sa.Connection, event_id: str, key: str) -> dict[str, str | None] | None:
    item = VIEW.item(tx, event_id, key)
    if item is None:
        return None
    title: dict[str, str | None] = item["text"] if any(item["text"].values()) else item["alt"]
    return title


def _state(tx: sa.Connection, person: Person, number: int) -> dict[str, Any]:
    screen = store.get(tx, person.id, person.event_id)
    return {
        "id": person.id,
        "name": person.name,
        "number": number,
        "settings": asdict(screen.settings),
        "asked": screen.commands.as_dict(),
    }


def _screens(tx: sa.Connection, event_id: str) -> list[str]:
    return [each.id for each in store.list_screens(tx, event_id)]


def _states(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    found, numbers = store.list_screens(tx, event_id), store.numbers(tx, event_id)
    return {each.id: _state(tx, each, numbers[each.id]) for each in found if each.id in keys}


def _own(tx: sa.Connection, person_id: str, keys: Collection[str]) -> dict[str, Item]:
    person = team_store.get_person(tx, person_id) if person_id in keys else None
    if person is None or person.role is not Role.SCREEN:
        return {}
    return _states(tx, person.event_id, [person_id])


def _recalls(tx: sa.Connection, event_id: str) -> list[str]:
    return submissions_lists.keys_with_status(tx, event_id, RECALLED)


def _recall(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    return _recalled(tx, with_status(tx, event_id, keys, RECALLED))


def _recalled(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, Item]:
    receipts = store.receipts_of(tx, [each.id for each in found])
    screens = {each.screen_id for listed in receipts.values() for each in listed}
    names = team_store.names(tx, screens)
    items = internal_items(tx, found)
    return {
        key: {**item, "screens": as_receipts(receipts[key], names)} for key, item in items.items()
    }


VIEW = published_view("wall", Purpose.WALL)
SCREEN = View(
    "screen",
    facts=SCREEN_FACTS,
    keys=lambda _tx, person_id: [person_id],
    find=_own,
    roles=frozenset({Role.SCREEN}),
    belongs_to="person",
)
SCREENS = View("screens", facts=SCREEN_FACTS, keys=_screens, find=_states, roles=REVIEWERS)
RECALLS = View(
    "recalls",
    facts=frozenset({*SubmissionFact, Fact.ACKNOWLEDGED}),
    keys=_recalls,
    find=_recall,
    roles=REVIEWERS,
)
