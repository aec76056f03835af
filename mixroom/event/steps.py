"""The parts of the preparation that an edition has, beside what a new installation is given."""

import re

import sqlalchemy as sa

from mixroom.event import store

GIVEN_TEAM = re.compile(r"Équipe \d+")


def has_days(tx: sa.Connection, event_id: str) -> bool:
    """Return whether its days are others than those that a new installation is given."""
    event = store.get(tx, event_id)
    return event is not None and not event.is_as_given


def has_teams(tx: sa.Connection, event_id: str) -> bool:
    """Return whether it has teams, none of them with a name of a new installation."""
    event = store.get(tx, event_id)
    names = [each.name.fr or "" for each in event.teams] if event else []
    return bool(names) and not any(map(GIVEN_TEAM.fullmatch, names))


def has_programme(tx: sa.Connection, event_id: str) -> bool:
    """Return whether it has a programme."""
    event = store.get(tx, event_id)
    return bool(event and event.programme)


def has_look(tx: sa.Connection, event_id: str) -> bool:
    """Return whether it has the museum's logo or colours."""
    event = store.get(tx, event_id)
    return bool(event and (event.look.logo or event.look.main))
