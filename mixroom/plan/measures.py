"""How far objectives are: what the program counts by itself, and what was noted by hand.

What grows with the event is counted once for all readers of a process, and again after a fact that
may change it.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.plan import store
from mixroom.plan.aims import Gauge, Objective, Progress
from mixroom.plan.moves import Fact
from mixroom.shortlinks import store as link_store
from mixroom.submissions import lists as submission_lists
from mixroom.submissions.moves import Fact as SubmissionFact

Tally = TypeVar("Tally")
MOST_READ = 200  # facts; after more of them everything is counted again
MOST_REMEMBERED = 500  # tallies
CHANGING = frozenset({*Fact, *SubmissionFact})  # after these, another number may be right

# By what is counted: the number of the newest fact that it knows of, and the tally.
_remembered: OrderedDict[Hashable, tuple[int, Any]] = OrderedDict()


def progress_of(tx: sa.Connection, objectives: Iterable[Objective]) -> dict[str, Progress]:
    """Return the present number of each objective, by its id; what is the same is counted once."""
    counted: dict[tuple[object, ...], Progress] = {}
    found = {}
    for each in objectives:
        if each.gauge is Gauge.HAND:
            found[each.id] = Progress(each.number, each.number_on)
            continue
        same = (each.event_id, each.gauge, each.channel, each.campaign_id)
        if same not in counted:
            counted[same] = Progress(_counted(tx, each))
        found[each.id] = counted[same]
    return found


def statuses_of_campaigns(tx: sa.Connection, event_id: str) -> dict[str, dict[str, int]]:
    """Return how many messages each campaign of an event has in each status."""
    return _once(
        tx, (event_id, "statuses"), event_id, lambda: store.statuses_of_campaigns(tx, event_id)
    )


def _counted(tx: sa.Connection, objective: Objective) -> int:
    event_id, gauge, channel = objective.event_id, objective.gauge, objective.channel
    campaign_id = objective.campaign_id
    if gauge is Gauge.FOLLOWED:  # follows are no facts; the links of an event are few
        links = store.links_of_campaign(campaign_id) if campaign_id else None
        return link_store.followed(tx, event_id, links)

    def count() -> int:
        if gauge is Gauge.PUBLISHED:
            return store.count_published(tx, event_id, channel, campaign_id)
        if gauge is Gauge.PHOTOS:
            return submission_lists.count_approved_photos(tx, event_id)
        return submission_lists.count_approved(tx, event_id, gauge.lang)

    return _once(tx, (event_id, gauge, channel, campaign_id), event_id, count)


def _once(tx: sa.Connection, what: Hashable, event_id: str, count: Callable[[], Tally]) -> Tally:
    """Return a tally of an event: as it was counted last if no fact since then may change it."""
    head = journal.latest(tx)
    seq, kept = _remembered.get(what, (head + 1, None))
    tally: Tally = kept if _holds(tx, event_id, seq, head) else count()
    _remembered[what] = (head, tally)
    _remembered.move_to_end(what)
    while len(_remembered) > MOST_REMEMBERED:
        _remembered.popitem(last=False)
    return tally


def _holds(tx: sa.Connection, event_id: str, seq: int, head: int) -> bool:
    """Return whether all facts after number `seq` are known, and none of them counts."""
    if not 0 <= head - seq <= MOST_READ:
        return False
    since = journal.since(tx, seq, most=MOST_READ) if head > seq else []
    if len(since) < head - seq:  # something was erased, which is no fact
        return False
    return not any(each.event_id == event_id and each.name in CHANGING for each in since)
