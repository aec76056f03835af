"""The worker's long job: a process of its own plays the rehearsal, while others are served."""

import os
import subprocess
import sys
import time
from pathlib import Path

import mixroom
from mixroom.core.jobs import Job
from mixroom.rehearsal import queries, results
from mixroom.rehearsal.model import State
from mixroom.supervise import environment

CODE = Path(mixroom.__file__).resolve().parent.parent
RENEW = 10.0  # seconds between two renewals of the lease


class Playing:
    """A rehearsal that plays; the worker calls `go_on` now and then."""

    def __init__(self, job: Job) -> None:
        """Start the process that plays."""
        self.job = job
        self.over = False
        self._renewed = time.monotonic()
        self._player = subprocess.Popen(  # noqa: S603  our own program
            [
                *(sys.executable, "-m", "mixroom", "demo", "--follow"),
                *("--like", job.payload["like"], "--minutes", str(job.payload["minutes"])),
            ],
            stdin=subprocess.PIPE,  # which ends with the worker, and the player with it
            stdout=subprocess.PIPE,
            cwd=CODE,
            env=environment(),
        )
        assert self._player.stdout
        os.set_blocking(self._player.stdout.fileno(), False)

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the player says a line, or ends."""
        assert self._player.stdout
        return self._player.stdout.fileno()

    def go_on(self) -> None:
        """Renew the lease; end the job once the player has ended, or nobody wants it any more."""
        if time.monotonic() - self._renewed > RENEW:
            self._renewed = time.monotonic()
            results.keep(self.job)
        if queries.state() is State.ENDING:
            self._player.kill()
        while (said := self._read()) is not None:
            if not said:
                self._close()
                self.over = True
                results.settle(self.job)
                return

    def stop(self) -> None:
        """Stop the player; another worker starts the rehearsal anew."""
        self.over = True
        self._player.kill()
        self._close()

    def _read(self) -> bytes | None:
        """Return what the player has said, b"" at its end, None while there is nothing."""
        try:
            return os.read(self.fileno(), 65536)
        except BlockingIOError:
            return None

    def _close(self) -> None:
        for stream in (self._player.stdin, self._player.stdout):
            assert stream
            stream.close()
        self._player.wait()
