"""The worker process: takes jobs, one after the other, until it is told to stop.

It is single-threaded and small, so that each photo can be given to a forked child. What takes
minutes has a lane of its own: one such job at a time is done by its child beside the others, and
between two short jobs, and while there is none, the worker asks how far it is.
"""

import importlib
import logging
import os
import select
import signal
import socket
import time
from contextlib import suppress
from datetime import timedelta
from types import FrameType

import sqlalchemy as sa

from mixroom import retention, start
from mixroom.app import store_of
from mixroom.core import doorbell, ids, jobs, trouble
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.files import Store
from mixroom.core.handlers import Handlers, LongJob, Run
from mixroom.core.jobs import Job, LostLeaseError
from mixroom.core.loops import attempt
from mixroom.core.redis_bell import RedisBell
from mixroom.features import features
from mixroom.settings import Settings
from mixroom.supervise import follow_parent, tell_parent_alive

log = logging.getLogger(__name__)

POLL = 1.0  # seconds: how late a job is at most when nobody rings
BEAT = 5.0  # seconds
ABANDONED = timedelta(hours=24)  # then a half-sent upload is swept away


class Worker:
    """One worker; `stop` ends it after the job at hand."""

    def __init__(self, settings: Settings) -> None:
        self._files = store_of(settings)
        found = handlers(settings)
        self._short = {kind: acts for each in found for kind, acts in each.short.items()}
        self._long = {kind: acts for each in found for kind, acts in each.long.items()}
        self._periodic = {act.kind: act for each in found for act in each.periodic}
        self._short |= dict.fromkeys(self._periodic, (self._do_again, self._skip_once))
        self._id = ids.new()
        self._beside: LongJob | None = None
        self._stopping = False
        self._heir = settings.embedded  # one worker at a time: what another began is ours
        self._owed: list[tuple[Job, str]] = []  # to be given back once the database answers
        self._beaten = 0.0
        self._swept = 0.0

    @property
    def busy(self) -> bool:
        """Return whether a long job is under way beside the others."""
        return self._beside is not None

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after the job at hand."""
        self._stopping = True
        doorbell.ring_here()  # what rings further takes locks, which a signal must not wait for

    def run(self) -> None:
        """Work until stopped; whatever the server lacks for a while is waited for."""
        bell = doorbell.listen()
        try:
            while not self._stopping:
                attempt("worker", lambda: self._round(bell))
        finally:
            self._leave_beside()
            doorbell.close(bell)

    def step(self) -> bool:
        """Do what is due, one short job at most; return whether there was one."""
        tell_parent_alive()
        self._settle()
        self._housekeeping()
        self._work_beside()
        return self._work_one()

    def _round(self, bell: socket.socket) -> None:
        if not self.step():
            self._wait(bell)

    def _work_one(self) -> bool:
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

    def _work_beside(self) -> None:
        """Begin the next long job, or go on with the present one."""
        job = self._beside.job if self._beside else None
        if job is None:
            with transaction() as tx:
                job = jobs.claim(tx, only=self._long)
        if job is None:
            return
        begin, give_up = self._long[job.kind]
        try:
            if self._beside:
                self._beside.go_on()
            elif job.spent:
                give_up(job, self._files)
            else:
                self._beside = begin(job, self._files)
        except LostLeaseError:
            log.warning("job %s was taken over by another worker", job.id)
            self._drop_beside()
        except Exception as error:
            self._drop_beside()
            self._failed(job, give_up, error)
        if self._beside and self._beside.over:
            self._beside = None

    def _drop_beside(self) -> None:
        if self._beside:
            self._beside.stop()
        self._beside = None

    def _leave_beside(self) -> None:
        """Give the long job back, so that whoever comes next begins it at once."""
        job = self._beside.job if self._beside else None
        self._drop_beside()
        if job is not None:
            with (
                suppress(MixroomError, sa.exc.SQLAlchemyError, LostLeaseError),
                transaction() as tx,
            ):
                jobs.give_back(tx, job)

    def _failed(self, job: Job, give_up: Run, error: Exception) -> None:
        """Count the try against the job, unless the trouble is the server's."""
        if trouble.is_transient(error):
            log.warning("job %s (%s) is put off: %r", job.id, job.kind, error)
            self._owed.append((job, repr(error)))
            self._settle()
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
            self._owed.append((job, repr(again)))
            raise

    def _settle(self) -> None:
        """Give back what the server's trouble interrupted, so that no try is counted.

        Where the database is what is missing this raises, and is tried again in a moment.
        """
        while self._owed:
            job, error = self._owed[0]
            with suppress(LostLeaseError), transaction() as tx:
                jobs.give_back(tx, job, after=jobs.PUT_OFF, error=error[:500])
            self._owed.pop(0)

    def _wait(self, bell: socket.socket) -> None:
        """Wait for the bell, for the long job to say something, or for POLL seconds."""
        asked: list[socket.socket | LongJob] = [bell]
        if self._beside:
            asked.append(self._beside)
        if bell in select.select(asked, [], [], POLL)[0]:
            doorbell.drain(bell)

    def _housekeeping(self) -> None:
        now = time.monotonic()
        if self._heir:
            with transaction() as tx:
                jobs.reclaim(tx)
            self._heir = False
        if now - self._beaten > BEAT:
            self._beaten = now
            with transaction() as tx:
                jobs.beat(tx, self._id)
                jobs.correct_times(tx)
            retention.sweep()
        if now - self._swept > 3600:  # noqa: PLR2004  an hour
            self._swept = now
            self._files.sweep(ABANDONED)
            self._plan_periodic()

    def _plan_periodic(self) -> None:
        """See that a job of each periodic kind is there, for whichever worker comes first."""
        with transaction() as tx:
            for kind in self._periodic:
                jobs.enqueue(tx, kind, {}, unique=kind)

    def _do_again(self, job: Job, files: Store) -> None:
        """Do a periodic job; a failure is tried again as any job's is."""
        self._periodic[job.kind].run(files)
        self._skip_once(job, files)

    def _skip_once(self, job: Job, _files: Store) -> None:
        """End a periodic job, and plan the next."""
        with transaction() as tx:
            jobs.finish(tx, job)
            after = self._periodic[job.kind].every
            jobs.enqueue(tx, job.kind, {}, after=after, unique=job.kind)


def handlers(settings: Settings) -> list[Handlers]:
    """Return what each feature has the worker do."""
    modules = [importlib.import_module(each.jobs) for each in features() if each.jobs]
    return [module.handlers(settings) for module in modules]


def work(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    start.begin(settings)
    start.must_be_alone(settings, "worker")
    start.must_have_folders(settings)
    if settings.redis_url:
        RedisBell(settings.redis_url).start()
    worker = Worker(settings)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    follow_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.run()
