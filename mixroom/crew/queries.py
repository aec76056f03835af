"""Reads of the crew: for its page, the API and the web layer."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Role
from mixroom.crew import device_store, invite_store, store
from mixroom.crew.model import FIRST_LEAD, Device, InviteUnknownError, Person, hash_secret
from mixroom.event import store as event_store
from mixroom.event.model import Event


@dataclass(frozen=True, slots=True)
class Overview:
    """The crew as the lead's page shows it."""

    people: list[Person]
    devices: list[Device]


def overview(by: Person) -> Overview:
    """Return everything that the lead's page shows."""
    by.must("crew.invite")
    with reading() as tx:
        return Overview(
            store.people_of(tx, by.event_id),
            device_store.list_signed_in(tx, by.event_id, clock.now()),
        )


def person(by: Person, person_id: str) -> tuple[Person, list[Device]]:
    """Return a person of the event with their devices; raises NotFoundError."""
    by.must("crew.invite")
    with reading() as tx:
        found = store.get_person(tx, person_id)
        if found is None or found.event_id != by.event_id or found.role is Role.SCREEN:
            raise NotFoundError(person_id)
        devices = device_store.list_signed_in(tx, by.event_id, clock.now())
    return found, [each for each in devices if each.person_id == person_id]


def to_badge(by: Person) -> list[tuple[Person, bool]]:
    """Return the people of the event, each with whether they have signed in."""
    by.must("crew.invite")
    with reading() as tx:
        found = device_store.list_signed_in(tx, by.event_id, clock.now())
        there = {each.person_id for each in found}
        people = store.people_of(tx, by.event_id)
        return [(each, each.id in there) for each in people if each.role is not Role.SCREEN]


def crew(by: Person) -> list[Person]:
    """Return the people of the event, without its screens."""
    by.must("crew.read")
    with reading() as tx:
        return [each for each in store.people_of(tx, by.event_id) if each.role is not Role.SCREEN]


def devices(by: Person) -> list[Device]:
    """Return the signed-in devices: a lead sees everyone's, others their own."""
    with reading() as tx:
        found = device_store.list_signed_in(tx, by.event_id, clock.now())
    everyone = by.may("crew.revoke")
    return [each for each in found if everyone or each.person_id == by.id]


def own_devices(by: Person) -> list[Device]:
    """Return the devices on which the person is signed in."""
    return [each for each in devices(by) if each.person_id == by.id]


def invited(secret: str) -> tuple[Person, Event]:
    """Return the person an invite is for, and the event, without using the invite up.

    `secret` is its token or code. Raises InviteUnknownError and InviteClosedError.
    """
    with reading() as tx:
        invite = invite_store.get(tx, hash_secret(secret))
        if invite is None:
            raise InviteUnknownError
        invite.must_be_open(clock.now())
        person = store.get_person(tx, invite.person_id)
        if person is None:
            raise InviteUnknownError
        event = event_store.get(tx, person.event_id)
        if event is None:
            raise NotFoundError(person.event_id)
        return person, event


def still_signed_in(device_ids: Iterable[str], patience: float) -> dict[str, Role]:
    """Return the role of each of these devices that is still signed in.

    `patience` limits the wait for PostgreSQL, in seconds.
    """
    with reading(patience) as tx:
        return device_store.still_signed_in(tx, device_ids, clock.now())


def has_guests(tx: sa.Connection, event_id: str) -> bool:
    """Return whether someone beside the first lead is in the crew."""
    return sum(each.role is not Role.SCREEN for each in store.people_of(tx, event_id)) > 1


def has_named_leads(tx: sa.Connection, event_id: str) -> bool:
    """Return whether no lead has the name of a new installation, which letters would say."""
    return all(each.name != FIRST_LEAD for each in store.people_of(tx, event_id))


def has_screen(tx: sa.Connection, event_id: str) -> bool:
    """Return whether a screen is paired."""
    return any(each.role is Role.SCREEN for each in store.people_of(tx, event_id))
