"""The worker's jobs: send a message through the phone's push service; forget signed-out phones."""

import logging
from datetime import timedelta

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers, Periodic
from mixroom.core.jobs import Job
from mixroom.push import queries, results, vapid
from mixroom.settings import Settings

log = logging.getLogger(__name__)

GONE = (404, 410)


def handlers(settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""

    def send(job: Job, _files: Store) -> None:
        found = queries.due(job)
        if found is None or not vapid.available():
            results.delivered(job)
            return
        phone, message = found
        status, wait = vapid.send(
            phone, message, private=settings.vapid_key, contact=settings.vapid_contact
        )
        if 200 <= status < 300:  # noqa: PLR2004  accepted
            results.delivered(job, phone)
        elif status in GONE:
            results.gone(job, phone)
        elif status in (0, 408, 425, 429) or status >= 500:  # noqa: PLR2004
            results.put_off(job, phone, message, wait)
        else:
            log.warning("a push service refused a message with %s", status)
            results.delivered(job)

    return Handlers(
        short={results.SEND_JOB: (send, give_up)},
        periodic=(Periodic("push.sweep", timedelta(hours=1), lambda _files: results.sweep()),),
    )


def give_up(job: Job, _files: Store) -> None:
    """Drop a message that could not be sent; the page says the same."""
    results.delivered(job)
