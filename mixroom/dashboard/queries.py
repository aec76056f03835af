"""Reads of the coverage for the API."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.errors import InvalidError
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.speech import both
from mixroom.core.text import LANGS, N_, Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.dashboard import store
from mixroom.dashboard.coverage import BOTH, NOTHING, By, Gap, Placed, gaps, label_key
from mixroom.event import store as event_store
from mixroom.event.hours import begin_of, end_of_hour, hours_of, wanted_hours
from mixroom.event.model import Event

LANGUAGES = {"fr": N_("French"), "en": N_("English"), BOTH: N_("Both languages")}
KINDS = {
    Kind.PHOTO: N_("Photos"),
    Kind.VIDEO: N_("Clips"),
    Kind.POST: N_("Posts"),
    Kind.QUOTE: N_("Quotes"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the coverage: the number of its items in each hour that has some."""

    key: str
    label: Bilingual
    counts: Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage of a day: `hours` maps the beginning of each to its end, in UTC."""

    hours: Mapping[datetime, datetime]
    rows: Sequence[Row]
    gaps: Sequence[Gap]


def coverage(by: Person, day: date | None, rows_by: By) -> Coverage:
    """Return the coverage of a day of the event; by default of today, or of the nearest day.

    Raises InvalidError for a day that is too far from the event.
    """
    by.must("dashboard.read")
    now = clock.now()
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        assert event is not None
        day = day or nearest_day(event, now)
        if not event.starts_on - timedelta(days=366) <= day <= event.ends_on + timedelta(days=366):
            raise InvalidError("day", "too_far")
        begin, end = begin_of(day, event.zone), begin_of(day + timedelta(days=1), event.zone)
        items = list(store.approved(tx, event.id, event.zone, begin, end))
        labels = _labels(tx, event, rows_by, items)
    counts: dict[str, dict[datetime, int]] = {key: {} for key in labels}
    for item in items:
        of_row = counts[item.row(rows_by)]
        of_row[item.hour] = of_row.get(item.hour, 0) + 1
    rows = [Row(key, label, counts[key]) for key, label in labels.items()]
    wanted = wanted_hours(event, day)
    found = gaps(_rows_with_gaps(event, rows_by), _covered(counts), wanted, now)
    hours = {hour: end_of_hour(hour, event.zone) for hour in hours_of(day, event.zone)}
    return Coverage(hours, rows, found)


def nearest_day(event: Event, now: datetime) -> date:
    """Return today if it is a day of the event, else the day of the event nearest to it."""
    today = now.astimezone(event.zone).date()
    return min(max(today, event.starts_on), event.ends_on)


def _labels(
    tx: sa.Connection, event: Event, by: By, items: Collection[Placed]
) -> dict[str, Bilingual]:
    """Return the label of each row in order: the event's own ones, then others that have items."""
    nothing = {NOTHING: both(N_("Without any"))}
    if by is By.LANG:
        return {key: both(word) for key, word in LANGUAGES.items()} | nothing
    if by is By.KIND:
        return {kind.value: both(word) for kind, word in KINDS.items()}
    if by is By.PERSON:
        crew = crew_store.people_of(tx, event.id)
        present = {each.id: each.name for each in crew if each.role is not Role.SCREEN}
        left = {each.author_id for each in items} - present.keys()
        gone = {key: name for key, (name, _) in crew_store.names(tx, left).items()}
        return {key: Bilingual(name, name) for key, name in {**present, **gone}.items()}
    groups = event.teams if by is By.TEAM else event.places
    labels = {label_key(group.name): group.name for group in groups}
    for item in items:
        label = item.team if by is By.TEAM else item.place
        if label:
            labels.setdefault(label_key(label), label)
    return labels | nothing


def _rows_with_gaps(event: Event, by: By) -> list[str]:
    """Return the rows in which each hour of the programme should have an item."""
    match by:
        case By.TEAM:
            return [label_key(group.name) for group in event.teams]
        case By.PLACE:
            return [label_key(group.name) for group in event.places]
        case By.LANG:
            return list(LANGS)
        case _:
            return []


def _covered(counts: Mapping[str, Mapping[datetime, int]]) -> dict[str, Collection[datetime]]:
    """Return the hours in which each row has an item; one in both languages counts for each."""
    twice: Collection[datetime] = counts.get(BOTH, {})
    return {key: {*hours, *(twice if key in LANGS else ())} for key, hours in counts.items()}
