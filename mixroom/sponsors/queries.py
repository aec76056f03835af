"""Reads of sponsors: for the lead's page, the API, the walls and the worker."""

from dataclasses import dataclass
from datetime import datetime

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.sponsors import store
from mixroom.sponsors.model import Blackout, ShownTime, Sponsor


@dataclass(frozen=True, slots=True)
class Overview:
    """The sponsors of an event, as the lead sees them; `names` has the removed ones too."""

    event: Event
    sponsors: list[Sponsor]
    blackouts: list[Blackout]
    shown: list[ShownTime]
    names: dict[str, Bilingual]


def sponsors(by: Person) -> list[Sponsor]:
    """Return the sponsors of the person's event, in order of position."""
    by.must("sponsor.edit")
    with reading() as tx:
        return store.list_all(tx, by.event_id)


def overview(by: Person) -> Overview:
    """Return everything that the lead's page shows."""
    by.must("sponsor.edit")
    with reading() as tx:
        event = event_store.get(tx, by.event_id)
        assert event is not None
        return Overview(
            event,
            store.list_all(tx, by.event_id),
            store.blackouts_of(tx, by.event_id),
            store.shown(tx, by.event_id),
            store.names(tx, by.event_id),
        )


def shown(
    by: Person,
    *,
    sponsor_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[ShownTime]:
    """Return how long each sponsor was shown, by the hour."""
    by.must("sponsor.edit")
    with reading() as tx:
        return store.shown(tx, by.event_id, sponsor_id=sponsor_id, since=since, until=until)


def logo_name(by: Person, sponsor_id: str, file: str) -> str:
    """Return the store's name of a logo that the person's event shows; raises NotFoundError."""
    with reading() as tx:
        sponsor = store.get(tx, sponsor_id)
    logo = sponsor.logo if sponsor and sponsor.event_id == by.event_id else None
    if sponsor is None or logo is None or logo.file != file:
        raise NotFoundError(file)
    return sponsor.stored(file)


def with_new_logo(sponsor_id: str) -> Sponsor | None:
    """Return a sponsor if it has an upload that no worker has processed yet."""
    with reading() as tx:
        sponsor = store.get(tx, sponsor_id)
    return sponsor if sponsor and sponsor.upload else None
