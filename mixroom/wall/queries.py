"""Reads of the wall for its API; each function is one transaction."""

from collections.abc import Sequence

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.submissions import store as submissions_store
from mixroom.submissions.formats import Names
from mixroom.submissions.moves import Status
from mixroom.team import store as team_store
from mixroom.team.model import Person
from mixroom.wall import store
from mixroom.wall.model import Receipt

OFF_THE_WALL = frozenset({Status.RECALLED, Status.WITHDRAWN})


def receipts(by: Person, key: str) -> tuple[Status, Sequence[Receipt], Names]:
    """Return the status of an item that left the wall, its receipts, and its screens' names.

    Raises NotFoundError, also for an item that is still on the wall.
    """
    with reading() as tx:
        found = submissions_store.get(tx, key)
        if found is None or not found.is_visible_to(by) or found.status not in OFF_THE_WALL:
            raise NotFoundError(key)
        listed = store.receipts_of(tx, [key])[key]
        return found.status, listed, team_store.names(tx, [each.screen_id for each in listed])
