"""The worker process, which does jobs one after the other until it is stopped.

It is single-threaded and small, so that it can fork a child for each photo. Long jobs have lanes of
their own, one for clips and one for webhooks: in each, a child does one long job at a time, and the
worker processes its messages between two short jobs, or while there are none.
"""

import importlib
import logging
import math
import os
import select
import signal
import socket
import time
from contextlib import suppress
from datetime import timedelta
from types import FrameType

import sqlalchemy as sa

from mixroom import alone, retention, start, watch
from mixroom.core import doorbell, failures, ids, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.files import Store
from mixroom.core.handlers import Handlers, LongJob, Run
from mixroom.core.jobs import Job, LostLeaseError
from mixroom.core.loops import attempt
from mixroom.features import features
from mixroom.installation import store_of
from mixroom.settings import Settings
from mixroom.supervise import follow_parent, tell_parent_alive

log = logging.getLogger(__name__)

POLL = 1.0  # seconds between two looks for a job when nobody rings
BEAT = 5.0  # seconds between two records that this worker is alive
SWEEP = 3600.0  # seconds between two sweeps of abandoned uploads
ABANDONED = timedelta(hours=24)  # after which a partial upload is deleted


class Worker:
    """A worker; `stop` ends it after the present job."""

    def __init__(self, settings: Settings) -> None:
        self._files = store_of(settings)
        found = handlers(settings)
        self._short = {kind: acts for each in found for kind, acts in each.short.items()}
        self._long = {kind: acts for each in found for kind, acts in each.long.items()}
        self._periodic = {act.kind: act for each in found for act in each.periodic}
        self._short |= dict.fromkeys(self._periodic, (self._do_periodic, self._plan_next))
        self._lanes: dict[str, set[str]] = {}  # the kinds of long jobs in each lane
        for each in found:
            self._lanes.setdefault(each.lane, set()).update(each.long)
        self._id = ids.new()
        self._under_way: dict[str, LongJob] = {}  # by lane
        self._stopping = False
        # With SQLite there is one worker at a time: a running job was that of a dead one.
        self._reclaims = settings.embedded
        self._put_off: list[tuple[Job, str]] = []  # to be put off once the database answers
        self._watch = watch.Watch(self._files)
        self._beaten = self._swept = -math.inf

    @property
    def busy(self) -> bool:
        """Return whether a long job is running."""
        return bool(self._under_way)

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Make `run` end after the present job."""
        self._stopping = True
        doorbell.ring_here()  # ringing elsewhere takes locks, which can block a signal handler

    def run(self) -> None:
        """Do jobs until stopped; failures of the server are waited out."""
        bell = doorbell.listen()
        try:
            while not self._stopping:
                attempt("worker", lambda: self._round(bell))
        finally:
            self._return_long_jobs()
            doorbell.close(bell)

    def step(self) -> bool:
        """Do everything that is due, with at most one short job; return whether there was one."""
        tell_parent_alive()
        self._put_jobs_off()
        self._housekeeping()
        for lane in self._lanes:
            self._do_long_job(lane)
        return self._do_short_job()

    def _round(self, bell: socket.socket) -> None:
        if not self.step():
            self._wait(bell)

    def _do_short_job(self) -> bool:
        with transaction() as tx:
            job = jobs.claim(tx, but=self._long)
        if job is None:
            return False
        run, give_up = self._short[job.kind]
        try:
            (give_up if job.spent else run)(job, self._files)
        except LostLeaseError:
            log.warning("job %s was taken over by another worker", job.id)
        except Exception as error:
            self._failed(job, give_up, error)
        return True

    def _do_long_job(self, lane: str) -> None:
        """Start the next long job of a lane, or process the messages of the running one."""
        running = self._under_way.get(lane)
        job = running.job if running else None
        if job is None:
            with transaction() as tx:
                job = jobs.claim(tx, only=self._lanes[lane])
        if job is None:
            return
        begin, give_up = self._long[job.kind]
        try:
            if running:
                running.go_on()
            elif job.spent:
                give_up(job, self._files)
            else:
                running = self._under_way[lane] = begin(job, self._files)
        except LostLeaseError:
            log.warning("job %s was taken over by another worker", job.id)
            self._stop_long_job(lane)
        except Exception as error:
            self._stop_long_job(lane)
            self._failed(job, give_up, error)
        if running and running.over:
            self._under_way.pop(lane, None)

    def _stop_long_job(self, lane: str) -> None:
        if running := self._under_way.pop(lane, None):
            running.stop()

    def _return_long_jobs(self) -> None:
        """Return the long jobs to the queue, so that the next worker starts them at once."""
        for lane, running in list(self._under_way.items()):
            self._stop_long_job(lane)
            with (
                suppress(MixroomError, sa.exc.SQLAlchemyError, LostLeaseError),
                transaction() as tx,
            ):
                jobs.give_back(tx, running.job)

    def _failed(self, job: Job, give_up: Run, error: Exception) -> None:
        """Record the failed try, or put the job off if the failure is the server's."""
        if failures.is_transient(error):
            log.warning("job %s (%s) is put off: %r", job.id, job.kind, error)
            self._put_off.append((job, repr(error)))
            self._put_jobs_off()
            return
        log.error("job %s (%s) failed, try %s", job.id, job.kind, job.tries, exc_info=error)
        try:
            if job.last:
                give_up(job, self._files)
            else:
                with transaction() as tx:
                    jobs.fail(tx, job, repr(error))
        except LostLeaseError:
            log.warning("job %s was taken over by another worker", job.id)
        except Exception as again:
            self._put_off.append((job, repr(again)))
            raise

    def _put_jobs_off(self) -> None:
        """Put off the jobs that a failure of the server interrupted, without counting a try.

        Raises while the database is down; the next round tries again.
        """
        while self._put_off:
            job, error = self._put_off[0]
            with suppress(LostLeaseError), transaction() as tx:
                jobs.give_back(tx, job, after=jobs.PUT_OFF, error=error[:500])
            self._put_off.pop(0)

    def _wait(self, bell: socket.socket) -> None:
        """Wait for a ring, for a message of a long job, or for POLL seconds."""
        sources: list[socket.socket | LongJob] = [bell, *self._under_way.values()]
        if bell in select.select(sources, [], [], POLL)[0]:
            doorbell.drain(bell)

    def _housekeeping(self) -> None:
        now = time.monotonic()
        if self._reclaims:
            with transaction() as tx:
                jobs.reclaim(tx)
            self._reclaims = False
        if now - self._beaten > BEAT:
            self._beaten = now
            with transaction() as tx:
                jobs.beat(tx, self._id)
                jobs.correct_times(tx)
            retention.sweep()
        self._watch.look()
        if now - self._swept > SWEEP:
            self._swept = now
            self._files.sweep(ABANDONED)
            self._plan_periodic()

    def _plan_periodic(self) -> None:
        """Enqueue a job of each periodic kind unless there is one."""
        with transaction() as tx:
            for kind in self._periodic:
                jobs.enqueue(tx, kind, {}, unique=kind)

    def _do_periodic(self, job: Job, files: Store) -> None:
        """Do a periodic job; a failure is tried again like that of any job."""
        self._periodic[job.kind].run(files)
        self._plan_next(job, files)

    def _plan_next(self, job: Job, _files: Store) -> None:
        """End a periodic job, and enqueue the next one."""
        with transaction() as tx:
            jobs.finish(tx, job)
            after = self._periodic[job.kind].every
            jobs.enqueue(tx, job.kind, {}, after=after, unique=job.kind)


def handlers(settings: Settings) -> list[Handlers]:
    """Return the handlers of all features."""
    modules = [importlib.import_module(each.jobs) for each in features() if each.jobs]
    return [module.handlers(settings) for module in modules]


def work(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    start.begin(settings)
    alone.must_be_alone(settings, "worker")
    start.must_have_folders(settings)
    if settings.redis_url:
        from mixroom.core.redis_bell import RedisBell  # which loads asyncio, with it 15 MB

        RedisBell(settings.redis_url).start()
    worker = Worker(settings)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    follow_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.run()
