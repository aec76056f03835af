"""The states of an application, and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum

from mixroom.core.errors import ConflictError


class Status(StrEnum):
    """The state of an application."""

    RECEIVED = "received"
    SHORTLISTED = "shortlisted"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    DECLINED = "declined"
    LEFT = "left"  # accepted, and removed from the crew since
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    """The facts of applications in the journal."""

    RECEIVED = "application.received"
    CONFIRMED = "application.confirmed"
    CHANGED = "application.changed"
    SHORTLISTED = "application.shortlisted"
    ACCEPTED = "application.accepted"
    WAITING = "application.waiting"
    DECLINED = "application.declined"
    REOPENED = "application.reopened"
    LEFT = "application.left"
    WITHDRAWN = "application.withdrawn"
    NOTED = "application.noted"
    FORGOTTEN = "application.forgotten"


EDITED = "recruiting.edited"  # the fact that the needs or the dates have changed


class WrongStatusError(ConflictError):
    """The application's status does not allow this; someone may have changed it meanwhile."""

    code = "application_wrong_status"


UNDECIDED = frozenset({Status.RECEIVED, Status.SHORTLISTED, Status.WAITING})
OUT = frozenset({Status.DECLINED, Status.LEFT})  # neither accepted nor offering

# Each fact that changes the status: the statuses that it starts from, and the one it leads to.
MOVES: Mapping[Fact, tuple[frozenset[Status], Status]] = {
    Fact.SHORTLISTED: (UNDECIDED | OUT, Status.SHORTLISTED),
    Fact.ACCEPTED: (UNDECIDED, Status.ACCEPTED),
    Fact.WAITING: (UNDECIDED | OUT, Status.WAITING),
    Fact.DECLINED: (UNDECIDED, Status.DECLINED),
    Fact.REOPENED: (UNDECIDED | OUT, Status.RECEIVED),
    Fact.WITHDRAWN: (UNDECIDED | OUT, Status.WITHDRAWN),
}


def moved(status: Status, fact: Fact) -> Status:
    """Return the status after a fact; raises WrongStatusError if it cannot happen from here."""
    starts, ends = MOVES[fact]
    if status not in starts:
        raise WrongStatusError(status, status=status.value)
    return ends
