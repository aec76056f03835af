"""The announcements of an event as every page of the crew follows them."""

from mixroom.announcements import store
from mixroom.announcements.items import announcement_items
from mixroom.announcements.model import Fact
from mixroom.core.panels import Panel
from mixroom.core.roles import CREW
from mixroom.core.views import View

VIEW = View(
    "announcements",
    facts=frozenset(Fact),
    keys=store.keys,
    find=announcement_items,
    roles=CREW,
    most=store.MOST,
)
PANEL = Panel(
    "announcements",
    "announcements/_panel.html",
    "dashboard/announcements",
    50,
    facts=frozenset(Fact),
    keys=store.keys,
    find=announcement_items,
)
