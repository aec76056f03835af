"""The steps of a request that no asker and no taker makes: opened, answered, lapsed, told."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError
from mixroom.core.jobs import Job
from mixroom.core.roles import CREW
from mixroom.core.text import Bilingual
from mixroom.crew import device_store
from mixroom.crew import store as crew_store
from mixroom.event import store as event_store
from mixroom.push import actions as push
from mixroom.push.model import Message, Notice
from mixroom.requests import store
from mixroom.requests.model import USUALLY_LASTS, Fact, Request, Status
from mixroom.requests.moments import asks_now, wanted_at
from mixroom.requests.notices import ANSWERED, ASKED
from mixroom.shifts.queries import on_now

LAPSE_JOB = "request.lapse"
WIDEN_JOB = "request.widen"
WIDENS_AFTER = timedelta(minutes=10)  # or half of the time, where that is shorter
HERE_WITHIN = timedelta(minutes=15)  # since a device was last seen
NOBODY = ""  # `by` in the journal if nobody of the crew acted


def opened(tx: sa.Connection, request: Request) -> dict[str, object]:
    """Tell the phones of those who are asked, and record the new request; return the answer.

    Those whose shift is on are told first; the others later, if nobody has taken it by then.
    """
    expire(tx, request)
    first, others = _addressees(tx, request)
    _ask(tx, request, first)
    if others:
        payload = {"key": request.id, "event_id": request.event_id, "others": others}
        wait = min(WIDENS_AFTER, (request.due - request.asked_at) / 2)
        jobs.enqueue(tx, WIDEN_JOB, payload, at=request.asked_at + wait)
    return record(tx, Fact.OPENED, request, request.by or NOBODY)


def widen(job: Job, event_id: str, key: str, others: Sequence[str]) -> None:
    """Tell those who were not on a shift, if nobody has taken the request yet."""
    with transaction() as tx:
        jobs.finish(tx, job)
        request = store.get(tx, event_id, key)
        if request is not None and request.status is Status.OPEN:
            _ask(tx, request, others)


def answered(
    tx: sa.Connection, event_id: str, key: str, submission_id: str, by: str, now: datetime
) -> None:
    """Note a submission that answers a request, and tell the asker; call it late in a transaction.

    A request that has ended is no error. Raises InvalidError if the event has no such request.
    """
    before = store.get_locked(tx, event_id, key)
    if before is None:
        raise InvalidError("request", "unknown")
    after = before.answered(submission_id, by, now)
    if after == before:
        return
    store.save(tx, after)
    if after.by:
        tell(tx, ANSWERED, after, after.by, by=by)
    record(tx, Fact.ANSWERED if after.status == before.status else Fact.DONE, after, by)


def lapse(job: Job, event_id: str, key: str) -> None:
    """End a request whose time is over; where its holder has some grace, look again after that."""
    with transaction() as tx:
        jobs.finish(tx, job)
        before = store.get_locked(tx, event_id, key)
        if before is None or before.ended_at:
            return
        after = before.lapsed(clock.now())
        if after == before:
            expire(tx, before)
            return
        store.save(tx, after)
        record(tx, Fact.LAPSED, after, NOBODY)


def expire(tx: sa.Connection, request: Request) -> None:
    """Enqueue the job that looks at a request when its time is over."""
    payload = {"key": request.id, "event_id": request.event_id}
    jobs.enqueue(tx, LAPSE_JOB, payload, at=max(request.lapses_at, clock.now()))


def ask_for_moments(now: datetime) -> None:
    """Open what moments of the programme ask for by themselves, each once, when its time comes.

    Every worker calls it every few seconds.
    """
    with reading() as tx:
        near = event_store.around(tx, now.date())
    for event in near:
        if any(entry.asks for entry in event.programme):
            _ask_for_moments(event.id, now)


def _ask_for_moments(event_id: str, now: datetime) -> None:
    with transaction() as tx:
        event_store.lock(tx, event_id)  # no second worker asks at the same time
        event = event_store.get(tx, event_id)
        if event is None:
            return
        for entry in asks_now(event, store.moments(tx, event_id), now):
            wanted = wanted_at(event, entry)
            request = Request(ids.new(), event.id, None, wanted, now, now + USUALLY_LASTS)
            store.add(tx, request)
            opened(tx, request)


def tell(
    tx: sa.Connection,
    notice: Notice,
    request: Request,
    person_id: str,
    *,
    by: str,
    why: Bilingual = Bilingual(),
) -> None:
    """Send a person a message about a request."""
    push.notify(tx, person_id, Message(notice, request.id, request.wanted.text, why), by=by)


def record(tx: sa.Connection, fact: Fact, request: Request, by: str) -> dict[str, object]:
    """Write the fact to the journal, as the last step; return the answer to the client."""
    entry = journal.record(
        tx, fact, event_id=request.event_id, key=request.id, owner=request.event_id, by=by
    )
    return {"id": request.id, "status": request.status.value, "seq": entry.seq}


def _ask(tx: sa.Connection, request: Request, people: Iterable[str]) -> None:
    notice = replace(ASKED, lasts=max(request.due - clock.now(), timedelta(minutes=1)))
    for person in people:
        tell(tx, notice, request, person, by=request.by or NOBODY)


def _addressees(tx: sa.Connection, request: Request) -> tuple[list[str], list[str]]:
    """Return the ids of the people whom the request is addressed to: at once, and later.

    Those who are here have a device that was seen lately. Where some are on a shift, they come
    first; where nobody is, all are told at once.
    """
    if request.to.person:
        return [request.to.person], []
    crew = [each for each in crew_store.people_of(tx, request.event_id) if each.role in CREW]
    on = on_now(tx, request.event_id, request.asked_at) - {request.by}
    here = device_store.seen_since(tx, request.event_id, request.asked_at - HERE_WITHIN)
    if request.to.role:
        asked = [each.id for each in crew if each.role is request.to.role]
    else:
        asked = [each.id for each in crew if each.id in here or each.id in on]
    first = [each for each in asked if each in on]
    return (first, [each for each in asked if each not in on]) if first else (asked, [])
