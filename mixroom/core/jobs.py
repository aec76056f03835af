"""A queue of jobs in the database.

A job is enqueued in the transaction that needs it, claimed with a lease, and finished in the
transaction of its result. If a worker dies, its lease expires and another worker takes the job. A
job that takes longer than LEASE renews it.

A job with a unique key makes others wait who would enqueue one with the same key. So whoever holds
or adds one in a transaction takes their turn in the journal first; in the other order, they could
wait for someone who waits for them.

Only a failure of the job itself uses up one of its TRIES. A failure of the server (no disk, no
database, a lost worker) does not: the job is put off, or taken over. A job that loses MAX_LOST
workers in a row is given up, or it would kill workers for ever.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, doorbell, ids, journal
from mixroom.core.db import UtcDateTime, after_commit, insert_new, metadata

LEASE = timedelta(seconds=40)  # the longest time that a job may take without renewing it
TRIES = 3
PAUSES = (timedelta(seconds=5), timedelta(minutes=2))  # before the second and the third try
PUT_OFF = timedelta(seconds=10)  # the delay of a job after a failure of the server
MAX_LOST = 20  # workers that a job may lose

jobs = sa.Table(
    "job",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("state", sa.String(8), nullable=False),
    sa.Column("priority", sa.Integer, nullable=False),
    sa.Column("run_at", UtcDateTime, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("lease", sa.String(36)),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("error", sa.Text),
    sa.Column("lost", sa.Integer, nullable=False, server_default="0"),
    sa.Column("about", sa.String(36), index=True),  # the first id in the payload
    sa.Column("unique_key", sa.String(80), unique=True),  # only while the job waits or runs
    sa.Column("delay", sa.Float),  # seconds to wait; NULL if run_at was given
    sa.Index("ix_job_state_priority", "state", "priority", "run_at"),
    sa.Index("ix_job_state_run_at", "state", "run_at"),
)
beats = sa.Table(
    "worker",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("seen_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that this worker has claimed; its `lease` proves it."""

    id: str
    kind: str
    payload: Mapping[str, Any]
    tries: int
    lease: str
    lost: int = 0
    unique: bool = False

    @property
    def last(self) -> bool:
        """Return whether this is the last try."""
        return self.tries >= TRIES

    @property
    def spent(self) -> bool:
        """Return whether the job has lost too many workers, so that it must be given up."""
        return self.lost >= MAX_LOST


class LostLeaseError(Exception):
    """Another worker has the job now; the result of this one must not be saved."""


def enqueue(
    tx: sa.Connection,
    kind: str,
    payload: Mapping[str, Any],
    *,
    priority: int = 5,
    after: timedelta = timedelta(),
    at: datetime | None = None,
    unique: str | None = None,
) -> str | None:
    """Add a job, which workers see after the commit; smaller priorities go first.

    The job is due `after` a delay, or `at` a time. While a job with the key `unique` waits or runs,
    no second one is added. Returns the id of the job, or None if no job was added.
    """
    key = ids.new()
    if unique:
        journal.take_turn(tx)
    added = insert_new(
        tx,
        jobs,
        id=key,
        kind=kind,
        payload=json.dumps(payload),
        state="waiting",
        priority=priority,
        run_at=at or clock.now() + after,
        delay=None if at else after.total_seconds(),
        about=next(filter(ids.is_id, payload.values()), None),
        unique_key=unique,
        tries=0,
    )
    if added:
        after_commit(tx, doorbell.ring)
    return key if added else None


def is_open(tx: sa.Connection, unique: str) -> bool:
    """Return whether a job with this key waits or runs."""
    query = sa.select(jobs.c.id).where(jobs.c.unique_key == unique)
    return tx.execute(query).first() is not None


def claim(
    tx: sa.Connection, *, only: Collection[str] | None = None, but: Collection[str] = ()
) -> Job | None:
    """Claim the next due job for the length of LEASE; return None if no job is due.

    `only` and `but` are kinds of jobs, by which a worker keeps short jobs from waiting behind long
    ones.

    A job with an expired lease is due again, and does not use up a try. After MAX_LOST workers it
    comes once more, `spent`, to be given up; if that kills the worker too, it is dead.
    """
    now = clock.now()
    overdue = (jobs.c.state == "running") & (jobs.c.lease_until < now)
    tx.execute(
        jobs.update()
        .where(overdue & (jobs.c.lost >= MAX_LOST))
        .values(state="dead", unique_key=None, error="its worker died each time")
    )
    waiting = (jobs.c.state == "waiting") & (jobs.c.run_at <= now)
    row = _next(tx, overdue, only, but) or _next(tx, waiting, only, but)
    if row is None:
        return None
    taken_over = row.state == "running"
    job = Job(
        row.id,
        row.kind,
        json.loads(row.payload),
        tries=row.tries + (not taken_over),
        lease=ids.new(),
        lost=row.lost + taken_over,
        unique=row.unique_key is not None,
    )
    values = {"tries": job.tries, "lost": job.lost, "lease": job.lease}
    tx.execute(
        jobs.update()
        .where(jobs.c.id == job.id)
        .values(state="running", lease_until=now + LEASE, **values)
    )
    return job


