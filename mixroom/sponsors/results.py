"""The outcome of processing a logo, saved without a person."""

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import jobs, journal
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.sponsors import store
from mixroom.sponsors.model import Fact, Logo, Sponsor


def use_logo(job: Job, sponsor_id: str, upload: str, logo: Logo) -> None:
    """Show the logo made from `upload` instead of the previous one."""
    _finish(job, sponsor_id, upload, logo=logo, upload=None)


def refuse_logo(job: Job, sponsor_id: str, upload: str, reason: str) -> None:
    """Record why `upload` cannot be used; the previous logo, or the name, stays."""
    _finish(job, sponsor_id, upload, upload=None, refusal=reason)


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def record(tx: sa.Connection, fact: Fact, sponsor: Sponsor, by: str) -> None:
    """Write a fact about a sponsor to the journal."""
    journal.record(
        tx, fact, event_id=sponsor.event_id, key=sponsor.id, owner=sponsor.event_id, by=by
    )


def _finish(job: Job, sponsor_id: str, file: str, **changes: Any) -> None:
    """Save the changes unless a newer logo has been uploaded, and end the job."""
    with transaction() as tx:
        sponsor = store.get(tx, sponsor_id, lock=True)
        current = sponsor if sponsor and sponsor.upload == file else None
        if current:
            store.save(tx, replace(current, **changes))
        jobs.finish(tx, job)
        if current:
            record(tx, Fact.EDITED, current, current.id)
