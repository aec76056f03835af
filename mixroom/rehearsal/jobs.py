"""The worker's jobs: play the rehearsal in a lane of its own, and remove it."""

import subprocess
import sys

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.core.line_program import CODE
from mixroom.rehearsal import results
from mixroom.rehearsal.model import CLEAR_JOB, PLAY_JOB
from mixroom.rehearsal.playing import Playing
from mixroom.settings import Settings
from mixroom.supervise import environment

PATIENCE = 30  # seconds


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(
        short={CLEAR_JOB: (clear, give_up)},
        long={PLAY_JOB: (lambda job, _files: Playing(job), give_up)},
        lane="rehearsal",
    )


def clear(job: Job, _files: Store) -> None:
    """Remove the rehearsal, in a process of its own: the worker loads none of its drawings."""
    subprocess.run(
        [sys.executable, "-m", "mixroom", "demo", "--clear"],
        cwd=CODE,
        env=environment(),
        check=True,
        timeout=PATIENCE,
        stdout=subprocess.DEVNULL,
    )
    results.settle(job)


def give_up(job: Job, _files: Store) -> None:
    """End the job; a lead can start or end the rehearsal again."""
    results.settle(job)
