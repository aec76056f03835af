"""The live list of alarms: those that are open, and the newest that are over."""

from mixroom.alarms import store
from mixroom.alarms.items import alarm_items
from mixroom.alarms.model import MAX_LISTED, MAX_OPEN, Fact
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import View

VIEW = View(
    "alarms",
    facts=frozenset({Fact.RAISED, Fact.CLEARED, Fact.ACKNOWLEDGED}),
    keys=store.listed_keys,
    find=alarm_items,
    roles=REVIEWERS,
    most=MAX_OPEN + MAX_LISTED,
)
