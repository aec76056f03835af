"""The worker's part: what was approved for later, what nobody caught, what waits too long."""

from collections.abc import Callable, Mapping

from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.review import actions
from mixroom.submissions.model import LATE, TRUST

Run = Callable[[Job, Store], None]


def show(job: Job, _files: Store) -> None:
    """Show it."""
    actions.show(job, str(job.payload["key"]))


def remind(job: Job, _files: Store) -> None:
    """Tell the leads."""
    actions.remind(job, str(job.payload["key"]))


def let_through(job: Job, _files: Store) -> None:
    """Show it, unless a reviewer has caught it."""
    actions.let_through(job, str(job.payload["key"]))


HANDLERS: Mapping[str, tuple[Run, Run]] = {
    actions.SHOW: (show, show),
    LATE: (remind, remind),
    TRUST: (let_through, let_through),
}
