"""The worker's job: date a submission by its photos."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.media.model import DATE_JOB
from mixroom.settings import Settings
from mixroom.submissions import results


def date(job: Job, _files: Store) -> None:
    """Date a submission whose photo says when it was taken."""
    results.date(job, str(job.payload["key"]))


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(short={DATE_JOB: (date, date)})
