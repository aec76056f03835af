"""The worker's job: send what is due, in a lane of its own."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.settings import Settings
from mixroom.webhooks import results
from mixroom.webhooks.sending import Sending


def handlers(settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""

    def send(job: Job, _files: Store) -> Sending:
        return Sending(job, settings.webhook_hosts)

    return Handlers(long={results.SEND_JOB: (send, give_up)}, lane="webhooks")


def give_up(job: Job, _files: Store) -> None:
    """End the job; the next look enqueues another for what is due."""
    results.settle(job)
