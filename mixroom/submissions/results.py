"""The step of a submission that no person takes: dated by its photos."""

from mixroom.core import jobs, journal
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.event import store as event_store
from mixroom.media import store as media_store
from mixroom.submissions import store
from mixroom.submissions.dating import dated
from mixroom.submissions.moves import Fact

NOBODY = ""  # `by` in the journal if nobody of the crew acted


def date(job: Job, key: str) -> None:
    """Move a submission to the time at which its photos were taken, as they say now."""
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get_locked(tx, key)
        event = event_store.get(tx, before.event_id) if before else None
        if before is None or event is None:
            return
        photos = media_store.of_submissions(tx, [key]).get(key, [])
        after = dated(before, event, taken=[each.taken_at for each in photos])
        if after == before:
            return
        store.save(tx, after)
        journal.record(
            tx,
            Fact.DATED,
            event_id=after.event_id,
            key=key,
            owner=after.author_id,
            by=NOBODY,
        )
