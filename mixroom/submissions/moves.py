"""The states of a submission, and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum

from mixroom.core.errors import ConflictError


class Status(StrEnum):
    """The state of a submission."""

    SUBMITTED = "submitted"
    HELD = "held"
    SCHEDULED = "scheduled"
    APPROVED = "approved"
    RETURNED = "returned"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    RECALLED = "recalled"


class Fact(StrEnum):
    """The facts of submissions in the journal."""

    SUBMITTED = "submission.submitted"
    EDITED = "submission.edited"
    AMENDED = "submission.amended"
    CLAIMED = "submission.claimed"
    RELEASED = "submission.released"
    SCHEDULED = "submission.scheduled"
    APPROVED = "submission.approved"
    RETURNED = "submission.returned"
    REJECTED = "submission.rejected"
    HELD = "submission.held"
    WITHDRAWN = "submission.withdrawn"
    RECALLED = "submission.recalled"
    REPORTED = "submission.reported"
    FLAGGED = "submission.flagged"
    REOPENED = "submission.reopened"
    ASKED = "submission.asked"
    TRANSLATED = "submission.translated"
    DATED = "submission.dated"


class WrongStatusError(ConflictError):
    """The submission's status does not allow this; someone may have changed it meanwhile."""

    code = "wrong_status"


WAITING = frozenset({Status.SUBMITTED, Status.HELD})
CLEARED = frozenset({Status.SCHEDULED, Status.APPROVED})

# Each fact that changes the status: the statuses that it starts from, and the one it leads to.
MOVES: Mapping[Fact, tuple[frozenset[Status], Status]] = {
    Fact.EDITED: (WAITING | {Status.RETURNED}, Status.SUBMITTED),
    Fact.SCHEDULED: (WAITING, Status.SCHEDULED),
    Fact.APPROVED: (WAITING | {Status.SCHEDULED}, Status.APPROVED),
    Fact.RETURNED: (WAITING, Status.RETURNED),
    Fact.REJECTED: (WAITING, Status.REJECTED),
    Fact.HELD: (frozenset({Status.SUBMITTED}), Status.HELD),
    Fact.WITHDRAWN: (WAITING | CLEARED | {Status.RETURNED}, Status.WITHDRAWN),
    Fact.RECALLED: (CLEARED, Status.RECALLED),
    Fact.REPORTED: (CLEARED, Status.HELD),
    Fact.REOPENED: (
        CLEARED | {Status.RETURNED, Status.REJECTED, Status.HELD},
        Status.SUBMITTED,
    ),
}
