"""The job that makes a clean, trimmed logo from an uploaded one, in a sandbox."""

import hashlib
import logging

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.media.findings import Mark, Refused
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import trim
from mixroom.settings import Settings
from mixroom.sponsors import queries, results
from mixroom.sponsors.actions import LOGO_JOB
from mixroom.sponsors.model import Logo

log = logging.getLogger(__name__)


def handlers(_settings: Settings) -> Handlers:
    """Return the handler of each kind of job of this feature."""
    return Handlers(short={LOGO_JOB: (make_logo, give_up)})


def make_logo(job: Job, files: Store) -> None:
    """Trim the uploaded logo and show it, or record why it cannot be used."""
    sponsor = queries.with_new_logo(_sponsor_id(job))
    if sponsor is None or sponsor.upload is None:
        results.settle(job)
        return
    upload = sponsor.upload
    made = _trim(files, sponsor.stored(upload))
    if isinstance(made, Refused):
        log.info("logo of %s refused: %s %s", sponsor.id, made.reason.value, made.detail)
        results.refuse_logo(job, sponsor.id, upload, made.reason.value)
        return
    name = f"logo-{hashlib.sha256(made.data).hexdigest()[:16]}.png"
    files.write(made.data, sponsor.stored(name))
    logo = Logo(name, made.width, made.height, made.ink, made.pale)
    results.use_logo(job, sponsor.id, upload, logo)


def give_up(job: Job, _files: Store) -> None:
    """Refuse a logo that could not be processed in any attempt."""
    sponsor = queries.with_new_logo(_sponsor_id(job))
    if sponsor is None or sponsor.upload is None:
        results.settle(job)
    else:
        results.refuse_logo(job, sponsor.id, sponsor.upload, Refusal.GAVE_UP.value)


def _trim(files: Store, name: str) -> Mark | Refused:
    try:
        with files.local(name) as logo:
            return trim(logo)
    except FileNotFoundError:
        return Refused(Refusal.LOST)


def _sponsor_id(job: Job) -> str:
    return str(job.payload["sponsor_id"])
