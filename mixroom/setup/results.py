"""The outcome of processing the museum's logo, saved without a person."""

from dataclasses import replace
from typing import Any

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.event import results, store
from mixroom.event.look import MuseumLogo


def use_logo(job: Job, event_id: str, upload: str, logo: MuseumLogo) -> None:
    """Show the logo made from `upload` instead of the previous one."""
    _finish(job, event_id, upload, logo=logo, upload=None)


def refuse_logo(job: Job, event_id: str, upload: str, reason: str) -> None:
    """Record why `upload` cannot be used; the previous logo, if any, stays."""
    _finish(job, event_id, upload, upload=None, refusal=reason)


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def _finish(job: Job, event_id: str, file: str, **changes: Any) -> None:
    """Save the changes unless a newer logo has been uploaded, and end the job."""
    with transaction() as tx:
        store.lock(tx, event_id)
        event = store.get(tx, event_id)
        jobs.finish(tx, job)
        if event and event.look.upload == file:
            edited = replace(event, look=replace(event.look, **changes))
            results.save(tx, edited, by=event.id)
