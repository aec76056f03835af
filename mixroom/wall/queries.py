"""Reads of screens and of their receipts for recalls."""

from collections.abc import Mapping
from dataclasses import dataclass

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Role
from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.submissions import store as submissions_store
from mixroom.submissions.content import MAX_CAPTION_ON_WALL
from mixroom.submissions.model import Submission
from mixroom.wall import store
from mixroom.wall.items import report_items, screen_items
from mixroom.wall.model import TAKEN_OFF, RecallReceipt


@dataclass(frozen=True, slots=True)
class Recall:
    """A recalled submission, its receipts, and the names of their screens by id."""

    submission: Submission
    receipts: list[RecallReceipt]
    names: Mapping[str, tuple[str, Role]]


def recall(by: Person, key: str) -> Recall:
    """Return a recall to the author or a reviewer; raises NotFoundError if there is none."""
    with reading() as tx:
        submission = submissions_store.get(tx, key)
        if submission is None or not submission.is_visible_to(by):
            raise NotFoundError(key)
        if submission.status not in TAKEN_OFF:
            raise NotFoundError(key)
        receipts = store.receipts_of(tx, [key])[key]
        names = crew_store.names(tx, [each.screen_id for each in receipts])
    return Recall(submission, receipts, names)


def screens_with_reports(by: Person) -> list[Item]:
    """Return the screens of the event, each with its last `report` or None."""
    by.must("screen.read")
    with reading() as tx:
        ids = [each.id for each in store.list_screens(tx, by.event_id)]
        screens = screen_items(tx, by.event_id, ids)
        reports = report_items(tx, by.event_id, clock.now())
    return [{**each, "report": reports.get(key)} for key, each in screens.items()]


def longest_caption(event_id: str) -> int:
    """Return the number of letters that a caption may have to be readable on every screen.

    Without a screen that reported lately, it is the usual number.
    """
    with reading() as tx:
        reports = store.recent_reports(tx, event_id, clock.now())
    limits = [each.content.get("longest") for each in reports.values()]
    return min(filter(None, limits), default=MAX_CAPTION_ON_WALL)
