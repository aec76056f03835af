"""Reads of wraps for pages, the API and exports; each function is one transaction."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event, GroupKind
from mixroom.wrap import items, store
from mixroom.wrap.model import Draft, Span, Use, Wrap, is_one_of, span_of, today
from mixroom.wrap.proposal import propose

MAX_OFFERED = 40  # submissions beside a wrap; a search finds the others


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that the page of a wrap shows.

    `item` is the wrap; `pieces` are its submissions by id, and those that may not be shown are
    missing; `offered` are other submissions of the day, the proposed ones first, and `more` counts
    those beyond them.
    """

    event: Event
    span: Span
    item: dict[str, Any]
    pieces: dict[str, dict[str, Any]]
    offered: list[dict[str, Any]]
    proposed: frozenset[str]
    more: int


def desk(
    by: Person, day: int | None, team: str = "", words: str = "", draft: Draft | None = None
) -> Desk:
    """Return a day's wrap with its pieces and what else there is; `day` counts from 0.

    Without a day it is today's. `team` (by a name) and `words` limit what is offered. `draft` takes
    the place of what is saved.
    """
    by.must("wrap.edit")
    with reading() as tx:
        event = _event(tx, by.event_id)
        span = span_of(event, today(event, clock.now()) if day is None else day)
        wrap = store.get(tx, event.id, span.number) or Wrap("", event.id, span.number)
        wrap = replace(wrap, draft=draft) if draft else wrap
        found = store.sent_on(tx, event.id, span)
        proposal = propose(items.candidates(tx, found), chosen=wrap.by_hand, removed=wrap.removed)
        chosen = [each.id for each in wrap.pieces]
        wanted = event.named(GroupKind.TEAM, team)
        said = store.with_words(tx, event.id, span, words.strip()) if words.strip() else None
        left = [
            each
            for each in found
            if each.id not in chosen
            and (not wanted or is_one_of(wanted, [each.team]))
            and (said is None or each.id in said)
        ]
        rank = {key: place for place, key in enumerate(proposal)}
        left.sort(key=lambda each: rank.get(each.id, len(rank)))
        keys = [each.id for each in left[:MAX_OFFERED]]
        pieces = items.shown(tx, event.id, [*chosen, *keys], Use.WALL)
        return Desk(
            event,
            span,
            dict(items.wrap_items(tx, event, [wrap])[wrap.id]),
            pieces,
            [pieces[key] for key in keys if key in pieces],
            frozenset(proposal),
            len(left) - len(keys),
        )


def wrap(by: Person, day: int) -> dict[str, Any]:
    """Return a day's wrap for the API; one that nobody has saved has the version 0."""
    by.must("wrap.edit")
    with reading() as tx:
        event = _event(tx, by.event_id)
        found = store.get(tx, event.id, span_of(event, day).number) or Wrap("", event.id, day)
        return dict(items.wrap_items(tx, event, [found])[found.id])


def day_number(by: Person, day: str) -> int:
    """Return a day (from 0) by its number, from 1, or by its date; raises NotFoundError."""
    with reading() as tx:
        event = _event(tx, by.event_id)
    named = {str(number): number - 1 for number in range(1, len(event.days) + 1)}
    named |= {date.isoformat(): number for number, date in enumerate(event.days)}
    if day not in named:
        raise NotFoundError(day)
    return named[day]


def story(by: Person, day: int, use: Use) -> dict[str, Any]:
    """Return a day's wrap with its pieces, to be exported for a use; raises NotFoundError."""
    by.must("wrap.edit")
    with reading() as tx:
        span = span_of(_event(tx, by.event_id), day)
        found = store.get(tx, by.event_id, span.number)
        if found is None:
            raise NotFoundError(str(day))
        return items.story(tx, by.event_id, found, use)


def published_story(event_id: str, day: int) -> tuple[dict[str, Any], list[int]]:
    """Return a day's story for the public, and the days (from 0) that have one.

    Raises NotFoundError.
    """
    with reading() as tx:
        span = span_of(_event(tx, event_id), day)
        found = store.get(tx, event_id, span.number)
        if found is None or not found.is_published:
            raise NotFoundError(str(day))
        return items.story(tx, event_id, found, Use.WEB), store.published_days(tx, event_id)


def pinned_story(event_id: str) -> dict[str, Any] | None:
    """Return the latest published wrap, with the keys of its pieces, for the public page."""
    with reading() as tx:
        found = store.latest_published(tx, event_id)
        if found is None:
            return None
        return dict(items.wrap_items(tx, _event(tx, event_id), [found])[found.id])


def _event(tx: sa.Connection, event_id: str) -> Event:
    event = event_store.get(tx, event_id)
    assert event is not None
    return event
