"""Actions on the crew: invite and remove people, sign devices in and out, pair screens."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, journal
from mixroom.core.contacts import checked_email, checked_telephone
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew import device_store, invite_store, store
from mixroom.crew.model import (
    FIRST_LEAD,
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
    hash_secret,
    invite_lasts,
)
from mixroom.crew.notices import INVITE, invitation
from mixroom.crew.roster import Guest, still_new
from mixroom.event import store as event_store
from mixroom.event.model import Event

Leave = Callable[[sa.Connection, Person], None]
MAX_BADGES = 100  # at once
SEEN_INTERVAL = timedelta(minutes=5)  # between two records of when a device was seen


@dataclass(frozen=True, slots=True)
class NewInvite:
    """A new invite with its secret token and code, which are shown only once.

    `letter` is the id of the letter that takes them to the person, if there is one.
    """

    id: str
    person: Person
    token: str
    code: str
    letter: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The way to write letters: the function of a higher feature, and the server's address."""

    write: Callable[..., str]
    base_url: str


def invite(
    by: Person,
    name: str,
    role: Role,
    lang: Lang = "fr",
    *,
    email: str | None = None,
    telephone: str | None = None,
    post: Post | None = None,
) -> NewInvite:
    """Add a person to the crew and make their invite; with a `post`, send it as a letter.

    Raises InvalidError, also if someone of the crew has the address: nobody is invited twice.
    """
    by.must("crew.invite")
    if post and not email:
        raise InvalidError("email", "missing")
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        _must_be_nobodys(tx, by.event_id, email)
        person = _add_person(
            tx, by.event_id, name, role, lang, by=by.id, email=email, telephone=telephone
        )
        return _posted(tx, _make_invite(tx, person, until=_until(tx, by, post)), post, by)


def invite_all(
    by: Person, guests: Sequence[Guest], post: Post | None
) -> tuple[list[str], list[str]]:
    """Add the people of a list, all or none; return their ids and those of the letters.

    With a `post`, those with an address get a letter. The others get a badge, see `make_badges`.
    Those whom someone else has added since the list was read are left out.
    """
    by.must("crew.invite")
    people, letters = [], []
    with transaction() as tx:
        event_store.lock(tx, by.event_id)
        guests = still_new(guests, store.people_of(tx, by.event_id))
        until = invite_lasts(_event(tx, by.event_id), clock.now())
        for each in guests:
            person = _add_person(
                tx,
                by.event_id,
                each.name,
                each.role,
                each.lang,
                by=by.id,
                email=each.email,
                telephone=each.telephone,
            )
            people.append(person.id)
            if each.bilingual:
                store.set_bilingual(tx, person.id, on=True)
            if post and person.email:
                made = _posted(tx, _make_invite(tx, person, until=until), post, by)
                letters.append(made.letter or "")
    return people, letters


def make_badges(by: Person, person_ids: Collection[str]) -> list[NewInvite]:
    """Make a new invite for each of these people to print; the earlier ones are closed.

    They work until the event is over.
    """
    by.must("crew.invite")
    if len(person_ids) > MAX_BADGES:
        raise InvalidError("people", "too_many", most=MAX_BADGES)
    now = clock.now()
    with transaction() as tx:
        until = invite_lasts(_event(tx, by.event_id), now)
        made = []
        for each in person_ids:
            person = _colleague(tx, by, each)
            invite_store.close_all(tx, person.id)
            made.append(_make_invite(tx, person, until=until))
    return sorted(made, key=lambda each: each.person.name)


def invite_from_server(event_id: str, name: str, role: Role, lang: Lang = "fr") -> NewInvite:
    """Invite from the command line, which only the server's operator can use."""
    with transaction() as tx:
        return _make_invite(tx, _add_person(tx, event_id, name, role, lang, by=event_id))


def add_in(
    tx: sa.Connection,
    event_id: str,
    name: str,
    role: Role,
    lang: Lang,
    *,
    by: str,
    email: str | None = None,
    telephone: str | None = None,
) -> NewInvite:
    """Add a person in the caller's transaction, with an invite that works until the event ends.

    Raises InvalidError.
    """
    person = _add_person(tx, event_id, name, role, lang, by=by, email=email, telephone=telephone)
    return invite_in(tx, person)


