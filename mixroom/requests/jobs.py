"""The worker's jobs: end what nobody answered in time; tell more people of what nobody takes."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.requests import results
from mixroom.settings import Settings


def lapse(job: Job, _files: Store) -> None:
    """End a request whose time is over."""
    results.lapse(job, str(job.payload["event_id"]), str(job.payload["key"]))


def widen(job: Job, _files: Store) -> None:
    """Tell those who were not on a shift, if nobody has taken the request."""
    payload = job.payload
    results.widen(job, str(payload["event_id"]), str(payload["key"]), payload["others"])


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(short={results.LAPSE_JOB: (lapse, lapse), results.WIDEN_JOB: (widen, widen)})
