"""The worker's job: send the letters that are due, in a lane of its own."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.letters import results
from mixroom.letters.sending import Sending
from mixroom.settings import Settings


def handlers(settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""

    def send(job: Job, _files: Store) -> Sending:
        return Sending(job, settings)

    return Handlers(long={results.SEND_JOB: (send, give_up)}, lane="letters")


def give_up(job: Job, _files: Store) -> None:
    """End the job; the next look enqueues another for what is due."""
    results.settle(job)
