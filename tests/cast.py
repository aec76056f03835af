"""The cast: who the tests are about, at an event of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from mixroom.core import clock, db, doorbell, ids
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions
from mixroom.crew.model import Person
from mixroom.event import actions as event_actions
from mixroom.event.model import Event, Group, GroupKind
from mixroom.media import store as media_store
from mixroom.media.model import Media, MediaRole, MediaStatus
from tests.servers import Server

ROLES = {
    "amelie": ("Amélie Roy", Role.LEAD),
    "ben": ("Ben Carter", Role.COMMUNITY_MANAGER),
    "chloe": ("Chloé Gagnon", Role.PHOTOGRAPHER),
    "driss": ("Driss Alaoui", Role.BLOGGER),
    "flora": ("Flora Nguyen", Role.PRESS),
}


@dataclass(frozen=True)
class Cast:
    """Everyone's person and token; Mur is the screen, Ève the lead of another event."""

    event: Event
    people: dict[str, Person]
    tokens: dict[str, str]

    def __getattr__(self, name: str) -> Person:
        return self.people[name]


def new_event(slug: str | None = None) -> Event:
    """Open an event of three days with two teams and a place."""
    groups = (
        Group(ids.new(), GroupKind.TEAM, Bilingual("Équipe Pixel", "Team Pixel")),
        Group(ids.new(), GroupKind.TEAM, Bilingual("Équipe Écho", "Team Echo")),
        Group(ids.new(), GroupKind.PLACE, Bilingual("Atelier", "Workshop")),
    )
    return event_actions.create(
        slug or f"test-{ids.new()}",
        Bilingual("Museomix Montréal", "Museomix Montréal"),
        date(2015, 11, 6),
        date(2015, 11, 8),
        "America/Toronto",
        groups=groups,
    )


def enter(*, present: bool = False) -> Cast:
    """Bring the cast on, in the database that is connected.

    Visitors see the newest event: that of the cast with `present`, otherwise that of Ève.
    """
    first, newest = new_event(), new_event()
    event, elsewhere = (newest, first) if present else (first, newest)
    people, tokens = {}, {}
    for key, (name, role) in ROLES.items():
        people[key], tokens[key] = actions.token_from_server(event.id, name, role)
    people["mur"], tokens["mur"] = actions.token_from_server(event.id, "Mur", Role.SCREEN)
    people["eve"], tokens["eve"] = actions.token_from_server(elsewhere.id, "Ève", Role.LEAD)
    return Cast(event, people, tokens)


def ready_photo(by: Person) -> str:
    """Return a photo of theirs that nobody waits for any more, though it has no pictures."""
    photo = Media(
        id=ids.new(),
        event_id=by.event_id,
        owner_id=by.id,
        submission_id=None,
        role=MediaRole.ORIGINAL,
        bytes=1,
        sha256="0" * 64,
        created_at=clock.now(),
        status=MediaStatus.READY,
        width=1200,
        height=900,
    )
    with db.transaction() as tx:
        media_store.add(tx, photo)
    return photo.id


@contextmanager
def cast_at(server: Server, *, present: bool = False) -> Iterator[Cast]:
    """Bring the cast on at a running server, whose database the test reaches meanwhile."""
    engine = db.connect(server.settings.database_url)
    doorbell.place(server.settings.database_url)
    try:
        yield enter(present=present)
    finally:
        engine.dispose()
