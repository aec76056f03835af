"""What people may do with the team, and how a device gets in and out."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.db import reading, transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.team import store
from mixroom.team.model import (
    INVITE_LASTS,
    MAX_DEVICES,
    PAIRING_LASTS,
    Device,
    DeviceKind,
    Fact,
    Invite,
    InviteUnknownError,
    LastLeadError,
    PairingUnknownError,
    Person,
    checked_name,
    expiry,
)

SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Way:
    """A fresh invite as it is handed over, once: its secret token and its code."""

    person: Person
    token: str
    code: str


def invite(by: Person, name: str, role: Role, lang: Lang = "fr") -> Way:
    """Put someone on the team and make their personal way in."""
    by.must("team.invite")
    return _invite(by.event_id, name, role, lang, by=by.id)


def invite_from_server(event_id: str, name: str, role: Role, lang: Lang = "fr") -> Way:
    """Invite from the command line, where whoever runs the server is trusted."""
    return _invite(event_id, name, role, lang, by=event_id)


def first_lead(event_id: str) -> Way | None:
    """Make a way in, for one device, for whoever set the server up; None once a lead is in."""
    with transaction() as tx:
        leads = [p for p in store.people_of(tx, event_id) if p.role is Role.LEAD]
        devices = store.devices_of(tx, event_id, clock.now())
        signed_in = {each.person_id for each in devices if each.kind is DeviceKind.DEVICE}
        if any(lead.id in signed_in for lead in leads):
            return None
        lead = next(iter(leads), None) or _add_person(
            tx, event_id, "Responsable", Role.LEAD, "fr", by=event_id
        )
        return _way(tx, lead, most=1)


def invite_again(by: Person, person_id: str) -> Way:
    """Make a new way in for someone on the team; the earlier one is closed."""
    by.must("team.invite")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        store.close_invites(tx, person.id)
        return _way(tx, person)


def look(secret: str) -> tuple[Person, Event]:
    """Say for whom an invite is, without using it up: link previews may look too."""
    with reading() as tx:
        found = store.invite_by(tx, _hash(secret))
        if found is None:
            raise InviteUnknownError
        found.must_be_open(clock.now())
        person = store.person(tx, found.person_id)
        if person is None:
            raise InviteUnknownError
        return person, _event(tx, person.event_id)


def redeem(secret: str, label: str) -> tuple[Person, str]:
    """Sign a device in by an invite; return the person and the device's secret, shown once."""
    now = clock.now()
    with transaction() as tx:
        found = store.invite_by(tx, _hash(secret), lock=True)
        if found is None:
            raise InviteUnknownError
        found.must_be_open(now)
        person = store.person(tx, found.person_id)
        if person is None:
            raise InviteUnknownError
        store.use_invite(tx, found, now)
        kind = DeviceKind.SCREEN if person.role is Role.SCREEN else DeviceKind.DEVICE
        return person, _sign_in(tx, person, kind, label)


def token_from_server(event_id: str, name: str, role: Role) -> tuple[Person, str]:
    """Make an API token for a script, which acts as a person of its own."""
    with transaction() as tx:
        person = _add_person(tx, event_id, name, role, "fr", by=event_id)
        return person, _sign_in(tx, person, DeviceKind.TOKEN, person.name)


def ask_pairing() -> tuple[str, str]:
    """Begin pairing a screen; return the code it shows and the secret it keeps."""
    code, secret, now = ids.code(), ids.token(), clock.now()
    with transaction() as tx:
        store.add_pairing(
            tx,
            pairing_id=ids.new(),
            code_hash=ids.digest(code),
            secret_hash=ids.digest(secret),
            now=now,
            until=now + PAIRING_LASTS,
        )
    return code, secret


def pair(by: Person, code: str, name: str) -> Person:
    """Let in the screen that shows `code`, under a name."""
    by.must("team.pair")
    with transaction() as tx:
        screen = Person(ids.new(), by.event_id, checked_name(name), Role.SCREEN, by.lang)
        store.add_person(tx, screen, clock.now())
        hashed = ids.digest(ids.typed(code))
        if not store.confirm_pairing(tx, hashed, screen.id, clock.now()):
            raise PairingUnknownError(code)
        _record(tx, Fact.PERSON_ADDED, by.event_id, key=screen.id, by=by.id)
    return screen


def claim_pairing(secret: str, label: str) -> str | None:
    """Return the screen's sign-in secret once a lead has confirmed it, None while it waits."""
    with transaction() as tx:
        stands, person_id = store.paired(tx, ids.digest(secret), clock.now())
        if not stands:
            raise PairingUnknownError
        if person_id is None:
            return None
        screen = store.person(tx, person_id)
        if screen is None:
            raise PairingUnknownError
        return _sign_in(tx, screen, DeviceKind.SCREEN, label)


def signed_in(secret: str) -> tuple[Person, Device] | None:
    """Return who holds a device's secret; note now and then that the device was seen.

    While there is a rehearsal, the browsers of leads are at it, as its lead.
    """
    now = clock.now()
    with reading() as tx:
        found = store.signed_in(tx, ids.digest(secret), now)
        if found and found[0].role is Role.LEAD and found[1].kind is DeviceKind.DEVICE:
            found = _at_the_rehearsal(tx, *found)
    if found and now - found[1].last_seen_at > SEEN_EVERY:
        with transaction() as tx:
            store.seen(tx, found[1].id, now)
    return found


