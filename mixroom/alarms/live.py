"""The live list of alarms: those that are open, and the newest that are over."""

from mixroom.alarms import store
from mixroom.alarms.items import alarm_items, open_items
from mixroom.alarms.model import MAX_LISTED, MAX_OPEN, Fact
from mixroom.core.panels import Panel
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import View

FACTS = frozenset({Fact.RAISED, Fact.CLEARED, Fact.ACKNOWLEDGED})
VIEW = View(
    "alarms",
    facts=FACTS,
    keys=store.listed_keys,
    find=alarm_items,
    roles=REVIEWERS,
    most=MAX_OPEN + MAX_LISTED,
)
PANEL = Panel(
    "alarms",
    "alarms/_panel.html",
    "dashboard/alarms",
    10,
    facts=FACTS,
    keys=store.open_keys,
    find=open_items,
)