def invite_in(tx: sa.Connection, person: Person) -> NewInvite:
    """Make another invite for a person, in the caller's transaction; it works as in `add_in`."""
    until = invite_lasts(_event(tx, person.event_id), clock.now())
    return _make_invite(tx, person, until=until)


def first_lead(event_id: str) -> NewInvite | None:
    """Make an invite for the operator's own device; return None once a lead has signed in."""
    with transaction() as tx:
        leads = [p for p in store.people_of(tx, event_id) if p.role is Role.LEAD]
        devices = device_store.list_signed_in(tx, event_id, clock.now())
        signed_in = {each.person_id for each in devices if each.kind is DeviceKind.DEVICE}
        if any(lead.id in signed_in for lead in leads):
            return None
        lead = next(iter(leads), None) or _add_person(
            tx, event_id, FIRST_LEAD, Role.LEAD, "fr", by=event_id
        )
        return _make_invite(tx, lead, most=1)


def invite_again(by: Person, person_id: str, post: Post | None = None) -> NewInvite:
    """Make a new invite for a person; the earlier one is closed. A `post` sends it as a letter."""
    by.must("crew.invite")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        if post and not person.email:
            raise InvalidError("email", "missing")
        invite_store.close_all(tx, person.id)
        return _posted(tx, _make_invite(tx, person, until=_until(tx, by, post)), post, by)


def redeem(secret: str, label: str) -> tuple[Person, str]:
    """Sign a device in by an invite's token or code; return the person and the device's secret.

    `label` names the device. Raises InviteUnknownError and InviteClosedError.
    """
    now = clock.now()
    with transaction() as tx:
        found = invite_store.get(tx, hash_secret(secret), lock=True)
        if found is None:
            raise InviteUnknownError
        found.must_be_open(now)
        person = store.get_person(tx, found.person_id)
        if person is None:
            raise InviteUnknownError
        invite_store.count_use(tx, found, now)
        kind = DeviceKind.SCREEN if person.role is Role.SCREEN else DeviceKind.DEVICE
        return person, _sign_in(tx, person, kind, label)


def token_from_server(event_id: str, name: str, role: Role) -> tuple[Person, str]:
    """Make an API token for a script; the script acts as a person of its own."""
    with transaction() as tx:
        person = _add_person(tx, event_id, name, role, "fr", by=event_id)
        return person, _sign_in(tx, person, DeviceKind.TOKEN, person.name)


def ask_pairing() -> tuple[str, str]:
    """Start to pair a screen; return the code that it shows and the secret that it keeps."""
    code, secret, now = ids.code(), ids.token(), clock.now()
    with transaction() as tx:
        invite_store.add_pairing(
            tx,
            pairing_id=ids.new(),
            code_hash=ids.digest(code),
            secret_hash=ids.digest(secret),
            now=now,
            until=now + PAIRING_LASTS,
        )
    return code, secret


def pair(by: Person, code: str, name: str) -> Person:
    """Admit the screen that shows `code`; raises PairingUnknownError."""
    by.must("crew.pair")
    with transaction() as tx:
        screen = Person(ids.new(), by.event_id, checked_name(name), Role.SCREEN, by.lang)
        store.add_person(tx, screen, clock.now())
        hashed = ids.digest(ids.typed(code))
        if not invite_store.confirm_pairing(tx, hashed, screen.id, clock.now()):
            raise PairingUnknownError(code)
        _record(tx, Fact.PERSON_ADDED, by.event_id, key=screen.id, by=by.id)
    return screen


def claim_pairing(secret: str, label: str) -> str | None:
    """Sign in a screen that a lead has confirmed; return its secret, or None while it waits.

    `secret` is that of `ask_pairing`. Raises PairingUnknownError.
    """
    with transaction() as tx:
        stands, person_id = invite_store.take_confirmed(tx, ids.digest(secret), clock.now())
        if not stands:
            raise PairingUnknownError
        if person_id is None:
            return None
        screen = store.get_person(tx, person_id)
        if screen is None:
            raise PairingUnknownError
        return _sign_in(tx, screen, DeviceKind.SCREEN, label)


def signed_in(secret: str) -> tuple[Person, Device] | None:
    """Return the person and the device of a secret; see `all_signed_in`."""
    return all_signed_in([secret]).get(secret)


