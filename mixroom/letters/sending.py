"""The worker's long job: a courier hands letters over, one at a time, while other jobs go on."""

import json
import logging
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict
from email.utils import parseaddr
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.jobs import Job
from mixroom.core.line_program import LineProgram, bare_environment
from mixroom.letters import queries, results
from mixroom.letters.courier import ANSWERS, CONNECTS, TAKES, MailServer, Outcome
from mixroom.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 50  # letters of one job
SILENCE = CONNECTS + 4 * ANSWERS + TAKES  # seconds without a word, after which a courier is killed
RENEW = 5.0  # seconds between two renewals of the job's lease
PATIENCE = 2.0  # seconds for the fate of the letter in hand, when the worker stops


class Sending:
    """The due letters on their way; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, settings: Settings) -> None:
        """Take the due letters and start a courier; `over` is True at once if none is due."""
        self.job = job
        self.over = False
        url, sender, now = settings.smtp_url, settings.mail_from, clock.now()
        letters = results.take(job, now, server=bool(url and sender), most=AT_ONCE)
        self._ready = False
        self._program: LineProgram | None = None
        if not letters or not url or not sender:
            self._end()
            return
        texts = queries.messages(letters, sender=sender, base_url=settings.base_url, now=now)
        self._left = deque(
            {"id": each.id, "to": each.to.email, "text": texts[each.id]} for each in letters
        )
        address = parseaddr(sender)[1]
        self._program = LineProgram("mixroom.letters.courier", environment=bare_environment())
        self._heard = self._renewed = time.monotonic()
        server = asdict(MailServer.of(url))
        host = address.rpartition("@")[2]
        self._program.say({"server": server, "sender": address, "name": host})

    @property
    def _courier(self) -> LineProgram:
        assert self._program, "nothing is due"
        return self._program

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has said something."""
        return self._courier.fileno()

    def go_on(self) -> None:
        """Answer what the courier has said; raises LostLeaseError if another worker has the job."""
        now = time.monotonic()
        if now - self._heard > SILENCE:
            self._courier.kill()
        if now - self._renewed > RENEW:
            self._renewed = now
            with transaction() as tx:
                jobs.renew(tx, self.job)
        self._hear(self._courier.lines())
        if self._courier.ended:
            self._courier.close()
            if not self._ready:
                results.unreachable(self.job, self._keys(), "broken", "")
            self._end()

    def stop(self) -> None:
        """Stop the courier, once it has told the fate of the letter in hand if that is soon.

        Letters that were not given are due again; one whose fate is not known is uncertain.
        """
        self.over = True
        if self._program is None:
            return
        self._courier.say_no_more()  # it gives no further letter away
        until = time.monotonic() + PATIENCE
        try:
            while self._courier.wait_for_word(max(0.0, until - time.monotonic())):
                self._hear(self._courier.lines())
                if self._courier.ended:
                    break
        except (MixroomError, sa.exc.SQLAlchemyError):  # without the database it stays uncertain
            log.warning("the fate of a letter could not be saved", exc_info=True)
        finally:
            self._courier.kill()
            self._courier.close()

    def _hear(self, lines: Sequence[bytes]) -> None:
        for line in lines:
            self._heard = time.monotonic()
            self._answer(json.loads(line))

    def _answer(self, said: dict[str, Any]) -> None:
        match said["step"]:
            case "unreachable":
                self._ready = True
                results.unreachable(self.job, self._keys(), said["fault"], said["reply"])
            case "giving":
                key = said["id"]
                go = not self.over and results.give(self.job, key)
                self._courier.say({"id": key, "go": go})
            case "done":
                results.done(self.job, Outcome(**said["outcome"]))
                if said["stands"]:
                    self._next()
            case _:
                self._ready = True
                self._next()

    def _keys(self) -> list[str]:
        """Return the ids of the letters that the courier does not have yet."""
        return [each["id"] for each in self._left]

    def _next(self) -> None:
        """Give the courier the next letter; after the last, it ends."""
        if self.over:
            return
        if self._left:
            self._courier.say(self._left.popleft())
        else:
            self._courier.say_no_more()

    def _end(self) -> None:
        self.over = True
        results.settle(self.job)
