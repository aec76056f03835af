"""Reminders of what is owed: the day before it is due, and once it is late; never at night.

They go to whoever owns it, or to the leads while nobody of the crew does.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.clock import rfc3339
from mixroom.core.roles import LEADS
from mixroom.crew import store as crew_store

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

    Earlier jobs for another due time stay: `is_current` tells their handler. Those for the same
    due time, to which it was moved back, are not added twice.
    """
    if due is None:
        return
    for is_late, at in ((False, due - AHEAD), (True, due)):
        told = by_day(at, zone)
        if told > clock.now():
            payload = {"key": key, "due": rfc3339(due), "is_late": is_late}
            unique = f"{kind} {key} {due.timestamp():.6f} {is_late:d}"
            jobs.enqueue(tx, kind, payload, at=told, unique=unique)


def is_current(job: jobs.Job, due: datetime | None) -> bool:
    """Return whether what a job says is still true: due at the time that stands now, and later.

    A worker that stood still for a day may be too late for "due in a day".
    """
    if due is None or rfc3339(due) != job.payload["due"]:
        return False
    return bool(job.payload["is_late"]) or clock.now() < due


def waits_for_day(tx: sa.Connection, job: jobs.Job, zone: ZoneInfo) -> bool:
    """Put a job that comes late, and at night, off until the morning; return whether it was."""
    now = clock.now()
    told = by_day(now, zone)
    if told > now:
        jobs.give_back(tx, job, after=told - now)
    return told > now


def owner_or_leads(
    tx: sa.Connection, event_id: str, owner_id: str | None
) -> tuple[list[str], bool]:
    """Return the ids of those to tell: the owner, or the leads if nobody of the crew owns it.

    The second value says whether there is an owner.
    """
    if owner_id and crew_store.get_person(tx, owner_id):
        return [owner_id], True
    crew = crew_store.people_of(tx, event_id)
    return [each.id for each in crew if each.role in LEADS], False
