"""Reads of promises: for pages, programs, the calendar and alarms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock
from mixroom.core.calendar_entries import CalendarEntry
from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.core.roles import allows
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.plan import post_store
from mixroom.plan import store as plan_store
from mixroom.plan.model import Publication
from mixroom.promises import store
from mixroom.promises.items import Standing, as_item, standings, titled
from mixroom.promises.limits import MOST_OFFERED
from mixroom.promises.model import FITTING, ON_WALLS, Evidence, EvidenceKind, Promise, State
from mixroom.sponsors import store as sponsor_store
from mixroom.sponsors.model import Sponsor
from mixroom.submissions import lists
from mixroom.submissions import store as submission_store
from mixroom.submissions.content import Purpose
from mixroom.submissions.items import published_items
from mixroom.submissions.moves import Status
from mixroom.supports import store as support_store
from mixroom.supports.queries import valid_supports


@dataclass(frozen=True, slots=True)
class Overview:
    """The promises of an event; `names` are those of sponsors, `people` of owners and others.

    `links` has the path or the address of each piece of evidence that stands and has one.
    """

    standings: list[Standing]
    sponsors: list[Sponsor]
    names: dict[str, Bilingual]
    tiers: dict[str, str]
    people: dict[str, str]
    links: dict[str, str]

    def of(self, state: State) -> list[Standing]:
        """Return the promises in a state, the first due first."""
        return [each for each in self.standings if each.state is state]


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be evidence of a promise: publications, supports and photos, the newest."""

    publications: list[tuple[Publication, Bilingual]]
    supports: dict[str, Bilingual]
    photos: list[tuple[str, Bilingual]]


def overview(by: Person, sponsor_id: str | None = None) -> Overview:
    """Return the promises of the person's event, or those to one sponsor."""
    by.must("promise.read")
    with reading() as tx:
        found = store.list_all(tx, by.event_id)
        if sponsor_id:
            found = [each for each in found if each.sponsor_id == sponsor_id]
        return _overview(tx, by.event_id, found)


def one(by: Person, key: str) -> tuple[Overview, Offered]:
    """Return a promise, and what may be evidence of it; raises NotFoundError."""
    by.must("promise.read")
    with reading() as tx:
        found = store.get(tx, by.event_id, key)
        if found is None:
            raise NotFoundError(key)
        return _overview(tx, by.event_id, [found]), _offered(tx, found)


def page(by: Person) -> list[dict[str, Any]]:
    """Return the promises as programs get them, the first due first."""
    by.must("promise.read")
    with reading() as tx:
        found = store.list_all(tx, by.event_id)
        return [item_of(each) for each in standings(tx, by.event_id, found, clock.now())]


def item(by: Person, key: str) -> dict[str, Any]:
    """Return a promise as programs get it; raises NotFoundError."""
    by.must("promise.read")
    with reading() as tx:
        found = store.get(tx, by.event_id, key)
        if found is None:
            raise NotFoundError(key)
        return item_of(standings(tx, by.event_id, [found], clock.now())[0])


def item_of(each: Standing) -> dict[str, Any]:
    """Return a promise with its state, as programs get it."""
    done = each.delivery
    made = as_item(each.promise, each.evidence)
    return made | {"has": done.has, "wants": done.wants, "state": each.state.value}


def owners(by: Person) -> list[Person]:
    """Return the people who may own a promise: those who may read it."""
    with reading() as tx:
        crew = crew_store.people_of(tx, by.event_id)
    return [each for each in crew if allows(each.role, "promise.read")]


def late(tx: sa.Connection, event_id: str, before: datetime) -> list[Standing]:
    """Return the promises that were due before a time and are not kept, the oldest first."""
    found = store.unkept_before(tx, event_id, before)
    return [
        each for each in standings(tx, event_id, found, clock.now()) if each.state is not State.KEPT
    ]


