"""The worker's job: end what nobody answered in time."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.requests import results
from mixroom.settings import Settings


def lapse(job: Job, _files: Store) -> None:
    """End a request whose time is over."""
    results.lapse(job, str(job.payload["event_id"]), str(job.payload["key"]))


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(short={results.LAPSE_JOB: (lapse, lapse)})
