"""Reminders of what someone owes: the day before it is due, and once it is late; never at night."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.clock import rfc3339

AHEAD = timedelta(days=1)
MORNING, EVENING = time(8), time(21)  # between them people may be told


def by_day(at: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment, or the morning after it if it is in the night."""
    local = at.astimezone(zone)
    if MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def enqueue(tx: sa.Connection, kind: str, key: str, due: datetime | None, zone: ZoneInfo) -> None:
    """Add the jobs that remind of something due, each with its `key`, `due` and `is_late`.

    Earlier jobs for another due time stay: `is_current` tells their handler.
    """
    if due is None:
        return
    for is_late, at in ((False, due - AHEAD), (True, due)):
        told = by_day(at, zone)
        if told > clock.now():
            payload = {"key": key, "due": rfc3339(due), "is_late": is_late}
            jobs.enqueue(tx, kind, payload, at=told)


def is_current(job: jobs.Job, due: datetime | None) -> bool:
    """Return whether a job is about the due time that stands now."""
    return due is not None and rfc3339(due) == job.payload["due"]
