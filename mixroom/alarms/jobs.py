"""The worker's job: tell more people of an alarm that nobody has seen."""

from mixroom.alarms import results
from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.settings import Settings


def widen(job: Job, _files: Store) -> None:
    """Tell those who were not on a shift, if nobody has seen the alarm."""
    results.widen(job, str(job.payload["key"]), job.payload["others"])


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(short={results.WIDEN_JOB: (widen, widen)})
