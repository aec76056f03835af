"""The outcome of jobs: the museum's logo, and people who are asked again."""

from dataclasses import replace
from typing import Any

from mixroom.core import jobs
from mixroom.core.dates import format_date
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.crew.model import invite_url
from mixroom.event import results, store
from mixroom.event.look import MuseumLogo
from mixroom.letters import results as letters
from mixroom.letters.model import Addressee
from mixroom.setup.model import AGAIN


def use_logo(job: Job, event_id: str, upload: str, logo: MuseumLogo) -> None:
    """Show the logo made from `upload` instead of the previous one."""
    _finish(job, event_id, upload, logo=logo, upload=None)


def refuse_logo(job: Job, event_id: str, upload: str, reason: str) -> None:
    """Record why `upload` cannot be used; the previous logo, if any, stays."""
    _finish(job, event_id, upload, upload=None, refusal=reason)


def ask_again(job: Job, person_id: str, event_id: str, base_url: str) -> None:
    """Add someone of an earlier edition to this one, and write to them; end the job.

    Those who have no address are in the crew with an invite, which a lead can make anew.
    """
    with transaction() as tx:
        jobs.finish(tx, job)
        before, event = crew_store.get_person(tx, person_id), store.get(tx, event_id)
        last = store.get(tx, before.event_id) if before else None
        if before is None or event is None or last is None:
            return
        made = crew.add_in(
            tx,
            event.id,
            before.name,
            before.role,
            before.lang,
            by=event.id,
            email=before.email,
            telephone=before.telephone,
        )
        if before.email:
            fields = {
                "name": before.name,
                "event": event.name[before.lang],
                "last": last.name[before.lang],
                "begins": format_date(event.starts_on, "long", locale=before.lang),
                "link": invite_url(base_url, made.token),
            }
            to = Addressee(before.name, before.email, before.lang, made.person.id)
            key = f"{AGAIN.name}:{made.person.id}"
            letters.write(tx, event.id, AGAIN, to, fields, key=key, by=event.id)


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
