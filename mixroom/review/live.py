"""The live lists of reviewers: the queue, and the photos that someone has reported."""

import sqlalchemy as sa

from mixroom.core.panels import Panel
from mixroom.core.roles import REVIEWERS
from mixroom.core.views import View
from mixroom.review.items import (
    QUEUE,
    WAITING,
    queue_items,
    queue_touched,
    reported_items,
    reported_keys,
    waiting_items,
)
from mixroom.submissions import lists
from mixroom.submissions.live import ANY_CHANGE
from mixroom.submissions.moves import Fact


def _waiting_keys(tx: sa.Connection, event_id: str) -> list[str]:
    return lists.keys_with_status(tx, event_id, WAITING)


VIEW = View(
    "review",
    facts=ANY_CHANGE,
    keys=_waiting_keys,
    find=waiting_items,
    roles=REVIEWERS,
    newest_first=False,
)
REPORTS = View(
    "reports",
    facts=frozenset(Fact),
    keys=reported_keys,
    find=reported_items,
    roles=REVIEWERS,
)
PANEL = Panel(
    "queue",
    "review/_panel.html",
    "dashboard/queue",
    20,
    facts=frozenset(Fact),
    keys=lambda _tx, _event_id: [QUEUE],
    find=queue_items,
    touched=queue_touched,
)
