"""Checks of a reported photo inside a transaction: is it public, and would a report hide it?"""

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.errors import NotFoundError
from mixroom.review import store as review_store
from mixroom.review.model import BROWSER_WINDOW, hides_at_once
from mixroom.submissions.content import Purpose
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact, Status


def reportable(found: Submission | None, key: str) -> Submission:
    """Return a submission with a public photo, or with one that a report has hidden.

    Raises NotFoundError for any other.
    """
    if found is None or not found.content.media or not found.content.allows(Purpose.WEB):
        raise NotFoundError(key)
    hidden = found.status is Status.HELD and found.decision
    if found.status is Status.APPROVED or (hidden and hidden.fact is Fact.REPORTED):
        return found
    raise NotFoundError(key)


def would_hide(tx: sa.Connection, found: Submission, who: str) -> bool:
    """Return whether a report from the browser `who` would hide the photo at once."""
    now = clock.now()
    recent = review_store.reports_since(tx, found.event_id, now - BROWSER_WINDOW)
    return hides_at_once(recent, found.id, who, now)
