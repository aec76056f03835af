"""Reads of the preparation: the event, what is missing, and how often a team or place is named."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.crew.model import Person
from mixroom.event import store
from mixroom.event.look import MuseumLogo
from mixroom.event.model import Event

GroupsInUse = Callable[[sa.Connection, Event], Mapping[str, int]]


class Step(Protocol):
    """A part of the preparation, as a feature declares it."""

    @property
    def name(self) -> str: ...
    @property
    def done(self) -> Callable[[sa.Connection, str], bool]: ...


@dataclass(frozen=True, slots=True)
class Overview:
    """The edition as the lead's page shows it.

    `steps` are those that are neither done nor skipped. `used` counts the submissions that name
    each team and place, by its id, up to a hundred.
    """

    event: Event
    steps: Sequence[Step]
    skipped: Sequence[Step]
    used: Mapping[str, int]


def overview(by: Person, steps: Sequence[Step], groups_in_use: GroupsInUse) -> Overview:
    """Return everything that the lead's page shows; `steps` are those of all features."""
    by.must("event.edit")
    with reading() as tx:
        event = store.get(tx, by.event_id)
        if event is None:
            raise NotFoundError(by.event_id)
        missing = [each for each in steps if not each.done(tx, event.id)]
        used = groups_in_use(tx, event)
    return Overview(
        event,
        [each for each in missing if each.name not in event.skipped],
        [each for each in missing if each.name in event.skipped],
        used,
    )


def require(by: Person) -> Event:
    """Return the person's event."""
    with reading() as tx:
        event = store.get(tx, by.event_id)
    if event is None:
        raise NotFoundError(by.event_id)
    return event


def logo_of(event_id: str) -> MuseumLogo | None:
    """Return the museum's logo at an event, or None."""
    with reading() as tx:
        event = store.get(tx, event_id)
    return event.look.logo if event else None
