"""The worker's long job: a process of its own plays the rehearsal, while others are served."""

import time

from mixroom.core.jobs import Job
from mixroom.core.line_program import LineProgram
from mixroom.rehearsal import queries, results
from mixroom.rehearsal.model import State
from mixroom.supervise import environment

RENEW = 10.0  # seconds between two renewals of the lease


class Playing:
    """A rehearsal that plays; the worker calls `go_on` now and then."""

    def __init__(self, job: Job) -> None:
        """Start the process that plays."""
        self.job = job
        self.over = False
        self._renewed = time.monotonic()
        self._player = LineProgram(
            *("mixroom", "demo", "--follow"),
            *("--like", job.payload["like"], "--minutes", str(job.payload["minutes"])),
            environment=environment(),
        )

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the player says a line, or ends."""
        return self._player.fileno()

    def go_on(self) -> None:
        """Renew the lease; end the job once the player has ended, or nobody wants it any more."""
        if time.monotonic() - self._renewed > RENEW:
            self._renewed = time.monotonic()
            results.keep(self.job)
        if queries.state() is State.ENDING:
            self._player.kill()
        self._player.lines()
        if self._player.ended:
            self._player.close()
            self.over = True
            results.settle(self.job)

    def stop(self) -> None:
        """Stop the player; another worker starts the rehearsal anew."""
        self.over = True
        self._player.kill()
        self._player.close()
