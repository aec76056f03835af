"""What the lead may do with sponsors, what becomes of a logo, what screens have shown."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.core.jobs import Job
from mixroom.core.text import Bilingual
from mixroom.event import store as event_store
from mixroom.sponsors import store
from mixroom.sponsors.model import (
    MOST_BLACKOUTS,
    MOST_SPONSORS,
    Blackout,
    Exposure,
    Fact,
    Logo,
    Promise,
    Shown,
    Sponsor,
    Tier,
    check_promises,
    checked_blackout,
    checked_sponsor,
)
from mixroom.team.model import Person

LOGO = "sponsor.logo"


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a batch of exposures: counted now, counted before, or not to be believed."""

    counted: int
    known: int
    refused: int


def add(
    by: Person,
    *,
    name: Bilingual,
    tier: Tier,
    promise: Promise,
    url: str | None = None,
) -> Sponsor:
    """Thank one more sponsor on the walls, from now on and as often as promised."""
    by.must("sponsor.edit")
    with transaction() as tx:
        present = store.of_event(tx, by.event_id, lock=True)
        if len(present) >= MOST_SPONSORS:
            raise InvalidError("name", "too_many", most=MOST_SPONSORS)
        position = max((each.position for each in present), default=0) + 1
        new = Sponsor(ids.new(), by.event_id, name, tier, promise, position, url)
        checked_sponsor(new)
        check_promises([*present, new])
        store.add(tx, new)
        _record(tx, Fact.ADDED, new, by.id)
    return new


def edit(by: Person, sponsor_id: str, **changes: Any) -> Sponsor:
    """Change a sponsor's name, tier, promise, address or position; the fields of Sponsor."""
    by.must("sponsor.edit")
    with transaction() as tx:
        others = store.of_event(tx, by.event_id, lock=True)
        edited = checked_sponsor(replace(_ours(tx, by, sponsor_id), **changes))
        check_promises([edited, *(each for each in others if each.id != sponsor_id)])
        store.save(tx, edited)
        _record(tx, Fact.EDITED, edited, by.id)
    return edited


def remove(by: Person, sponsor_id: str) -> None:
    """Thank a sponsor no more; what was shown stays counted."""
    by.must("sponsor.edit")
    with transaction() as tx:
        sponsor = _ours(tx, by, sponsor_id)
        store.remove(tx, sponsor_id, clock.now())
        _record(tx, Fact.REMOVED, sponsor, by.id)


def send_logo(by: Person, sponsor_id: str, received: Received, files: Store) -> None:
    """Keep a logo as it was sent and have it looked at; the one before is shown until then."""
    try:
        by.must("sponsor.edit")
        if not received.bytes:
            raise InvalidError("logo", "missing")
        with transaction() as tx:
            sponsor = _ours(tx, by, sponsor_id)
            file = f"sent-{received.sha256[:16]}"
            files.keep(received, sponsor.stored(file))
            store.save(tx, replace(sponsor, upload=file, refusal=None))
            jobs.enqueue(tx, LOGO, {"sponsor_id": sponsor.id}, priority=1)
            _record(tx, Fact.EDITED, sponsor, by.id)
    finally:
        received.discard()


def waiting(sponsor_id: str) -> Sponsor | None:
    """Return whose logo is to be looked at; None where that is done."""
    with reading() as tx:
        sponsor = store.get(tx, sponsor_id)
    return sponsor if sponsor and sponsor.upload else None


def hang_logo(job: Job, sponsor_id: str, file: str, logo: Logo) -> None:
    """Show a logo that was made, in place of the one before."""
    _settle(job, sponsor_id, file, logo=logo, upload=None)


def refuse_logo(job: Job, sponsor_id: str, file: str, reason: str) -> None:
    """Say that a logo cannot be used; the one before, or the name, stays."""
    _settle(job, sponsor_id, file, upload=None, refusal=reason)


