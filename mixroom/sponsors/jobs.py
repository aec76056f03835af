"""The worker's part: make a logo in its sandbox."""

import hashlib
import logging

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.media.findings import Mark, Refused
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import trim
from mixroom.settings import Settings
from mixroom.sponsors import actions
from mixroom.sponsors.model import Logo

log = logging.getLogger(__name__)


def make(job: Job, files: Store) -> None:
    """Make of the file that was sent a clean, trimmed logo."""
    sponsor = actions.waiting(_sponsor_id(job))
    if sponsor is None or sponsor.upload is None:
        actions.settled(job)
        return
    sent = sponsor.upload
    made = _trim(files, sponsor.stored(sent))
    if isinstance(made, Refused):
        log.info("logo of %s refused: %s %s", sponsor.id, made.reason.value, made.detail)
        actions.refuse_logo(job, sponsor.id, sent, made.reason.value)
        return
    name = f"logo-{hashlib.sha256(made.data).hexdigest()[:16]}.png"
    files.write(made.data, sponsor.stored(name))
    logo = Logo(name, made.width, made.height, made.ink, made.pale)
    actions.hang_logo(job, sponsor.id, sent, logo)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a logo that could not be opened in any try."""
    sponsor = actions.waiting(_sponsor_id(job))
    if sponsor is None or sponsor.upload is None:
        actions.settled(job)
    else:
        actions.refuse_logo(job, sponsor.id, sponsor.upload, Refusal.GAVE_UP.value)


def _trim(files: Store, name: str) -> Mark | Refused:
    try:
        with files.local(name) as logo:
            return trim(logo)
    except FileNotFoundError:
        return Refused(Refusal.LOST)


def _sponsor_id(job: Job) -> str:
    return str(job.payload["sponsor_id"])


def handlers(_settings: Settings) -> Handlers:
    """Return the functions that do the jobs of this feature."""
    return Handlers(short={actions.LOGO: (make, give_up)})
