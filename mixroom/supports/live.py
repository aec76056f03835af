"""The supports of an event as the crew follows them."""

from mixroom.core.roles import CREW
from mixroom.core.views import View
from mixroom.supports import store
from mixroom.supports.items import support_items
from mixroom.supports.limits import MAX_SUPPORTS
from mixroom.supports.model import Fact

VIEW = View(
    "supports",
    facts=frozenset(Fact) - {Fact.SHARED, Fact.UNSHARED},
    keys=store.keys,
    find=support_items,
    roles=CREW,
    most=MAX_SUPPORTS,
)
