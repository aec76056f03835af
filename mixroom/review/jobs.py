"""The worker's part: show what was approved for later, and tell the lead of what waits too long."""

from collections.abc import Callable, Mapping

from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.review import actions
from mixroom.submissions.model import LATE

Run = Callable[[Job, Store], None]


def show(job: Job, _files: Store) -> None:
    """Show it."""
    actions.show(job, str(job.payload["key"]))


def remind(job: Job, _files: Store) -> None:
    """Tell the leads."""
    actions.remind(job, str(job.payload["key"]))


HANDLERS: Mapping[str, tuple[Run, Run]] = {
    actions.SHOW: (show, show),
    LATE: (remind, remind),
}
