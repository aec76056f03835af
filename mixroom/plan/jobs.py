"""The worker's job: put messages that are due for Museomix Global into its feed."""

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.plan import results
from mixroom.settings import Settings


def handlers(settings: Settings) -> Handlers:
    """Return the handler of each kind of job of this feature."""

    def relay(job: Job, _files: Store) -> None:
        results.relay(job, settings.base_url)

    return Handlers(short={results.RELAY_JOB: (relay, lambda job, _: results.settle(job))})
