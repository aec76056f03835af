"""The worker's job: remind whoever keeps a promise."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.promises import results
from mixroom.settings import Settings


def handlers(_settings: Settings) -> Handlers:
    """Return the function that does the job of this feature."""
    return Handlers(short={results.REMIND_JOB: (remind, remind)})


def remind(job: Job, _files: Store) -> None:
    """Tell the owner of a promise that it is due, or late."""
    results.remind(job)
