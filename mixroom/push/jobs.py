"""The worker's part: hand a message to the phone's push service, and learn from its answer."""

import logging
from datetime import timedelta

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers, Periodic
from mixroom.core.jobs import Job
from mixroom.push import actions, vapid
from mixroom.settings import Settings

log = logging.getLogger(__name__)

GONE = (404, 410)


def handlers(settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""

    def send(job: Job, _files: Store) -> None:
        found = actions.due(job)
        if found is None or not vapid.available():
            actions.delivered(job)
            return
        phone, message = found
        status, told = vapid.send(
            phone, message, private=settings.vapid_key, contact=settings.vapid_contact
        )
        if 200 <= status < 300:  # noqa: PLR2004  taken
            actions.delivered(job, phone)
        elif status in GONE:
            actions.gone(job, phone)
        elif status in (0, 408, 425, 429) or status >= 500:  # noqa: PLR2004
            actions.put_off(job, phone, message, told)
        else:
            log.warning("a push service refused a message with %s", status)
            actions.delivered(job)

    return Handlers(
        short={actions.SEND: (send, let_go)},
        periodic=(Periodic("push.sweep", timedelta(hours=1), lambda _files: actions.sweep()),),
    )


def let_go(job: Job, _files: Store) -> None:
    """Leave what could not be sent: the page says it too."""
    actions.delivered(job)
