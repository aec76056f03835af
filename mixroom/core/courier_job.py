"""A long job of the worker that talks with a program beside it, which gives things away.

The program asks before it gives each thing away, and says afterwards what became of it.
"""

import json
import logging
import time
from abc import ABC, abstractmethod
from typing import Any

import sqlalchemy as sa

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.jobs import Job
from mixroom.core.line_program import LineProgram, bare_environment

log = logging.getLogger(__name__)

RENEW = 5.0  # seconds between two renewals of the job's lease


class CourierJob(ABC):
    """A job whose courier gives things away; the worker calls `go_on` now and then.

    `silence` is how many seconds a courier may say nothing before it is killed, `patience` how
    many it gets to tell the fate of what is under way when the worker stops.
    """

    silence: float
    patience: float

    def __init__(self, job: Job) -> None:
        """Take a job; `start` starts its courier."""
        self.job = job
        self.over = False
        self._program: LineProgram | None = None

    def start(self, module: str) -> None:
        """Start the courier, which inherits none of the server's secrets."""
        self._program = LineProgram(module, environment=bare_environment())
        self._heard = self._renewed = time.monotonic()

    @property
    def courier(self) -> LineProgram:
        """The courier, which has been started."""
        assert self._program, "nothing is due"
        return self._program

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has said something."""
        return self.courier.fileno()

    def go_on(self) -> None:
        """Answer what the courier has said; raises LostLeaseError if another worker has the job."""
        now = time.monotonic()
        if now - self._heard > self.silence:
            self.courier.kill()
        if now - self._renewed > RENEW:
            self._renewed = now
            with transaction() as tx:
                jobs.renew(tx, self.job)
        self._hear()
        if self.courier.ended:
            self.courier.close()
            self.end()

    def stop(self) -> None:
        """Stop the courier, once it has told the fate of what is under way if that is soon.

        What was not given away is due again; of the rest the fate is not known.
        """
        self.over = True
        if self._program is None:
            return
        self._program.say_no_more()  # it gives nothing away any more
        until = time.monotonic() + self.patience
        try:
            while self._program.wait_for_word(max(0.0, until - time.monotonic())):
                self._hear()
                if self._program.ended:
                    break
        except (MixroomError, sa.exc.SQLAlchemyError):  # without the database it stays unknown
            log.warning("the fate of what was under way could not be saved", exc_info=True)
        finally:
            self._program.kill()
            self._program.close()

    @abstractmethod
    def answer(self, said: dict[str, Any]) -> None:
        """Answer one thing that the courier has said."""

    @abstractmethod
    def end(self) -> None:
        """Settle the job: the courier has ended, or nothing was due."""

    def _hear(self) -> None:
        for line in self.courier.lines():
            self._heard = time.monotonic()
            self.answer(json.loads(line))
