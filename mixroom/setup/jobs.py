"""Jobs: make a clean, trimmed logo of the museum in a sandbox; ask someone again by letter."""

import hashlib
import logging
from functools import partial

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.event import queries
from mixroom.event.look import MuseumLogo
from mixroom.media.findings import Mark, Refused
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import trim
from mixroom.settings import Settings
from mixroom.setup import results
from mixroom.setup.model import ASK_JOB, LOGO_JOB, stored

log = logging.getLogger(__name__)


def handlers(settings: Settings) -> Handlers:
    """Return the handler of each kind of job of this feature."""
    ask = partial(ask_again, settings.base_url)
    return Handlers(
        short={LOGO_JOB: (make_logo, give_up), ASK_JOB: (ask, lambda job, _: results.settle(job))}
    )


def ask_again(base_url: str, job: Job, _files: Store) -> None:
    """Ask someone of an earlier edition again."""
    results.ask_again(job, job.payload["person_id"], job.payload["event_id"], base_url)


def make_logo(job: Job, files: Store) -> None:
    """Trim the uploaded logo and show it, or record why it cannot be used."""
    event_id = str(job.payload["event_id"])
    event = queries.get(event_id)
    upload = event.look.upload if event else None
    if upload is None:
        results.settle(job)
        return
    made = _trim(files, stored(event_id, upload))
    if isinstance(made, Refused):
        log.info("logo of event %s refused: %s %s", event_id, made.reason.value, made.detail)
        results.refuse_logo(job, event_id, upload, made.reason.value)
        return
    name = f"logo-{hashlib.sha256(made.data).hexdigest()[:16]}.png"
    files.write(made.data, stored(event_id, name))
    results.use_logo(job, event_id, upload, MuseumLogo(name, made.width, made.height, made.pale))


def give_up(job: Job, _files: Store) -> None:
    """Refuse a logo that could not be processed in any attempt."""
    event_id = str(job.payload["event_id"])
    event = queries.get(event_id)
    upload = event.look.upload if event else None
    if upload is None:
        results.settle(job)
    else:
        results.refuse_logo(job, event_id, upload, Refusal.GAVE_UP.value)


def _trim(files: Store, name: str) -> Mark | Refused:
    try:
        with files.local(name) as logo:
            return trim(logo)
    except FileNotFoundError:
        return Refused(Refusal.LOST)
