"""The worker's part: show what was approved for later, at its time."""

from collections.abc import Callable, Mapping

from mixroom.core.files import Store
from mixroom.core.jobs import Job
from mixroom.review import actions

Run = Callable[[Job, Store], None]


def show(job: Job, _files: Store) -> None:
    """Show it."""
    actions.show(job, str(job.payload["key"]))


HANDLERS: Mapping[str, tuple[Run, Run]] = {actions.SHOW: (show, show)}
