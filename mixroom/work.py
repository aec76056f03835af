"""The worker process: takes jobs, one after the other, until it is told to stop.

It is single-threaded and small, so that each photo can be given to a forked child.
"""

import logging
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import FrameType

import sqlalchemy as sa

from mixroom.app import connect, store_of
from mixroom.core import doorbell, ids, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.files import Store
from mixroom.core.jobs import Job, LostLeaseError
from mixroom.core.redis_bell import RedisBell
from mixroom.media import uploading
from mixroom.media.jobs import HANDLERS as MEDIA
from mixroom.settings import Settings
from mixroom.supervise import follow_parent

log = logging.getLogger(__name__)

POLL = 1.0  # seconds: how late a job is at most when nobody rings
BEAT = 5.0  # seconds
ABANDONED = timedelta(hours=24)  # then a half-sent upload is swept away

Run = Callable[[Job, Store], None]
HANDLERS: Mapping[str, tuple[Run, Run]] = {**MEDIA}


class Worker:
    """One worker; `stop` ends it after the job at hand."""

    def __init__(self, settings: Settings) -> None:
        self._files = store_of(settings)
        self._id = ids.new()
        self._stopping = False
        self._beaten = 0.0
        self._swept = 0.0

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End after the job at hand."""
        self._stopping = True
        doorbell.ring()

    def run(self) -> None:
        """Work until stopped; a database that is away is waited for."""
        bell = doorbell.listen()
        try:
            while not self._stopping:
                try:
                    self._housekeeping()
                    if not self._work_one():
                        _wait(bell)
                except (MixroomError, sa.exc.SQLAlchemyError):
                    log.exception("the worker waits for the database")
                    time.sleep(POLL)
        finally:
            doorbell.close(bell)

    def _work_one(self) -> bool:
        with transaction() as tx:
            job = jobs.claim(tx)
        if job is None:
            return False
        run, give_up = HANDLERS[job.kind]
        try:
            (give_up if job.spent else run)(job, self._files)
        except LostLeaseError:
            log.warning("job %s was taken over by another worker", job.id)
        except (MixroomError, sa.exc.SQLAlchemyError):
            raise
        except Exception as error:
            log.exception("job %s (%s) failed, try %s", job.id, job.kind, job.tries)
            self._failed(job, give_up, repr(error))
        return True

    def _failed(self, job: Job, give_up: Run, error: str) -> None:
        if job.last:
            give_up(job, self._files)
            return
        with transaction() as tx:
            jobs.fail(tx, job, error)

    def _housekeeping(self) -> None:
        now = time.monotonic()
        if now - self._beaten > BEAT:
            self._beaten = now
            with transaction() as tx:
                jobs.beat(tx, self._id)
        if now - self._swept > 3600:  # noqa: PLR2004  an hour
            self._swept = now
            self._files.sweep(ABANDONED)
            uploading.expire(self._files)


def work(settings: Settings) -> None:
    """Run a worker until SIGTERM or SIGINT."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    connect(settings)
    if settings.redis_url:
        RedisBell(settings.redis_url).start()
    worker = Worker(settings)
    signal.signal(signal.SIGTERM, worker.stop)
    signal.signal(signal.SIGINT, worker.stop)
    follow_parent(lambda: os.kill(os.getpid(), signal.SIGTERM))
    worker.run()


def _wait(bell: socket.socket) -> None:
    bell.settimeout(POLL)
    try:
        bell.recv(1)
    except TimeoutError:
        return
    doorbell.drain(bell)
