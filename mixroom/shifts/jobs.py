"""The worker's job: write the letter that reminds someone of a shift."""

from functools import partial

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.settings import Settings
from mixroom.shifts import results


def handlers(settings: Settings) -> Handlers:
    """Return the handler of each kind of job of this feature."""
    run = partial(write, settings.base_url)
    return Handlers(short={results.WRITE_JOB: (run, lambda job, _: results.settle(job))})


def write(base_url: str, job: Job, _files: Store) -> None:
    """Write the letter, with the way to one's shifts."""
    payload = job.payload
    results.write_reminder(job, str(payload["shift"]), str(payload["person"]), base_url)
