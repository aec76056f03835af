"""Webhooks and their deliveries: what is told, when it is tried again, when one is given up."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.public_addresses import MAX_URL, target_of
from mixroom.core.roles import LEADS, declare

MAX_WEBHOOKS = 20  # of an event
ROTATION = timedelta(hours=24)  # in which the old secret signs too
KEPT_FOR = timedelta(days=30)  # deliveries, in the log
GIVEN_UP_AFTER = timedelta(hours=24)  # of failures without one success: then it is switched off
# The pauses before the second and each further try, about a day together.
PAUSES = tuple(
    timedelta(**pause)
    for pause in (
        {"seconds": 5},
        {"minutes": 5},
        {"minutes": 30},
        {"hours": 2},
        {"hours": 5},
        {"hours": 8},
        {"hours": 8},
    )
)
GONE = 410
MAX_WAIT = timedelta(hours=1)  # the longest pause that a receiver may ask for

PERMISSIONS = declare({"webhook.edit": LEADS})


class Fact(StrEnum):
    """The facts about webhooks in the journal."""

    ADDED = "webhook.added"
    CHANGED = "webhook.changed"
    DISABLED = "webhook.disabled"
    REMOVED = "webhook.removed"


class Topic(StrEnum):
    """The kinds of facts that a receiver can be told, by the type of the message."""

    APPROVED = "submission.approved"
    RECALLED = "submission.recalled"
    REQUESTED = "request.opened"
    RUNG = "alarm.raised"
    DUE = "message.due"
    PUBLISHED = "message.published"


TEST = "webhook.test"  # the type of a message that a lead sends to try a webhook


class State(StrEnum):
    """The state of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


class Why(StrEnum):
    """Why a webhook was switched off."""

    LEAD = "lead"
    GONE = "gone"
    FAILING = "failing"


class DisabledError(ConflictError):
    """The webhook is switched off."""

    code = "webhook_disabled"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of facts.

    `failing_since` is the time of the first failure since the last success.
    """

    id: str
    event_id: str
    url: str
    topics: frozenset[Topic]
    secret: str
    created_at: datetime
    old_secret: str | None = None
    old_until: datetime | None = None
    disabled: Why | None = None
    disabled_at: datetime | None = None
    failing_since: datetime | None = None

    def secrets(self, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign now: while it is being replaced, the old one too."""
        rotating = self.old_secret and self.old_until and now < self.old_until
        return (self.secret, self.old_secret) if rotating and self.old_secret else (self.secret,)


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message for a webhook; its id is the same on every try.

    `status` (0 for no answer), `fault`, `milliseconds` and `answer` are those of the last try.
    """

    id: str
    webhook_id: str
    event_id: str
    type: str
    payload: str
    created_at: datetime
    state: State = State.WAITING
    tries: int = 0
    next_at: datetime | None = None
    tried_at: datetime | None = None
    status: int | None = None
    fault: str | None = None
    milliseconds: int | None = None
    answer: str | None = None


def checked_url(url: str, allowed: Collection[str]) -> str:
    """Return the address if it may be asked; raises InvalidError."""
    url = url.strip()
    if not url:
        raise InvalidError("url", "missing")
    if len(url) > MAX_URL:
        raise InvalidError("url", "too_long", most=MAX_URL)
    if target_of(url, allowed) is None:
        raise InvalidError("url", "not_public")
    return url


def checked_topics(topics: Collection[str]) -> frozenset[Topic]:
    """Return the topics; raises InvalidError if there are none, or unknown ones."""
    if not topics:
        raise InvalidError("topics", "missing")
    if not {*topics} <= {*Topic}:
        raise InvalidError("topics", "unknown")
    return frozenset(map(Topic, topics))


def is_success(status: int) -> bool:
    """Return whether a receiver has taken a message."""
    return 200 <= status < 300  # noqa: PLR2004


def pause_after(tries: int, chance: float, wait: int | None = None) -> timedelta | None:
    """Return the pause after so many failed tries, or None if the message is given up.

    `chance`, from 0 to 1, makes it up to a tenth longer, so that not all receivers are asked at
    once. A receiver may ask for a longer one, in seconds, up to MAX_WAIT.
    """
    if tries > len(PAUSES):
        return None
    pause = PAUSES[tries - 1] * (1 + chance / 10)
    return max(pause, min(timedelta(seconds=wait or 0), MAX_WAIT))


def why_disabled(webhook: Webhook, status: int, now: datetime) -> Why | None:
    """Return why a failed try switches a webhook off, or None if it does not."""
    if status == GONE:
        return Why.GONE
    since = webhook.failing_since
    return Why.FAILING if since is not None and now - since >= GIVEN_UP_AFTER else None
