"""What is followed of the wall: its items, the screens, and who has let go of what."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
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
from mixroom.wall import actions, store
from mixroom.wall.model import OF_ITEMS, Fact, Receipt

COMES_AND_GOES = frozenset({Fact.CHANGED, TeamFact.PERSON_ADDED, TeamFact.PERSON_REMOVED})
RECALLED = (Status.RECALLED,)


def told(
    receipts: Sequence[Receipt], names: Mapping[str, tuple[str, Role]]
) -> list[dict[str, str | None]]:
    """Return the screens that were told of a recall, and when each let go of the item."""
    return [
        {
            "id": each.screen_id,
            "name": names.get(each.screen_id, ("", None))[0],
            "gone_at": rfc3339(each.gone_at) if each.gone_at else None,
        }
        for each in receipts
    ]


def titles_of(
    tx: sa.Connection, event_id: str, showing: Sequence[Mapping[str, Any]]
) -> list[dict[str, str | None] | None]:
    """Return the title of what each screen shows.

    Of an item it is what is approved now, and nothing of one that has been recalled since.
    """
    return [
        _title_of(tx, event_id, each["keys"][0])
        if each["scene"] in OF_ITEMS and each["keys"]
        else each.get("title")
        for each in showing
    ]


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
        "asked": screen.asked.as_dict(),
    }


def _screens(tx: sa.Connection, event_id: str) -> list[str]:
    return [each.id for each in actions.screens_of(tx, event_id)]


def _states(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    found, numbers = actions.screens_of(tx, event_id), store.numbers(tx, event_id)
    return {each.id: _state(tx, each, numbers[each.id]) for each in found if each.id in keys}


def _own(tx: sa.Connection, person_id: str, keys: Collection[str]) -> dict[str, Item]:
    person = team_store.person(tx, person_id) if person_id in keys else None
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
    return {key: {**item, "screens": told(receipts[key], names)} for key, item in items.items()}


VIEW = published_view("wall", Purpose.WALL)
SCREEN = View(
    "screen",
    hears=COMES_AND_GOES,
    keys=lambda _tx, person_id: [person_id],
    find=_own,
    roles=frozenset({Role.SCREEN}),
    whose="person",
)
SCREENS = View("screens", hears=COMES_AND_GOES, keys=_screens, find=_states, roles=REVIEWERS)
RECALLS = View(
    "recalls",
    hears=frozenset({*SubmissionFact, Fact.ACKNOWLEDGED}),
    keys=_recalls,
    find=_recall,
    roles=REVIEWERS,
)