def entries(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime, *, late: bool = False
) -> Iterator[CalendarEntry]:
    """Yield an entry of the calendar for each promise that is due in a time, or late."""
    found = store.due_between(tx, event_id, since, until)
    names = sponsor_store.names(tx, event_id) if found else {}
    for each in standings(tx, event_id, found, clock.now()):
        promise = each.promise
        if late and each.state is not State.LATE:
            continue
        yield CalendarEntry(
            f"promise:{promise.id}",
            promise.due,
            titled(promise, names.get(promise.sponsor_id, Bilingual())),
            f"/promises/{promise.id}",
            "promise",
            promise.owner_id,
            is_done=each.state is State.KEPT,
            is_late=each.state is State.LATE,
        )


def _overview(tx: sa.Connection, event_id: str, found: list[Promise]) -> Overview:
    sponsors = sponsor_store.list_all(tx, event_id)
    made = standings(tx, event_id, found, clock.now())
    people = {each.promise.owner_id for each in made if each.promise.owner_id}
    people |= {one.by for each in made for one in each.evidence}
    return Overview(
        made,
        sponsors,
        sponsor_store.names(tx, event_id),
        {each.id: each.tier.value for each in sponsors},
        {key: name for key, (name, _) in crew_store.names(tx, people).items()},
        _links(tx, event_id, [one for each in made for one in each.evidence if not one.lost_at]),
    )


def _links(tx: sa.Connection, event_id: str, pieces: list[Evidence]) -> dict[str, str]:
    """Return where each piece of evidence can be looked at: in public, where that is possible."""
    refs = {kind: {p.ref for p in pieces if p.kind is kind and p.ref} for kind in EvidenceKind}
    posts = post_store.posts_of(tx, refs[EvidenceKind.PUBLICATION])
    out = {
        (each.message_id, each.channel): each.url
        for some, _ in posts.values()
        for each in some
        if each.url
    }
    supports = support_store.some(tx, event_id, refs[EvidenceKind.SUPPORT])
    addresses = {each.id: each.address for each in supports}
    shown = published_items(tx, event_id, refs[EvidenceKind.PHOTO], Purpose.WEB)
    made: dict[str, str | None] = {}
    for each in pieces:
        if each.kind is EvidenceKind.PUBLICATION and each.channel:
            made[each.id] = out.get((str(each.ref), each.channel), f"/plan/messages/{each.ref}")
        elif each.kind is EvidenceKind.PHOTO:
            made[each.id] = shown[each.ref]["media"][0]["card"] if each.ref in shown else None
        else:
            made[each.id] = each.url or addresses.get(str(each.ref))
    return {key: link for key, link in made.items() if link}


def _offered(tx: sa.Connection, promise: Promise) -> Offered:
    fitting = () if promise.kind in ON_WALLS else FITTING[promise.kind]
    event_id = promise.event_id
    return Offered(
        _publications(tx, promise) if EvidenceKind.PUBLICATION in fitting else [],
        valid_supports(tx, event_id) if EvidenceKind.SUPPORT in fitting else {},
        _photos(tx, event_id) if EvidenceKind.PHOTO in fitting else [],
    )


def _publications(tx: sa.Connection, promise: Promise) -> list[tuple[Publication, Bilingual]]:
    """Return the newest publications, one for each message and channel."""
    found = post_store.newest_publications(tx, promise.event_id, MOST_OFFERED)
    if promise.channels:
        found = [each for each in found if each.channel in promise.channels]
    unique = {(each.message_id, each.channel): each for each in reversed(found)}
    messages = plan_store.with_ids(tx, {each.message_id for each in unique.values()})
    return [(each, messages[each.message_id].name) for each in reversed(unique.values())]


def _photos(tx: sa.Connection, event_id: str) -> list[tuple[str, Bilingual]]:
    """Return the newest approved submissions with a photo, in a few words."""
    keys = lists.keys_with_status(tx, event_id, [Status.APPROVED], newest=MOST_OFFERED)
    found = [each for each in submission_store.get_many(tx, keys) if each.content.media]
    return [(each.id, each.content.text or each.content.alt) for each in found][::-1]
