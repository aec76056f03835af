"""The jobs that open a new version in the sandbox and draw its first pages, and that remind."""

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import replace

from mixroom.core.files import Store
from mixroom.core.handlers import Handlers
from mixroom.core.jobs import Job
from mixroom.media.findings import Document, Photo, Print, Refused
from mixroom.media.refusals import Refusal
from mixroom.media.results import UnluckyError
from mixroom.media.sandbox import develop, draw, strip
from mixroom.settings import Settings
from mixroom.supports import queries, results
from mixroom.supports.actions import CHECK_JOB
from mixroom.supports.model import EXTENSIONS, PDF, Preview, Support, Version

log = logging.getLogger(__name__)
FIRST_TRIES = 1  # after which a refusal is believed; its sender waits for it
PICTURE = "wall"  # the rendition of a picture that is its preview


def handlers(_settings: Settings) -> Handlers:
    """Return the handler of each kind of job of this feature."""
    return Handlers(short={CHECK_JOB: (check, give_up), results.REMIND_JOB: (remind, remind)})


def check(job: Job, files: Store) -> None:
    """Open a version; keep the pictures of its first pages, or why it cannot be used."""
    found = _unchecked(job)
    if found is None:
        results.settle(job)
        return
    support, version = found
    pages, previews = 1, []
    for each in _findings(files, support, version):
        if isinstance(each, Refused):
            if each.again and job.tries <= FIRST_TRIES:  # perhaps the machine was short of memory
                raise UnluckyError(each.detail)
            _refuse(job, files, support, version, each)
            return
        if isinstance(each, Document):
            pages = each.pages
        if isinstance(each, Print) and (version.type == PDF or each.name == PICTURE):
            previews.append(_keep(files, support, version, each))
    if not previews:
        _refuse(job, files, support, version, Refused(Refusal.UNDECODABLE, "nothing was drawn"))
        return
    clean = version if version.type == PDF else _stripped(files, support, version)
    results.ready(job, clean, pages, previews)
    if clean.file != version.file:
        files.delete(support.stored(version.file))


def remind(job: Job, _files: Store) -> None:
    """Tell the owner of a support, or the leads, that it is due, or late."""
    results.remind(job)


def give_up(job: Job, files: Store) -> None:
    """Refuse a version that could not be opened in any attempt."""
    found = _unchecked(job)
    if found is None:
        results.settle(job)
    else:
        _refuse(job, files, *found, Refused(Refusal.GAVE_UP))


def _findings(
    files: Store, support: Support, version: Version
) -> Iterator[Photo | Document | Print | Refused]:
    try:
        with files.local(support.stored(version.file)) as file:
            yield from draw(file) if version.type == PDF else develop(file)
    except FileNotFoundError:
        yield Refused(Refusal.LOST)


def _keep(files: Store, support: Support, version: Version, made: Print) -> Preview:
    page = made.name.removeprefix("page-")
    digest = hashlib.sha256(made.data).hexdigest()[:16]
    file = f"p{version.number}-{page}-{digest}.jpg"
    files.write(made.data, support.stored(file))
    return Preview(file, made.width, made.height)


def _stripped(files: Store, support: Support, version: Version) -> Version:
    """Return the version of a picture with a file that does not say where it was taken.

    Whoever has its address can open it. Raises UnluckyError if it cannot be made.
    """
    draft = files.draft()
    try:
        with files.local(support.stored(version.file)) as file:
            refused = strip(file, draft.number)
        if refused:
            raise UnluckyError(refused.detail)
        made = draft.finish()
    finally:
        draft.discard()
    name = f"v{version.number}-{made.sha256[:16]}.{EXTENSIONS[version.type]}"
    files.keep(made, support.stored(name))
    return replace(version, file=name, size=made.bytes)


def _refuse(job: Job, files: Store, support: Support, version: Version, why: Refused) -> None:
    log.info("version %s of %s refused: %s", version.number, support.id, why)
    results.refuse(job, version, why.reason)
    files.delete(support.stored(version.file))  # nobody may open what harmed its reader


def _unchecked(job: Job) -> tuple[Support, Version] | None:
    return queries.unchecked(str(job.payload["support_id"]), int(job.payload["number"]))
