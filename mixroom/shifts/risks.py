"""The risks of the coming shifts, from the items of the list: for leads, the first first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from mixroom.shifts.collisions import day_of, hours_by_day, is_rested
from mixroom.shifts.model import Terms
from mixroom.shifts.offers import Span, span

SOON = timedelta(hours=24)  # in which an empty seat is a risk
UNANSWERED = timedelta(minutes=30)  # after which a question for a stand-in is a risk

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Risks:
    """The shifts and people that a lead should see to.

    `empty` pairs a shift with its empty seats, `unanswered` with the one who asks for a stand-in,
    `tired` with someone who has too little rest before it, `busy` with someone and the hours that
    they have on its day.
    """

    empty: Sequence[tuple[Item, int]] = ()
    unanswered: Sequence[tuple[Item, Item]] = ()
    tired: Sequence[tuple[Item, Item]] = ()
    busy: Sequence[tuple[Item, Item, timedelta]] = ()

    def __bool__(self) -> bool:
        return bool(self.empty or self.unanswered or self.tired or self.busy)


def risks(items: Iterable[Item], zone: ZoneInfo, terms: Terms, now: datetime) -> Risks:
    """Return what a lead should see to in shifts that are not over."""
    spans = sorted(map(span, items), key=lambda each: (each.starts, each.item["id"]))
    ahead = [each for each in spans if each.ends > now]
    soon = [each.item for each in ahead if each.starts < now + SOON]
    tired, busy = _people(spans, zone, terms, now)
    return Risks(
        empty=[(each, each["seats"] - each["taken"]) for each in soon if _is_open(each)],
        unanswered=[
            (each.item, person)
            for each in ahead
            for person in each.item["people"]
            if person["asks"] and now - datetime.fromisoformat(person["asked_at"]) >= UNANSWERED
        ],
        tired=tired,
        busy=busy,
    )


def _is_open(item: Item) -> bool:
    return bool(item["taken"] < item["seats"])


def _people(
    spans: Sequence[Span], zone: ZoneInfo, terms: Terms, now: datetime
) -> tuple[list[tuple[Item, Item]], list[tuple[Item, Item, timedelta]]]:
    """Return who has too little rest before a shift, and who has too many hours on a day."""
    held: dict[str, list[tuple[Span, Item]]] = {}
    for each in spans:
        for person in each.item["people"]:
            held.setdefault(person["id"], []).append((each, person))
    tired, busy = [], []
    for pairs in held.values():
        if len(pairs) < 2 and pairs[0][0].ends - pairs[0][0].starts <= terms.most:  # noqa: PLR2004
            continue
        for (before, _), (after, person) in pairwise(pairs):
            if after.ends > now and not is_rested(after, [before], zone, terms):
                tired.append((after, person))
        for day, together in hours_by_day([each for each, _ in pairs], zone).items():
            *_, (last, person) = [pair for pair in pairs if day_of(pair[0], zone) == day]
            if together > terms.most and last.ends > now:
                busy.append((last, person, together))
    return (
        [(each.item, person) for each, person in sorted(tired, key=_start)],
        [(each.item, person, hours) for each, person, hours in sorted(busy, key=_start)],
    )


def _start(found: Any) -> datetime:
    starts: datetime = found[0].starts
    return starts
