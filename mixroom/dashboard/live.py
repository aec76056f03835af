"""The dashboard as one live list: the items of all panels, under the names of their panels."""

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import Item, Named, View
from mixroom.dashboard import items
from mixroom.event.model import Fact as EventFact
from mixroom.submissions.moves import Fact

NAME = "dashboard"
COVERAGE_FACTS = frozenset(
    {
        Fact.APPROVED,
        Fact.AMENDED,
        Fact.DATED,
        Fact.REOPENED,
        Fact.WITHDRAWN,
        Fact.RECALLED,
        Fact.REPORTED,
        EventFact.EDITED,
    }
)
COVERAGE = Panel(
    "coverage",
    "dashboard/_coverage.html",
    "dashboard/coverage",
    10,
    facts=COVERAGE_FACTS,
    keys=items.keys,
    find=items.find,
    touched=items.touched,
    place="main",
)
NUMBERS = Panel("numbers", "dashboard/_numbers.html", "dashboard/numbers", 1, place="top")
PROGRAMME = Panel("programme", "dashboard/_programme.html", "dashboard/programme", 2, place="top")
HEALTH = Panel("health", "dashboard/_health.html", "dashboard/health", 90, place="foot")


def view(panels: Sequence[Panel]) -> View:
    """Return the view of the dashboard, made from the panels of all features."""
    by_name = {panel.name: panel for panel in panels}

    def keys(tx: sa.Connection, event_id: str) -> list[str]:
        return [f"{panel.name}:{key}" for panel in panels for key in panel.keys(tx, event_id)]

    def find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
        wanted: dict[str, list[str]] = {}
        for key in keys:
            name, _, own = key.partition(":")
            wanted.setdefault(name, []).append(own)
        found: dict[str, Item] = {}
        for name, own_keys in wanted.items():
            there = by_name[name].find(tx, event_id, own_keys)
            found |= {f"{name}:{key}": item for key, item in there.items()}
        return found

    def touched(tx: sa.Connection, event_id: str, facts: Sequence[Named]) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for panel in panels:
            concerned = [fact for fact in facts if fact.name in panel.facts]
            if concerned:
                own = panel.touched(tx, event_id, concerned)
                found |= {f"{panel.name}:{key}": seq for key, seq in own.items()}
        return found

    return View(
        NAME,
        facts=frozenset().union(*(panel.facts for panel in panels)),
        keys=keys,
        find=find,
        touched=touched,
        roles=REVIEWERS,
        presence=True,
    )
