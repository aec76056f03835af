"""Actions on sponsors: a lead edits them, a screen counts how long it has shown them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.sponsors import store
from mixroom.sponsors.model import (
    MAX_BLACKOUTS,
    MAX_SPONSORS,
    Blackout,
    Exposure,
    Fact,
    Promise,
    Sponsor,
    Tier,
    check_promises,
    checked_blackout,
    checked_sponsor,
)
from mixroom.sponsors.results import record

LOGO_JOB = "sponsor.logo"


@dataclass(frozen=True, slots=True)
class Counted:
    """The number of exposures in a batch that were counted, known already, and refused."""

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
    """Add a sponsor after the others; the walls show it from now on."""
    by.must("sponsor.edit")
    with transaction() as tx:
        present = store.list_all(tx, by.event_id, lock=True)
        if len(present) >= MAX_SPONSORS:
            raise InvalidError("name", "too_many", most=MAX_SPONSORS)
        position = max((each.position for each in present), default=0) + 1
        new = Sponsor(ids.new(), by.event_id, name, tier, promise, position, url)
        checked_sponsor(new)
        check_promises([*present, new])
        store.add(tx, new)
        record(tx, Fact.ADDED, new, by.id)
    return new


def edit(by: Person, sponsor_id: str, **changes: Any) -> Sponsor:
    """Change a sponsor; `changes` are fields of Sponsor, such as `name` or `position`."""
    by.must("sponsor.edit")
    with transaction() as tx:
        others = store.list_all(tx, by.event_id, lock=True)
        edited = checked_sponsor(replace(_get_locked(tx, by, sponsor_id), **changes))
        check_promises([edited, *(each for each in others if each.id != sponsor_id)])
        store.save(tx, edited)
        record(tx, Fact.EDITED, edited, by.id)
    return edited


def remove(by: Person, sponsor_id: str) -> None:
    """Take a sponsor off the walls; its exposures stay counted."""
    by.must("sponsor.edit")
    with transaction() as tx:
        sponsor = _get_locked(tx, by, sponsor_id)
        store.remove(tx, sponsor_id, clock.now())
        record(tx, Fact.REMOVED, sponsor, by.id)


def send_logo(by: Person, sponsor_id: str, received: Received, files: Store) -> None:
    """Keep an uploaded logo and enqueue its processing; the previous one is shown until then."""
    try:
        by.must("sponsor.edit")
        if not received.bytes:
            raise InvalidError("logo", "missing")
        with transaction() as tx:
            sponsor = _get_locked(tx, by, sponsor_id)
            file = f"sent-{received.sha256[:16]}"
            files.keep(received, sponsor.stored(file))
            store.save(tx, replace(sponsor, upload=file, refusal=None))
            jobs.enqueue(tx, LOGO_JOB, {"sponsor_id": sponsor.id}, priority=1)
            record(tx, Fact.EDITED, sponsor, by.id)
    finally:
        received.discard()


def add_blackout(by: Person, day: int, starts: str, ends: str) -> Blackout:
    """Hide all sponsors in a part of a day (from 0); the times are `HH:MM` at the museum."""
    by.must("sponsor.edit")
    with transaction() as tx:
        event = event_store.get(tx, by.event_id)
        new = checked_blackout(
            Blackout(ids.new(), day, starts, ends), len(event.days if event else ())
        )
        if len(store.blackouts_of(tx, by.event_id)) >= MAX_BLACKOUTS:
            raise InvalidError("day", "too_many", most=MAX_BLACKOUTS)
        store.add_blackout(tx, by.event_id, new)
        _record_blackouts(tx, by)
    return new


def remove_blackout(by: Person, blackout_id: str) -> None:
    """Show sponsors again in a part of a day."""
    by.must("sponsor.edit")
    with transaction() as tx:
        if not store.remove_blackout(tx, by.event_id, blackout_id):
            raise NotFoundError(blackout_id)
        _record_blackouts(tx, by)


def count(by: Person, exposures: Sequence[Exposure]) -> Counted:
    """Count the exposures that a screen reports; one that is reported again counts once.

    Exposures that cannot be true, or that name another event's sponsor, are left out without an
    error: one bad line must not block the rest of a screen's report.
    """
    by.must("exposure.count")
    try:
        return _count(by, exposures)
    except sa.exc.IntegrityError:  # the same batch came twice at once, and the other was first
        return _count(by, exposures)


def _count(by: Person, exposures: Sequence[Exposure]) -> Counted:
    now = clock.now()
    with transaction() as tx:
        ours = store.names(tx, by.event_id)
        sound = {
            each.id: each
            for each in exposures
            if each.is_sound(now) and (each.sponsor_id is None or each.sponsor_id in ours)
        }
        known = store.known_exposures(tx, sound)
        new = [each for each in sound.values() if each.id not in known]
        store.add_exposures(tx, by.event_id, by.id, new)
    refused = len({each.id for each in exposures} - sound.keys())
    return Counted(len(new), len(known), refused)


def _get_locked(tx: sa.Connection, by: Person, sponsor_id: str) -> Sponsor:
    sponsor = store.get(tx, sponsor_id, lock=True)
    if sponsor is None or sponsor.event_id != by.event_id:
        raise NotFoundError(sponsor_id)
    return sponsor


def _record_blackouts(tx: sa.Connection, by: Person) -> None:
    event_id = by.event_id
    journal.record(tx, Fact.SILENCED, event_id=event_id, key=event_id, owner=event_id, by=by.id)
