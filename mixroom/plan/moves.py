"""The states of a message, and the moves between them."""

from collections.abc import Mapping
from enum import StrEnum

from mixroom.core.errors import ConflictError


class Status(StrEnum):
    """The state of a message.

    An idea has no words yet. A message is ready once somebody has read it, and published once every
    channel and language that it wants has a publication.
    """

    IDEA = "idea"
    DRAFT = "draft"
    READY = "ready"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DROPPED = "dropped"


class Fact(StrEnum):
    """The facts of messages in the journal."""

    ADDED = "message.added"
    CHANGED = "message.changed"
    DRAFTED = "message.drafted"
    READY = "message.ready"
    SCHEDULED = "message.scheduled"
    DUE = "message.due"
    OUT = "message.out"
    PUBLISHED = "message.published"
    UNPUBLISHED = "message.unpublished"
    DROPPED = "message.dropped"
    STALE = "message.stale"
    FRESH = "message.fresh"
    FAILED = "message.failed"


class AimFact(StrEnum):
    """The facts of campaigns and objectives in the journal."""

    CAMPAIGN_SAVED = "campaign.saved"
    CAMPAIGN_REMOVED = "campaign.removed"
    OBJECTIVE_SAVED = "objective.saved"
    OBJECTIVE_REMOVED = "objective.removed"


class MessageStatusError(ConflictError):
    """The status of the message does not allow this; `facts` has its present status."""

    code = "message_status"


OPEN = frozenset({Status.IDEA, Status.DRAFT, Status.READY, Status.SCHEDULED})
READ = frozenset({Status.READY, Status.SCHEDULED})  # by somebody; other words need a new reading
# Each move that a person makes: the statuses that it starts from, and the one it leads to.
MOVES: Mapping[Fact, tuple[frozenset[Status], Status]] = {
    Fact.DRAFTED: (READ | {Status.DROPPED}, Status.DRAFT),
    Fact.READY: (frozenset({Status.DRAFT}), Status.READY),
    Fact.SCHEDULED: (frozenset({Status.READY}), Status.SCHEDULED),
    Fact.DROPPED: (OPEN, Status.DROPPED),
}
