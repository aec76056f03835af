"""The crew as the web layer's directory: who is signed in, and which event a page is about."""

from collections.abc import Iterable, Mapping

from mixroom.core import clock, db
from mixroom.core.materialized import PATIENCE
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.team import actions, store
from mixroom.team.model import Device, Fact, Person


class Crew:
    """Looks people and their event up in the database."""

    departures = frozenset({Fact.DEVICE_REVOKED, Fact.PERSON_REMOVED})

    def signed_in(self, secret: str) -> tuple[Person, Device] | None:
        """Return who holds a secret."""
        return actions.signed_in(secret)

    def still_in(self, device_ids: Iterable[str]) -> Mapping[str, Person]:
        """Return the devices that are still signed in, with their person as of now."""
        with db.reading(PATIENCE) as tx:
            return store.valid_devices(tx, device_ids, clock.now())

    def event(self, event_id: str) -> Event | None:
        """Return an event."""
        with db.reading() as tx:
            return event_store.get(tx, event_id)

    def present_event(self) -> Event | None:
        """Return the edition that is under way, which visitors see."""
        with db.reading(PATIENCE) as tx:
            return event_store.get_present(tx)
