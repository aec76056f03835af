"""The worker's part: what was approved for later, what nobody caught, what waits too long."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.review import actions
from mixroom.settings import Settings
from mixroom.submissions.model import LATE, TRUST


def show(job: Job, _files: Store) -> None:
    """Show it."""
    actions.show(job, str(job.payload["key"]))


def remind(job: Job, _files: Store) -> None:
    """Tell the leads."""
    actions.remind(job, str(job.payload["key"]))


def auto_approve(job: Job, _files: Store) -> None:
    """Show it, unless a reviewer has caught it."""
    actions.auto_approve(job, str(job.payload["key"]))


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(
        short={
            actions.SHOW: (show, show),
            LATE: (remind, remind),
            TRUST: (auto_approve, auto_approve),
        }
    )