def leave(device_id: str) -> None:
    """Sign out the device that asks, whoever it acts as."""
    with transaction() as tx:
        device = store.device(tx, device_id)
        holder = store.person(tx, device.person_id) if device else None
        if device is None or holder is None:
            raise NotFoundError(device_id)
        _revoke(tx, device.id, holder, by=holder.id)


def revoke(by: Person, device_id: str) -> None:
    """Sign a device out, live sockets included: one's own, or anyone's for the lead."""
    with transaction() as tx:
        device = store.device(tx, device_id)
        holder = store.person(tx, device.person_id) if device else None
        if device is None or holder is None or holder.event_id != by.event_id:
            raise NotFoundError(device_id)
        if holder.id != by.id:
            by.must("team.revoke")
        _revoke(tx, device.id, holder, by=by.id)


def trust(by: Person, person_id: str, *, on: bool) -> None:
    """Let what someone sends go to the wall unless a reviewer catches it, or no longer."""
    by.must("team.trust")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        store.trust(tx, person.id, by.id if on else None)
        _record(tx, Fact.PERSON_TRUSTED, by.event_id, key=person.id, by=by.id)


def set_bilingual(by: Person, person_id: str, *, on: bool) -> None:
    """Note whether someone writes both languages; they say so themselves, or a lead does."""
    if person_id != by.id:
        by.must("team.invite")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        store.set_bilingual(tx, person.id, on=on)
        _record(tx, Fact.PERSON_BILINGUAL, by.event_id, key=person.id, by=by.id)


def remove(by: Person, person_id: str) -> None:
    """Take someone off the team: every device is signed out; what they sent stays theirs."""
    by.must("team.remove")
    now = clock.now()
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        team = store.people_of(tx, by.event_id)
        if person.role is Role.LEAD and sum(p.role is Role.LEAD for p in team) == 1:
            raise LastLeadError
        for device in store.devices_of(tx, by.event_id, now):
            if device.person_id == person.id:
                _revoke(tx, device.id, person, by=by.id)
        store.remove_person(tx, person.id, now)
        _record(tx, Fact.PERSON_REMOVED, by.event_id, key=person.id, by=by.id)


def speak(by: Person, lang: Lang) -> None:
    """Remember the language someone reads."""
    with transaction() as tx:
        store.set_lang(tx, by.id, lang)


def _at_the_rehearsal(tx: sa.Connection, lead: Person, device: Device) -> tuple[Person, Device]:
    there = store.rehearsal_lead(tx)
    own = event_store.get(tx, lead.event_id) if there else None
    return (there, device) if there and own and not own.rehearsal else (lead, device)


def _invite(event_id: str, name: str, role: Role, lang: Lang, *, by: str) -> Way:
    with transaction() as tx:
        return _way(tx, _add_person(tx, event_id, name, role, lang, by=by))


def _add_person(
    tx: sa.Connection, event_id: str, name: str, role: Role, lang: Lang, *, by: str
) -> Person:
    person = Person(ids.new(), event_id, checked_name(name), role, lang)
    store.add_person(tx, person, clock.now())
    _record(tx, Fact.PERSON_ADDED, event_id, key=person.id, by=by)
    return person


def _way(tx: sa.Connection, person: Person, *, most: int = MAX_DEVICES) -> Way:
    token, code = ids.token(), ids.code()
    made = Invite(ids.new(), person.id, clock.now() + INVITE_LASTS, most)
    store.add_invite(tx, made, ids.digest(token), ids.digest(code))
    return Way(person, token, code)


def _sign_in(tx: sa.Connection, person: Person, kind: DeviceKind, label: str) -> str:
    secret, now = ids.token(), clock.now()
    event = _event(tx, person.event_id)
    label = label.strip()[:120] or kind.value
    device = Device(
        ids.new(), person.id, kind, label, now, now, expiry(person.role, kind, event, now)
    )
    store.add_device(tx, device, ids.digest(secret))
    _record(tx, Fact.DEVICE_ADDED, person.event_id, key=person.id, by=person.id)
    return secret


def _revoke(tx: sa.Connection, device_id: str, holder: Person, *, by: str) -> None:
    if store.revoke_device(tx, device_id, clock.now()):
        _record(tx, Fact.DEVICE_REVOKED, holder.event_id, key=holder.id, by=by)


def _colleague(tx: sa.Connection, by: Person, person_id: str) -> Person:
    person = store.person(tx, person_id)
    if person is None or person.event_id != by.event_id:
        raise NotFoundError(person_id)
    return person


def _event(tx: sa.Connection, event_id: str) -> Event:
    event = event_store.get(tx, event_id)
    if event is None:
        raise NotFoundError(event_id)
    return event


def _record(tx: sa.Connection, fact: Fact, event_id: str, *, key: str, by: str) -> None:
    journal.record(tx, fact, event_id=event_id, key=key, owner=key, by=by)


def _hash(secret: str) -> str:
    """Return the digest of a token as it is, or of a code as it was meant."""
    return ids.digest(secret if len(secret) > 12 else ids.typed(secret))  # noqa: PLR2004
