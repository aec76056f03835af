"""Promises with what is delivered of each: from their evidence, or from the walls' exposures."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core.clock import rfc3339
from mixroom.core.speech import both
from mixroom.core.text import LANGS, Bilingual
from mixroom.core.views import Item
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.promises import store
from mixroom.promises.formats import NAMES
from mixroom.promises.model import (
    ON_WALLS,
    Delivery,
    Evidence,
    Promise,
    State,
    Walls,
    delivery,
    state,
)
from mixroom.sponsors import store as sponsor_store

MINUTE = timedelta(minutes=1)
MAX_TITLE = 80  # characters of what was promised, in a title


@dataclass(frozen=True, slots=True)
class Standing:
    """A promise, its evidence, and what became of it by now."""

    promise: Promise
    evidence: list[Evidence]
    delivery: Delivery
    state: State

    @property
    def lost(self) -> list[Evidence]:
        """Return the evidence that does not stand any more."""
        return [each for each in self.evidence if each.lost_at]


def standings(
    tx: sa.Connection, event_id: str, found: Sequence[Promise], now: datetime
) -> list[Standing]:
    """Return promises of an event with what is delivered of each by now."""
    kept_by = store.evidence_of(tx, [each.id for each in found])
    walls = _walls(tx, event_id, found)
    made = []
    for each in found:
        done = delivery(each, kept_by[each.id], walls.get(each.sponsor_id, walls[None]))
        made.append(Standing(each, kept_by[each.id], done, state(each, done, now)))
    return made


def promise_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of an event's promises that have these ids, without the walls' time."""
    found = store.some(tx, event_id, keys)
    kept_by = store.evidence_of(tx, [each.id for each in found])
    return {each.id: as_item(each, kept_by[each.id]) for each in found}


def open_items(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return those of the promises that lack evidence, briefly, without time on the walls."""
    found = [each for each in store.some(tx, event_id, keys) if not each.kept_at]
    found = [each for each in found if each.kind not in ON_WALLS]
    kept_by = store.evidence_of(tx, [each.id for each in found])
    return {
        each.id: {
            "id": each.id,
            "kind": each.kind.value,
            "words": each.words.as_dict(),
            "due": rfc3339(each.due),
            "has": delivery(each, kept_by[each.id]).has,
            "wants": each.amount,
        }
        for each in found
    }


def as_item(promise: Promise, evidence: Sequence[Evidence]) -> dict[str, Any]:
    """Return a promise as lists show it."""
    has = None if promise.kind in ON_WALLS else delivery(promise, evidence).has
    return {
        "id": promise.id,
        "sponsor": promise.sponsor_id,
        "kind": promise.kind.value,
        "words": promise.words.as_dict(),
        "amount": promise.amount,
        "channels": [each.value for each in promise.channels],
        "owner": promise.owner_id,
        "due": rfc3339(promise.due),
        "has": has,
        "kept_at": rfc3339(promise.kept_at) if promise.kept_at else None,
        "evidence": [evidence_item(each) for each in evidence],
        "version": promise.version,
    }


def evidence_item(each: Evidence) -> dict[str, Any]:
    """Return a piece of evidence as programs get it."""
    return {
        "id": each.id,
        "kind": each.kind.value,
        "ref": each.ref,
        "channel": each.channel.value if each.channel else None,
        "url": each.url,
        "note": each.note,
        "by": each.by,
        "at": rfc3339(each.at),
        "lost_at": rfc3339(each.lost_at) if each.lost_at else None,
    }


def _walls(tx: sa.Connection, event_id: str, found: Sequence[Promise]) -> dict[str | None, Walls]:
    """Return the walls' time of each sponsor who was promised some; None has nobody's."""
    wanted = {each.sponsor_id for each in found if each.kind in ON_WALLS}
    event = event_store.get(tx, event_id) if wanted else None
    if event is None:
        return {None: Walls()}
    since, until = _days(event)
    total, seconds = 0.0, defaultdict[tuple[str | None, Any], float](float)
    for each in sponsor_store.shown(tx, event_id, since=since, until=until):
        total += each.seconds
        seconds[each.sponsor_id, each.hour.astimezone(event.zone).date()] += each.seconds
    made: dict[str | None, Walls] = {None: Walls((0.0,) * len(event.days), total)}
    for key in wanted:
        made[key] = Walls(tuple(seconds[key, day] for day in event.days), total)
    return made


def _days(event: Event) -> tuple[datetime, datetime]:
    """Return when the first day of an event begins, and when the last one is over."""
    midnight = time(tzinfo=event.zone)
    after = event.ends_on + timedelta(days=1)
    return datetime.combine(event.starts_on, midnight), datetime.combine(after, midnight)


def titled(promise: Promise, sponsor: Bilingual) -> Bilingual:
    """Return a promise in a few words: to whom, and what."""
    what = promise.words or both(NAMES[promise.kind])
    return Bilingual(*(f"{sponsor[lang]} · {_short(what[lang])}" for lang in LANGS))


def usual_due(event: Event) -> datetime:
    """Return when a promise is due unless a lead says otherwise: in the last day's last minute."""
    return _days(event)[1] - MINUTE


def _short(text: str) -> str:
    return text if len(text) <= MAX_TITLE else f"{text[: MAX_TITLE - 1].rstrip()}…"