def settled(job: Job) -> None:
    """End a job that has nothing left to do."""
    with transaction() as tx:
        jobs.finish(tx, job)


def silence(by: Person, day: int, starts: str, ends: str) -> Blackout:
    """Thank nobody in a part of a day."""
    by.must("sponsor.edit")
    with transaction() as tx:
        event = event_store.get(tx, by.event_id)
        new = checked_blackout(
            Blackout(ids.new(), day, starts, ends), len(event.days if event else ())
        )
        if len(store.blackouts_of(tx, by.event_id)) >= MOST_BLACKOUTS:
            raise InvalidError("day", "too_many", most=MOST_BLACKOUTS)
        store.add_blackout(tx, by.event_id, new)
        _record_silence(tx, by)
    return new


def lift(by: Person, blackout_id: str) -> None:
    """Thank sponsors again in a part of a day."""
    by.must("sponsor.edit")
    with transaction() as tx:
        if not store.remove_blackout(tx, by.event_id, blackout_id):
            raise NotFoundError(blackout_id)
        _record_silence(tx, by)


def count(by: Person, told: Sequence[Exposure]) -> Counted:
    """Count what a screen has shown, each exposure once, however often it is told.

    What cannot be true is left out, and so is what is of another event: a screen must not be held
    up for ever by one line.
    """
    by.must("exposure.count")
    try:
        return _count(by, told)
    except sa.exc.IntegrityError:  # the same batch at the same moment: the other one was first
        return _count(by, told)


def shown(
    by: Person,
    *,
    sponsor_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Shown]:
    """Return for how long each sponsor was shown, hour by hour."""
    by.must("sponsor.edit")
    with reading() as tx:
        return store.shown(tx, by.event_id, sponsor_id=sponsor_id, since=since, until=until)


def logo(by: Person, sponsor_id: str, file: str) -> str:
    """Return the name in the store of a logo that the walls of the person's event show."""
    with reading() as tx:
        sponsor = store.get(tx, sponsor_id)
    shown = sponsor and sponsor.event_id == by.event_id and sponsor.logo
    if not sponsor or not shown or shown.file != file:
        raise NotFoundError(file)
    return sponsor.stored(file)


def _count(by: Person, told: Sequence[Exposure]) -> Counted:
    now = clock.now()
    with transaction() as tx:
        ours = store.names(tx, by.event_id)
        sound = {
            each.id: each
            for each in told
            if each.is_sound(now) and (each.sponsor_id is None or each.sponsor_id in ours)
        }
        known = store.known_exposures(tx, sound)
        new = [each for each in sound.values() if each.id not in known]
        store.add_exposures(tx, by.event_id, by.id, new)
    refused = len({each.id for each in told} - sound.keys())
    return Counted(len(new), len(known), refused)


def _settle(job: Job, sponsor_id: str, file: str, **changes: Any) -> None:
    with transaction() as tx:
        sponsor = store.get(tx, sponsor_id, lock=True)
        current = sponsor if sponsor and sponsor.upload == file else None
        if current:
            store.save(tx, replace(current, **changes))
        jobs.finish(tx, job)
        if current:
            _record(tx, Fact.EDITED, current, current.id)


def _ours(tx: sa.Connection, by: Person, sponsor_id: str) -> Sponsor:
    sponsor = store.get(tx, sponsor_id, lock=True)
    if sponsor is None or sponsor.event_id != by.event_id:
        raise NotFoundError(sponsor_id)
    return sponsor


def _record(tx: sa.Connection, fact: Fact, sponsor: Sponsor, by: str) -> None:
    journal.record(
        tx, fact, event_id=sponsor.event_id, key=sponsor.id, owner=sponsor.event_id, by=by
    )


def _record_silence(tx: sa.Connection, by: Person) -> None:
    key = by.event_id
    journal.record(tx, Fact.SILENCED, event_id=key, key=key, owner=key, by=by.id)
