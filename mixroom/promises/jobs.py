"""The worker's jobs: remind whoever keeps a promise, and say that its evidence is lost."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.promises import results
from mixroom.settings import Settings


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(
        short={
            results.REMIND_JOB: (remind, remind),
            results.LOST_JOB: (tell_of_loss, tell_of_loss),
        }
    )


def remind(job: Job, _files: Store) -> None:
    """Tell the owner of a promise, or the leads, that it is due, or late."""
    results.remind(job)


def tell_of_loss(job: Job, _files: Store) -> None:
    """Tell the owner of a promise, or the leads, that its evidence does not stand any more."""
    results.tell_of_loss(job)
