"""The worker's long job: a courier hands letters over, one at a time, while other jobs go on."""

import json
import logging
import os
import select
import subprocess
import sys
import time
from collections import deque
from dataclasses import asdict
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import mixroom
from mixroom.core import clock, jobs
from mixroom.core.db import transaction
from mixroom.core.errors import MixroomError
from mixroom.core.jobs import Job
from mixroom.letters import queries, results
from mixroom.letters.courier import ANSWERS, CONNECTS, TAKES, MailServer, Outcome
from mixroom.settings import Settings

log = logging.getLogger(__name__)

AT_ONCE = 50  # letters of one job
SILENCE = CONNECTS + 4 * ANSWERS + TAKES  # seconds without a word, after which a courier is killed
RENEW = 5.0  # seconds between two renewals of the job's lease
PATIENCE = 2.0  # seconds for the fate of the letter in hand, when the worker stops
CODE = Path(mixroom.__file__).resolve().parent.parent
# All that a courier inherits: none of the server's settings and secrets.
PASSED_ON = ("PATH", "LANG", "LC_ALL", "SSL_CERT_FILE", "SSL_CERT_DIR")


class Sending:
    """The due letters on their way; the worker calls `go_on` now and then."""

    def __init__(self, job: Job, settings: Settings) -> None:
        """Take the due letters and start a courier; `over` is True at once if none is due."""
        self.job = job
        self.over = False
        url, sender, now = settings.smtp_url, settings.mail_from, clock.now()
        letters = results.take(job, now, server=bool(url and sender), most=AT_ONCE)
        self._text = b""
        self._ready = False
        self._courier: subprocess.Popen[bytes] | None = None
        if not letters or not url or not sender:
            self._end()
            return
        texts = queries.messages(letters, sender=sender, base_url=settings.base_url, now=now)
        self._left = deque(
            {"id": each.id, "to": each.to.email, "text": texts[each.id]} for each in letters
        )
        address = parseaddr(sender)[1]
        self._courier = _start()
        self._heard = self._renewed = time.monotonic()
        server = asdict(MailServer.of(url))
        self._say({"server": server, "sender": address, "name": address.rpartition("@")[2]})

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the courier has said something."""
        assert self._courier
        assert self._courier.stdout
        return self._courier.stdout.fileno()

    def go_on(self) -> None:
        """Answer what the courier has said; raises LostLeaseError if another worker has the job."""
        assert self._courier
        now = time.monotonic()
        if now - self._heard > SILENCE:
            self._courier.kill()
        if now - self._renewed > RENEW:
            self._renewed = now
            with transaction() as tx:
                jobs.renew(tx, self.job)
        while not self.over and (data := self._read()) is not None:
            if not data:
                self._close()
                if not self._ready:
                    results.unreachable(self.job, self._keys(), "broken", "")
                self._end()
                return
            self._hear(data)

    def stop(self) -> None:
        """Stop the courier, once it has told the fate of the letter in hand if that is soon.

        Letters that were not given are due again; one whose fate is not known is uncertain.
        """
        self.over = True
        if self._courier is None:
            return
        assert self._courier.stdin
        self._courier.stdin.close()  # it gives no further letter away
        until = time.monotonic() + PATIENCE
        try:
            while select.select([self], [], [], max(0.0, until - time.monotonic()))[0]:
                data = self._read()
                if data == b"":
                    break
                self._hear(data or b"")
        except (MixroomError, sa.exc.SQLAlchemyError):  # without the database it stays uncertain
            log.warning("the fate of a letter could not be saved", exc_info=True)
        finally:
            self._courier.kill()
            self._close()

    def _hear(self, data: bytes) -> None:
        self._heard = time.monotonic()
        *lines, self._text = (self._text + data).split(b"\n")
        for line in lines:
            self._answer(json.loads(line))

    def _answer(self, said: dict[str, Any]) -> None:
        match said["step"]:
            case "unreachable":
                self._ready = True
                results.unreachable(self.job, self._keys(), said["fault"], said["reply"])
            case "giving":
                key = said["id"]
                self._say({"id": key, "go": not self.over and results.give(self.job, key)})
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
        assert self._courier
        assert self._courier.stdin
        if self.over:
            return
        if self._left:
            self._say(self._left.popleft())
        else:
            self._courier.stdin.close()

    def _say(self, message: dict[str, Any]) -> None:
        """Write a line to the courier; if it has ended, its end is read next."""
        assert self._courier
        assert self._courier.stdin
        try:
            self._courier.stdin.write(json.dumps(message).encode() + b"\n")
            self._courier.stdin.flush()
        except (BrokenPipeError, ValueError):
            return

    def _end(self) -> None:
        self.over = True
        results.settle(self.job)

    def _read(self) -> bytes | None:
        """Return what the courier has written, b"" at the end, None while there is nothing."""
        try:
            return os.read(self.fileno(), 65536)
        except BlockingIOError:
            return None

    def _close(self) -> None:
        assert self._courier
        for end in (self._courier.stdin, self._courier.stdout):
            assert end
            try:
                end.close()
            except BrokenPipeError:
                continue
        self._courier.wait()


def _start() -> subprocess.Popen[bytes]:
    env = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    courier = subprocess.Popen(
        [sys.executable, "-m", "mixroom.letters.courier"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=env | {"PYTHONPATH": str(CODE), "PYTHONUTF8": "1"},
    )
    assert courier.stdout
    os.set_blocking(courier.stdout.fileno(), False)
    return courier
