"""When the owner of a message is told of it: before it is due, at its time, and when late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from mixroom.plan.notices import RINGS
from mixroom.push.model import Notice

RINGS_FOR = timedelta(hours=1)  # after a ring's time nobody is told any more, if we were away


@dataclass(frozen=True, slots=True)
class Rings:
    """The notices whose times have come, in order, and the time of the next one."""

    passed: tuple[Notice, ...]
    next_at: datetime | None


def first_ring(due: datetime | None) -> datetime | None:
    """Return when an owner is told for the first time."""
    return due + min(RINGS.values()) if due else None


def rings(due: datetime, since: datetime, now: datetime) -> Rings:
    """Return the notices that are owed now: those from `since` on, but none that is long over."""
    at = {notice: due + after for notice, after in RINGS.items()}
    owed = (each for each, when in at.items() if since <= when <= now < when + RINGS_FOR)
    return Rings(tuple(owed), min((when for when in at.values() if when > now), default=None))
