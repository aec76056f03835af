"""The worker's jobs: show what was scheduled, approve automatically, remind the leads."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.review import results
from mixroom.settings import Settings
from mixroom.submissions.model import AUTO_APPROVE_JOB, REMIND_JOB


def show(job: Job, _files: Store) -> None:
    """Show a scheduled submission."""
    results.show(job, str(job.payload["key"]))


def remind(job: Job, _files: Store) -> None:
    """Remind the leads of a submission that waits."""
    results.remind(job, str(job.payload["key"]))


def auto_approve(job: Job, _files: Store) -> None:
    """Approve a trusted author's submission."""
    results.auto_approve(job, str(job.payload["key"]))


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(
        short={
            results.SHOW_JOB: (show, show),
            REMIND_JOB: (remind, remind),
            AUTO_APPROVE_JOB: (auto_approve, auto_approve),
        }
    )
