"""The live lists of the wall, of the screens, and of recalls with their receipts."""

from collections.abc import Collection

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import REVIEWERS, Role
from mixroom.core.views import Item, View
from mixroom.crew import store as crew_store
from mixroom.crew.model import Fact as TeamFact
from mixroom.submissions import lists
from mixroom.submissions.content import Purpose
from mixroom.submissions.live import published_view
from mixroom.submissions.moves import Fact as SubmissionFact
from mixroom.submissions.moves import Status
from mixroom.wall import store
from mixroom.wall.items import recalled_items, screen_items
from mixroom.wall.model import Fact

MAX_RECALLS = 200  # the newest
SCREEN_FACTS = frozenset({Fact.CHANGED, TeamFact.PERSON_ADDED, TeamFact.PERSON_REMOVED})


def _screen_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return [each.id for each in store.list_screens(tx, event_id)]


def _own(tx: sa.Connection, person_id: str, keys: Collection[str]) -> dict[str, Item]:
    person = crew_store.get_person(tx, person_id) if person_id in keys else None
    if person is None or person.role is not Role.SCREEN:
        return {}
    return screen_items(tx, person.event_id, [person_id])


def _recalled_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return lists.keys_with_status(tx, event_id, [Status.RECALLED], newest=MAX_RECALLS)


VIEW = published_view("wall", Purpose.WALL)
SCREEN = View(
    "screen",
    facts=SCREEN_FACTS,
    keys=lambda _tx, person_id: [person_id],
    find=_own,
    roles=frozenset({Role.SCREEN}),
    belongs_to="person",
)
SCREENS = View("screens", facts=SCREEN_FACTS, keys=_screen_keys, find=screen_items, roles=REVIEWERS)
RECALLS = View(
    "recalls",
    facts=frozenset({*SubmissionFact, Fact.ACKNOWLEDGED}),
    keys=_recalled_keys,
    find=recalled_items,
    roles=REVIEWERS,
    most=MAX_RECALLS,
)
PANEL = Panel(
    "screens",
    "wall/_panel.html",
    "dashboard/screens",
    80,
    facts=SCREEN_FACTS,
    keys=_screen_keys,
    find=screen_items,
    place="foot",
)
