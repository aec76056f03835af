"""The worker's job: check accounts and publish what is due, in a lane of its own."""

from mixroom.connectors import results
from mixroom.connectors.sending import Sending
from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.settings import Settings


def handlers(settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""

    def send(job: Job, files: Store) -> Sending:
        return Sending(job, settings, files)

    return Handlers(long={results.SEND_JOB: (send, give_up)}, lane="connectors")


def give_up(job: Job, _files: Store) -> None:
    """End the job; the next look enqueues another for what is due."""
    results.settle(job)