def correct_times(tx: sa.Connection) -> None:
    """Shorten waits and leases that became too long because the machine's clock was set back."""
    now = clock.now()
    held = (jobs.c.state == "running") & (jobs.c.lease_until > now + LEASE)
    tx.execute(jobs.update().where(held).values(lease_until=now + LEASE))
    ahead = (jobs.c.state == "waiting") & (jobs.c.run_at > now) & jobs.c.delay.is_not(None)
    for row in tx.execute(sa.select(jobs.c.id, jobs.c.run_at, jobs.c.delay).where(ahead)).all():
        latest = now + timedelta(seconds=row.delay)
        if row.run_at > latest:
            tx.execute(jobs.update().where(jobs.c.id == row.id).values(run_at=latest))


def forget_done(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` finished jobs that were due before a time; return how many."""
    old = (jobs.c.state == "done") & (jobs.c.run_at < before)
    these = sa.select(jobs.c.id).where(old).limit(most)
    return tx.execute(jobs.delete().where(jobs.c.id.in_(these))).rowcount


def reclaim(tx: sa.Connection) -> None:
    """End the leases of all running jobs; the caller knows that their workers are gone."""
    over = clock.now() - timedelta(seconds=1)
    tx.execute(jobs.update().where(jobs.c.state == "running").values(lease_until=over))


def renew(tx: sa.Connection, job: Job) -> None:
    """Hold the job for another LEASE; raises LostLeaseError."""
    if job.unique:
        journal.take_turn(tx)
    ours = (jobs.c.id == job.id) & (jobs.c.lease == job.lease)
    held = tx.execute(jobs.update().where(ours).values(lease_until=clock.now() + LEASE))
    if held.rowcount != 1:
        raise LostLeaseError(job.id)


def give_back(
    tx: sa.Connection, job: Job, *, after: timedelta = timedelta(), error: str | None = None
) -> None:
    """Return the job to the queue without using up a try; raises LostLeaseError."""
    values = {"run_at": clock.now() + after, "delay": after.total_seconds()}
    _end(tx, job, state="waiting", tries=job.tries - 1, error=error, lost=0, **values)
    after_commit(tx, doorbell.ring)


def finish(tx: sa.Connection, job: Job) -> None:
    """Mark the job as done, in the transaction of its result; raises LostLeaseError."""
    _end(tx, job, state="done", error=None, unique_key=None)


def fail(tx: sa.Connection, job: Job, error: str) -> None:
    """Return the job to the queue for its next try, or mark it as dead after the last one.

    Raises LostLeaseError.
    """
    if job.last:
        _end(tx, job, state="dead", error=error, unique_key=None)
    else:
        pause = PAUSES[job.tries - 1]
        values = {"run_at": clock.now() + pause, "delay": pause.total_seconds()}
        _end(tx, job, state="waiting", error=error, lost=0, **values)


def later(tx: sa.Connection, job: Job, about: str) -> list[Mapping[str, Any]]:
    """Return the payloads of newer jobs of the same kind `about` the same thing."""
    since = (jobs.c.about == about) & (jobs.c.kind == job.kind) & (jobs.c.id > job.id)
    query = sa.select(jobs.c.payload).where(since)
    return [json.loads(payload) for payload in tx.scalars(query)]


def forget(tx: sa.Connection, about: Iterable[str]) -> None:
    """Delete the jobs about these things, in any state."""
    tx.execute(jobs.delete().where(jobs.c.about.in_(list(about))))


def beat(tx: sa.Connection, worker: str) -> None:
    """Record that a worker is alive."""
    now = clock.now()
    known = tx.execute(beats.update().where(beats.c.id == worker).values(seen_at=now)).rowcount
    if not known:
        tx.execute(beats.delete().where(beats.c.seen_at < now - timedelta(hours=1)))
        tx.execute(beats.insert().values(id=worker, seen_at=now))


def alive(tx: sa.Connection, within: timedelta = timedelta(seconds=30)) -> bool:
    """Return whether a worker was seen `within` this time; a time in the future does not count."""
    now = clock.now()
    lately = beats.c.seen_at.between(now - within, now + within)
    return bool(tx.scalar(sa.select(beats.c.id).where(lately).limit(1)))


def counts(tx: sa.Connection) -> dict[str, int]:
    """Return the number of jobs in each state."""
    number = sa.func.count().label("number")
    rows = tx.execute(sa.select(jobs.c.state, number).group_by(jobs.c.state))
    return {row.state: row.number for row in rows}


def _next(
    tx: sa.Connection,
    due: sa.ColumnElement[bool],
    only: Collection[str] | None,
    but: Collection[str],
) -> sa.Row[Any] | None:
    if only is not None:
        due &= jobs.c.kind.in_(only)
    if but:
        due &= jobs.c.kind.not_in(but)
    query = sa.select(jobs).where(due).order_by(jobs.c.priority, jobs.c.run_at).limit(1)
    return tx.execute(query.with_for_update(skip_locked=True)).one_or_none()


def _end(tx: sa.Connection, job: Job, **values: Any) -> None:
    if job.unique:
        journal.take_turn(tx)
    ended = tx.execute(
        jobs.update()
        .where((jobs.c.id == job.id) & (jobs.c.lease == job.lease))
        .values(lease=None, lease_until=None, **values)
    )
    if ended.rowcount != 1:
        raise LostLeaseError(job.id)
