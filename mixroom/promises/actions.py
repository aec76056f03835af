"""The verbs for promises: make, change and remove one; bring evidence of it, or take that back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.errors import ConflictError, InvalidError, NotFoundError
from mixroom.core.roles import allows
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.plan.channels import Channel
from mixroom.promises import model, notices, results, store
from mixroom.promises.guards import standing
from mixroom.promises.items import usual_due
from mixroom.promises.limits import MAX_EVIDENCE, MAX_PROMISES
from mixroom.promises.model import Evidence, EvidenceKind, Fact, Promise, PromiseKind
from mixroom.sponsors import store as sponsor_store


class PromiseChangedError(ConflictError):
    """Someone else has changed the promise in the meantime."""

    code = "promise_changed"


def make(
    by: Person,
    sponsor_id: str,
    kind: PromiseKind,
    *,
    words: Bilingual = Bilingual(),
    amount: float = 1,
    channels: tuple[Channel, ...] = (),
    owner_id: str | None = None,
    due: datetime | None = None,
    key: str | None = None,
) -> Promise:
    """Note what a sponsor was promised; due as the event's last day ends unless said otherwise.

    With the same `key`, its id, the same is noted once.
    """
    by.must("promise.edit")
    with transaction() as tx:
        _must_be_ours(tx, by, sponsor_id, owner_id)
        if store.count(tx, by.event_id) >= MAX_PROMISES:
            raise InvalidError("kind", "too_many", most=MAX_PROMISES)
        due = due or usual_due(event_store.require(tx, by.event_id))
        made = Promise(
            key or ids.new(),
            by.event_id,
            sponsor_id,
            kind,
            words,
            amount,
            due,
            channels if kind is PromiseKind.MENTIONS else (),
            owner_id,
        )
        results.begin_at_the_end(tx)
        if not store.add(tx, model.checked_promise(made)):
            if store.get(tx, by.event_id, made.id) == made:
                return made
            made = replace(made, id=ids.new())  # another one, from a page that was gone back to
            store.add(tx, made)
        results.enqueue_reminders(tx, made)
        results.tell(tx, notices.ASKED, made, by=by.id)
        results.record(tx, Fact.MADE, made, by.id)
    return made


def edit(by: Person, key: str, *, seen: int | None = None, **changes: Any) -> Promise:
    """Change a promise; `changes` are its words, amount, channels, owner_id or due.

    Raises PromiseChangedError if `seen` is no longer its version.
    """
    by.must("promise.edit")
    with transaction() as tx:
        before = _locked(tx, by, key)
        if seen is not None and seen != before.version:
            raise PromiseChangedError
        if before.kind is not PromiseKind.MENTIONS:
            changes.pop("channels", None)
        if "owner_id" in changes:
            _must_be_ours(tx, by, before.sponsor_id, changes["owner_id"])
        after = model.checked_promise(replace(before, **changes))
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        store.save(tx, after)
        facts = results.weigh(tx, after, clock.now())
        if after.due != before.due:
            results.enqueue_reminders(tx, after)
        if after.owner_id != before.owner_id:
            results.tell(tx, notices.ASKED, after, by=by.id)
        results.record(tx, Fact.EDITED, after, by.id)
        results.record_all(tx, after, facts, by.id)
    return after


def remove(by: Person, key: str) -> None:
    """Remove a promise that was never made, with its evidence."""
    by.must("promise.edit")
    with transaction() as tx:
        promise = _locked(tx, by, key)
        store.remove(tx, promise.id)
        results.record(tx, Fact.REMOVED, promise, by.id)


def deliver(
    by: Person,
    key: str,
    kind: EvidenceKind,
    *,
    ref: str | None = None,
    channel: Channel | None = None,
    url: str | None = None,
    note: str = "",
) -> Evidence:
    """Bring evidence that a promise was kept, or in part; raises InvalidError if it is none."""
    by.must("promise.deliver")
    with transaction() as tx:
        promise = _locked(tx, by, key)
        model.fits(promise, kind, channel)
        is_page = kind is EvidenceKind.URL
        new = model.checked_evidence(
            Evidence(
                ids.new(),
                promise.id,
                kind,
                by.id,
                clock.now(),
                None if is_page else ref,
                channel if kind is EvidenceKind.PUBLICATION else None,
                ((url or "").strip() or None) if is_page else None,
                note.strip(),
            )
        )
        present = store.evidence_of(tx, [promise.id])[promise.id]
        if any(each.what == new.what for each in present):
            raise InvalidError("url" if is_page else "ref", "brought_already")
        if len(present) >= MAX_EVIDENCE:
            raise InvalidError("ref", "too_many", most=MAX_EVIDENCE)
        if not standing(tx, promise.event_id, [new]):
            raise InvalidError("ref", "does_not_stand")
        results.begin_at_the_end(tx)
        store.add_evidence(tx, new)
        facts = results.weigh(tx, promise, clock.now())
        results.record(tx, Fact.DELIVERED, promise, by.id, {"evidence": new.id})
        results.record_all(tx, promise, facts, by.id)
    return new


def take_back(by: Person, key: str, evidence_id: str) -> None:
    """Take back evidence that was brought by mistake."""
    by.must("promise.deliver")
    with transaction() as tx:
        promise = _locked(tx, by, key)
        if not store.remove_evidence(tx, promise.id, evidence_id):
            raise NotFoundError(evidence_id)
        facts = results.weigh(tx, promise, clock.now())
        results.record(tx, Fact.CORRECTED, promise, by.id)
        results.record_all(tx, promise, facts, by.id)


def _locked(tx: sa.Connection, by: Person, key: str) -> Promise:
    promise = store.get(tx, by.event_id, key, lock=True)
    if promise is None:
        raise NotFoundError(key)
    return promise


def _must_be_ours(tx: sa.Connection, by: Person, sponsor_id: str, owner_id: str | None) -> None:
    if sponsor_id not in sponsor_store.names(tx, by.event_id):
        raise InvalidError("sponsor", "unknown")
    owner = crew_store.get_person(tx, owner_id) if owner_id else None
    if owner_id is None:
        return
    if owner is None or owner.event_id != by.event_id or not allows(owner.role, "promise.read"):
        raise InvalidError("owner", "unknown")
