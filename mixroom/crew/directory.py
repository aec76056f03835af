"""The crew as the web layer's directory: who is signed in, and which event a page is about."""

from collections.abc import Iterable, Mapping

from mixroom.core.materialized import PATIENCE
from mixroom.core.roles import Role
from mixroom.crew import actions, queries
from mixroom.crew.model import Device, Fact, Person
from mixroom.event import queries as event_queries
from mixroom.event.model import Event


class Crew:
    """The directory of people, devices and events; see `Directory` in `web/identity.py`."""

    departures = frozenset({Fact.DEVICE_REVOKED, Fact.PERSON_REMOVED})

    def signed_in(self, secret: str) -> tuple[Person, Device] | None:
        """Return the person and the device of a secret, or None."""
        return actions.signed_in(secret)

    def all_signed_in(self, secrets: Iterable[str]) -> Mapping[str, tuple[Person, Device]]:
        """Return the person and the device of each of these secrets that has one."""
        return actions.all_signed_in(secrets)

    def still_in(self, device_ids: Iterable[str]) -> Mapping[str, Role]:
        """Return the present role of each of these devices that is still signed in."""
        return queries.still_signed_in(device_ids, PATIENCE)

    def event(self, event_id: str) -> Event | None:
        """Return an event."""
        return event_queries.get(event_id)

    def present_event(self) -> Event | None:
        """Return the newest edition that is no rehearsal, which visitors see."""
        return event_queries.get_present(PATIENCE)