def all_signed_in(secrets: Iterable[str]) -> dict[str, tuple[Person, Device]]:
    """Return the person and the device of each secret that has one; record that they were seen.

    During a rehearsal a lead's browser is answered as the rehearsal's lead.
    """
    now = clock.now()
    hashed = {ids.digest(secret): secret for secret in secrets}
    with reading() as tx:
        found = device_store.get_by_secrets(tx, hashed, now)
        for each, (holder, device) in found.items():
            if holder.role is Role.LEAD and device.kind is DeviceKind.DEVICE:
                found[each] = _at_the_rehearsal(tx, holder, device)
    late = [each.id for _, each in found.values() if now - each.last_seen_at > SEEN_INTERVAL]
    if late:
        with transaction() as tx:
            device_store.set_last_seen(tx, late, now)
    return {hashed[each]: pair for each, pair in found.items()}


def sign_out(device_id: str) -> None:
    """Sign out the device of this request."""
    with transaction() as tx:
        device = device_store.get(tx, device_id)
        holder = store.get_person(tx, device.person_id) if device else None
        if device is None or holder is None:
            raise NotFoundError(device_id)
        _revoke(tx, device.id, holder, by=holder.id)


def revoke(by: Person, device_id: str) -> None:
    """Sign a device out and close its sockets: one's own, or anyone's as a lead."""
    with transaction() as tx:
        device = device_store.get(tx, device_id)
        holder = store.get_person(tx, device.person_id) if device else None
        if device is None or holder is None or holder.event_id != by.event_id:
            raise NotFoundError(device_id)
        if holder.id != by.id:
            by.must("crew.revoke")
        _revoke(tx, device.id, holder, by=by.id)


def trust(by: Person, person_id: str, *, on: bool) -> None:
    """Turn on or off that a person's submissions go to the wall unless a reviewer stops them."""
    by.must("crew.trust")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        store.set_trusted_by(tx, person.id, by.id if on else None)
        _record(tx, Fact.PERSON_TRUSTED, by.event_id, key=person.id, by=by.id)


def set_bilingual(by: Person, person_id: str, *, on: bool) -> None:
    """Set whether a person writes both languages; the person or a lead may."""
    if person_id != by.id:
        by.must("crew.invite")
    with transaction() as tx:
        person = _colleague(tx, by, person_id)
        store.set_bilingual(tx, person.id, on=on)
        _record(tx, Fact.PERSON_BILINGUAL, by.event_id, key=person.id, by=by.id)


def edit(by: Person, person_id: str, **changes: str) -> Person:
    """Change a person's `name`, `email` or `telephone`; the person or a lead may.

    Many lists show a name, so a new one has them read anew.
    """
    by.must("crew.invite" if person_id != by.id else "crew.read")
    with transaction() as tx:
        before = _colleague(tx, by, person_id)
        after = _with_contact(before, **changes)
        if after == before:
            return before
        store.save_contact(tx, after)
        if after.name != before.name:
            journal.start_over(tx)
        _record(tx, Fact.PERSON_CHANGED, by.event_id, key=after.id, by=by.id)
    return after


def remove(by: Person, person_id: str, leaves: Iterable[Leave] = ()) -> None:
    """Remove a person and sign out their devices; their submissions stay.

    `leaves` are what features do then. Raises LastLeadError for the only lead.
    """
    by.must("crew.remove")
    now = clock.now()
    with transaction() as tx:
        event_store.lock(tx, by.event_id)  # before the rows that features lock as someone leaves
        person = _colleague(tx, by, person_id)
        crew = store.people_of(tx, by.event_id)
        if person.role is Role.LEAD and sum(p.role is Role.LEAD for p in crew) == 1:
            raise LastLeadError
        theirs = [
            each
            for each in device_store.list_signed_in(tx, by.event_id, now)
            if each.person_id == person.id and device_store.revoke(tx, each.id, now)
        ]
        store.remove_person(tx, person.id, now)
        invite_store.close_all(tx, person.id)
        for leave in leaves:  # after those rows, since they record facts
            leave(tx, person)
        for _ in theirs:
            _record(tx, Fact.DEVICE_REVOKED, by.event_id, key=person.id, by=by.id)
        _record(tx, Fact.PERSON_REMOVED, by.event_id, key=person.id, by=by.id)


