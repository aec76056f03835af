"""The verbs for announcements: send, acknowledge, end."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.announcements import store
from mixroom.announcements.model import HERE_WITHIN, Announcement, Audience, Fact, checked
from mixroom.announcements.notices import ANNOUNCED
from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import device_store
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.push import actions as push
from mixroom.push.model import Message
from mixroom.wall import actions as wall


def send(
    by: Person,
    text: Bilingual,
    *,
    audience: Audience = Audience.ALL,
    role: Role | None = None,
    minutes: int = 30,
    on_walls: bool = False,
    announcement_id: str | None = None,
) -> Announcement:
    """Tell the crew: on every open page, on the phones, and with `on_walls` on every screen too.

    A retry with the same id is the same announcement. Raises InvalidError, NotFoundError for the id
    of another event.
    """
    by.must("announcement.send")
    checked(text, minutes, audience, role)
    now = clock.now()
    until = now + timedelta(minutes=minutes)
    new = Announcement(
        announcement_id or ids.new(), by.event_id, by.id, text, now, until, audience, role
    )
    if on_walls:  # first, so that a retry after a failure shows it there too
        wall.show_message(by, wall.ALL, text, minutes)
    with transaction() as tx:
        people = _addressees(tx, new)
        if not store.add(tx, replace(new, told=len(people))):
            found = store.get(tx, by.event_id, new.id)
            if found is None:
                raise NotFoundError(new.id)
            return found
        notice = replace(ANNOUNCED, lasts=timedelta(minutes=minutes))
        for person_id in people:
            push.notify(tx, person_id, Message(notice, new.id, text), by=by.id)
        _record(tx, Fact.SENT, new.id, by)
    return replace(new, told=len(people))


def acknowledge(by: Person, key: str) -> None:
    """Note that a person has read an announcement; once is enough. Raises NotFoundError."""
    by.must("announcement.read")
    with transaction() as tx:
        if store.get(tx, by.event_id, key) is None:
            raise NotFoundError(key)
        if store.add_receipt(tx, key, by.id, clock.now()):
            _record(tx, Fact.READ, key, by)


def end(by: Person, key: str) -> None:
    """Stop showing an announcement. Raises NotFoundError."""
    by.must("announcement.send")
    with transaction() as tx:
        before = store.get(tx, by.event_id, key)
        if before is None:
            raise NotFoundError(key)
        after = before.ended(clock.now())
        if after != before:
            store.save_end(tx, after)
            _record(tx, Fact.ENDED, key, by)


def _addressees(tx: sa.Connection, new: Announcement) -> list[str]:
    """Return the ids of the people to whom it is addressed, without its sender and the screens."""
    crew = [each for each in crew_store.people_of(tx, new.event_id) if each.role is not Role.SCREEN]
    if new.audience is Audience.ROLE:
        crew = [each for each in crew if each.role is new.role]
    if new.audience is Audience.HERE:
        here = device_store.seen_since(tx, new.event_id, new.sent_at - HERE_WITHIN)
        crew = [each for each in crew if each.id in here]
    return [each.id for each in crew if each.id != new.by]


def _record(tx: sa.Connection, fact: Fact, key: str, by: Person) -> None:
    journal.record(tx, fact, event_id=by.event_id, key=key, owner=by.event_id, by=by.id)
