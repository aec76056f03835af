"""Reviewers save the wrap of a day, have its pieces proposed, publish it and take it down."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.submissions import store as submissions_store
from mixroom.submissions.model import LostRaceError
from mixroom.wrap import store
from mixroom.wrap.items import candidates, wrap_items
from mixroom.wrap.model import Draft, Fact, Sent, Span, Wrap, checked, counted, span_of
from mixroom.wrap.proposal import propose as rules


def save(by: Person, day: int, draft: Draft, *, version: int | None = None) -> dict[str, Any]:
    """Save what a person wrote and chose.

    Raises LostRaceError if `version` is not the present one; the error has both texts.
    """
    by.must("wrap.edit")
    draft = checked(draft)
    with transaction() as tx:
        event, span, before = _locked(tx, by, day)
        if version is not None and version != before.version:
            raise LostRaceError(now=_as_sent(before.draft, before.version), sent=_as_sent(draft))
        _must_be_ours(tx, event, before, draft)
        if not before.version:
            before = _with_numbers(tx, event, span, before)
        return _save(tx, by, event, before.edited(draft))


def propose(by: Person, day: int) -> dict[str, Any]:
    """Have the rules choose the pieces of a day; what a person chose or took out stays so."""
    by.must("wrap.edit")
    with transaction() as tx:
        event, span, before = _locked(tx, by, day)
        found = store.sent_on(tx, event.id, span)
        proposal = rules(candidates(tx, found), chosen=before.by_hand, removed=before.removed)
        after = _with_numbers(tx, event, span, before.composed(proposal), found)
        return _save(tx, by, event, after)


def publish(by: Person, day: int) -> dict[str, Any]:
    """Show the wrap to everyone, with the numbers of this moment; raises EmptyWrapError."""
    by.must("wrap.publish")
    with transaction() as tx:
        event, span, before = _locked(tx, by, day)
        before = _with_numbers(tx, event, span, before)
        return _save(tx, by, event, before.published(clock.now()), Fact.PUBLISHED)


def take_down(by: Person, day: int) -> dict[str, Any]:
    """Take the wrap off the public page, and off the walls."""
    by.must("wrap.publish")
    with transaction() as tx:
        event, _, before = _locked(tx, by, day)
        return _save(tx, by, event, before.taken_down(), Fact.TAKEN_DOWN)


def _locked(tx: sa.Connection, by: Person, day: int) -> tuple[Event, Span, Wrap]:
    """Return the day's wrap, new if there is none; two people who save at once take turns."""
    event_store.lock(tx, by.event_id)
    event = event_store.get(tx, by.event_id)
    assert event is not None
    span = span_of(event, day)
    found = store.get(tx, event.id, day, lock=True)
    return event, span, found or Wrap(ids.new(), event.id, day)


def _must_be_ours(tx: sa.Connection, event: Event, before: Wrap, draft: Draft) -> None:
    """Raise InvalidError if a piece that is new is not a submission of this event."""
    known = {each.id for each in before.pieces}
    new = {each.id for each in draft.pieces} - known
    found = {each.id for each in submissions_store.get_many(tx, new) if each.event_id == event.id}
    if new != found:
        raise InvalidError("pieces", "unknown")


def _with_numbers(
    tx: sa.Connection,
    event: Event,
    span: Span,
    wrap: Wrap,
    found: Sequence[Sent] | None = None,
) -> Wrap:
    """Return the wrap with the day's numbers, and the people to thank, as they are now."""
    found = store.sent_on(tx, event.id, span) if found is None else found
    numbers = counted(event, found, store.requests_answered(tx, event.id, span))
    return replace(wrap, numbers=numbers, people=tuple(store.authors_of(tx, event.id, span)))


def _save(
    tx: sa.Connection, by: Person, event: Event, wrap: Wrap, fact: Fact | None = None
) -> dict[str, Any]:
    after = wrap.saved(by.id, clock.now())
    store.save(tx, after)
    answer = dict(wrap_items(tx, event, [after])[after.id])
    fact = fact or (Fact.CORRECTED if after.is_published else Fact.SAVED)
    journal.record(tx, fact, event_id=event.id, key=after.id, owner=event.id, by=by.id)
    return answer


def _as_sent(draft: Draft, version: int | None = None) -> dict[str, Any]:
    texts = {name: getattr(draft, name).as_dict() for name in ("title", "opening", "thanks")}
    pieces = [{"id": each.id, "caption": each.caption.as_dict()} for each in draft.pieces]
    return {**({} if version is None else {"version": version}), **texts, "pieces": pieces}