def set_lang(by: Person, lang: Lang) -> None:
    """Set the language that a person reads."""
    with transaction() as tx:
        store.set_lang(tx, by.id, lang)


def _at_the_rehearsal(tx: sa.Connection, lead: Person, device: Device) -> tuple[Person, Device]:
    there = store.rehearsal_lead(tx)
    own = event_store.get(tx, lead.event_id) if there else None
    return (there, device) if there and own and not own.rehearsal else (lead, device)


def _add_person(
    tx: sa.Connection,
    event_id: str,
    name: str,
    role: Role,
    lang: Lang,
    *,
    by: str,
    email: str | None = None,
    telephone: str | None = None,
) -> Person:
    person = Person(
        ids.new(),
        event_id,
        checked_name(name),
        role,
        lang,
        email=checked_email(email) if email else None,
        telephone=checked_telephone(telephone) if telephone else None,
    )
    store.add_person(tx, person, clock.now())
    _record(tx, Fact.PERSON_ADDED, event_id, key=person.id, by=by)
    return person


def _make_invite(
    tx: sa.Connection, person: Person, *, most: int = MAX_DEVICES, until: datetime | None = None
) -> NewInvite:
    token, code = ids.token(), ids.code()
    made = Invite(ids.new(), person.id, until or clock.now() + INVITE_LASTS, most)
    invite_store.add(tx, made, ids.digest(token), ids.digest(code))
    return NewInvite(made.id, person, token, code)


def _until(tx: sa.Connection, by: Person, post: Post | None) -> datetime | None:
    """Return until when an invite works that is sent by letter; None for the usual time."""
    return invite_lasts(_event(tx, by.event_id), clock.now()) if post else None


def _posted(tx: sa.Connection, made: NewInvite, post: Post | None, by: Person) -> NewInvite:
    """Write the letter that takes an invite to its person, if there is a `post`."""
    if post is None:
        return made
    event, to = _event(tx, by.event_id), made.person
    fields = invitation(event, made, lead=by.name, base_url=post.base_url)
    key = f"{INVITE.name}:{made.id}"
    return replace(made, letter=post.write(tx, to, INVITE, fields, key=key, by=by.id))


def _sign_in(tx: sa.Connection, person: Person, kind: DeviceKind, label: str) -> str:
    secret, now = ids.token(), clock.now()
    event = _event(tx, person.event_id)
    label = label.strip()[:120] or kind.value
    device = Device(
        ids.new(), person.id, kind, label, now, now, expiry(person.role, kind, event, now)
    )
    device_store.add(tx, device, ids.digest(secret))
    _record(tx, Fact.DEVICE_ADDED, person.event_id, key=person.id, by=person.id)
    return secret


def _revoke(tx: sa.Connection, device_id: str, holder: Person, *, by: str) -> None:
    if device_store.revoke(tx, device_id, clock.now()):
        _record(tx, Fact.DEVICE_REVOKED, holder.event_id, key=holder.id, by=by)


def _colleague(tx: sa.Connection, by: Person, person_id: str) -> Person:
    person = store.get_person(tx, person_id)
    if person is None or person.event_id != by.event_id:
        raise NotFoundError(person_id)
    return person


def _must_be_nobodys(tx: sa.Connection, event_id: str, email: str | None) -> None:
    """Raise InvalidError if someone of the crew has this address."""
    if email and (found := store.by_email(tx, event_id, checked_email(email))):
        raise InvalidError("email", "on_team", name=found.name)


def _with_contact(person: Person, **changes: str) -> Person:
    """Return a person with another name, or other ways to reach them; an empty one is none."""
    new: dict[str, Any] = dict(changes)
    if "name" in new:
        new["name"] = checked_name(new["name"])
    for field, check in (("email", checked_email), ("telephone", checked_telephone)):
        if field in new:
            new[field] = check(new[field]) if new[field].strip() else None
    return replace(person, **new)


def _event(tx: sa.Connection, event_id: str) -> Event:
    event = event_store.get(tx, event_id)
    if event is None:
        raise NotFoundError(event_id)
    return event


def _record(tx: sa.Connection, fact: Fact, event_id: str, *, key: str, by: str) -> None:
    journal.record(tx, fact, event_id=event_id, key=key, owner=key, by=by)
