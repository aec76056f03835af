"""The steps of supports that no person takes: a version was opened, refused, renewed."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from mixroom.core import ids, jobs, journal
from mixroom.core.db import transaction
from mixroom.core.jobs import Job
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.event.renewal import Renewal
from mixroom.media.refusals import Refusal, words_of_document
from mixroom.push import actions as push
from mixroom.push import reminders
from mixroom.push.model import Message, Notice
from mixroom.supports import notices, store
from mixroom.supports.model import (
    WANTED,
    Checking,
    Fact,
    Preview,
    Status,
    Support,
    SupportLang,
    Version,
    checked,
)

REMIND_JOB = "support.remind"
NOBODY = ""  # `by` in the journal if nobody of the crew acted


def ready(job: Job, version: Version, pages: int, previews: Sequence[Preview]) -> None:
    """Keep what was learnt of a version; from now on it can be validated."""
    opened = replace(version, checking=Checking.READY, pages=pages, previews=tuple(previews))
    _finish(job, opened, Fact.CHECKED)


def refuse(job: Job, version: Version, reason: Refusal) -> None:
    """Refuse a version that cannot be opened; what was valid before stays valid."""
    _finish(job, replace(version, checking=Checking.REFUSED, refusal=reason), Fact.REFUSED)


def remind(job: Job) -> None:
    """Say that a support is due in a day, or late, unless it is valid or moved.

    The owner is told, or the leads if there is none.
    """
    with transaction() as tx:
        support = store.find(tx, str(job.payload["key"]))
        event = event_store.get(tx, support.event_id) if support else None
        if event and reminders.waits_for_day(tx, job, event.zone):
            return
        jobs.finish(tx, job)
        if support and support.status in WANTED and reminders.is_current(job, support.due):
            people, owned = reminders.owner_or_leads(tx, support.event_id, support.owner_id)
            if job.payload["is_late"]:
                notice = notices.LATE if owned else notices.LATE_UNOWNED
            else:
                notice = notices.DUE if owned else notices.DUE_UNOWNED
            tell(tx, notice, support, people)


def enqueue_reminders(tx: sa.Connection, support: Support) -> None:
    """Add the jobs that remind of a support: its owner, whoever that is then, or the leads."""
    event = event_store.get(tx, support.event_id)
    if event:
        reminders.enqueue(tx, REMIND_JOB, support.id, support.due, event.zone)


def tell(
    tx: sa.Connection,
    notice: Notice,
    support: Support,
    people: Iterable[str | None] | None = None,
    *,
    by: str = NOBODY,
    why: Bilingual = Bilingual(),
) -> None:
    """Send word about a support to its owner, or to `people`, but not to whoever caused it."""
    message = Message(notice, support.id, support.title, why)
    told = [support.owner_id] if people is None else people
    for each in sorted({each for each in told if each}):
        push.notify(tx, each, message, by=by)


def settle(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def renew(tx: sa.Connection, renewal: Renewal) -> None:
    """Give the next edition the same supports as briefs, with their dates moved.

    Those that were dropped stay behind, and nobody owns the new ones yet.
    """
    made: dict[str, str] = {}
    for each in store.list_all(tx, renewal.old.id):
        if each.status is not Status.DROPPED:
            pair = made.setdefault(each.pair_id, ids.new()) if each.pair_id else None
            brief = _as_brief(each, renewal, pair)
            store.add(tx, brief)
            reminders.enqueue(tx, REMIND_JOB, brief.id, brief.due, renewal.new.zone)


def record(tx: sa.Connection, fact: Fact, support: Support, by: str) -> None:
    """Write a fact about a support to the journal."""
    event_id = support.event_id
    journal.record(tx, fact, event_id=event_id, key=support.id, owner=event_id, by=by)


def _finish(job: Job, version: Version, fact: Fact) -> None:
    with transaction() as tx:
        support = store.find(tx, version.support_id, lock=True)
        if support is None:
            jobs.finish(tx, job)
            return
        store.save_version(tx, version)
        if fact is Fact.CHECKED:
            store.save(tx, checked(support))
        elif version.refusal:
            why = both(words_of_document(version.refusal))
            tell(tx, notices.REFUSED, support, [version.by], why=why)
        jobs.finish(tx, job)
        record(tx, fact, support, NOBODY)


def _as_brief(old: Support, renewal: Renewal, pair_id: str | None) -> Support:
    return Support(
        ids.new(),
        renewal.new.id,
        ids.token(),
        old.title,
        old.kind,
        SupportLang(old.lang),
        old.brief,
        due=_moved(old.due, renewal) if old.due else None,
        pair_id=pair_id,
    )


def _moved(due: datetime, renewal: Renewal) -> datetime:
    """Return the same time of day, as many days before or after the new edition's first day."""
    days = renewal.new.starts_on - renewal.old.starts_on
    local = due.astimezone(renewal.old.zone) + timedelta(days=days.days)
    return local.replace(tzinfo=renewal.new.zone).astimezone(UTC)
