"""Actions that make the next edition from this one, and ask its people again."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa

from mixroom.core import jobs
from mixroom.core.db import transaction
from mixroom.core.files import Store
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.crew.actions import NewInvite
from mixroom.crew.model import Person
from mixroom.event import results, store
from mixroom.event.model import Event, Languages
from mixroom.event.renewal import Renewal, next_edition
from mixroom.setup.model import ASK_JOB, stored

Renews = Iterable[Callable[[sa.Connection, Renewal], object]]


@dataclass(frozen=True, slots=True)
class Renewed:
    """A new edition, the invite of the lead who made it, and how many people will be asked."""

    event: Event
    invite: NewInvite
    asked: int


def renew(
    by: Person,
    slug: str,
    name: Bilingual,
    starts_on: date,
    ends_on: date,
    *,
    people: Collection[str],
    renews: Renews,
    files: Store,
) -> Renewed:
    """Open the next edition, which becomes the present one; ask these people by letter.

    Raises InvalidError and SlugTakenError.
    """
    by.must("event.edit")
    with transaction() as tx:
        old = store.require(tx, by.event_id)
        new = next_edition(old, slug, name, starts_on, ends_on)
        _open(tx, Renewal(old, new, by.id), renews, files)
        made = crew.add_in(tx, new.id, by.name, Role.LEAD, by.lang, by=new.id, email=by.email)
        asked = _ask(tx, old, new, [each for each in people if each != by.id])
    return Renewed(new, made, asked)


def renew_from_server(
    old: Event,
    slug: str,
    name: Bilingual,
    starts_on: date,
    ends_on: date,
    *,
    timezone: str | None = None,
    languages: Languages | None = None,
    with_people: bool,
    renews: Renews,
    files: Store,
) -> Event:
    """Open the next edition from the command line; raises InvalidError and SlugTakenError."""
    with transaction() as tx:
        like = replace(old, timezone=timezone or old.timezone, languages=languages or old.languages)
        new = next_edition(like, slug, name, starts_on, ends_on)
        _open(tx, Renewal(old, new, old.id), renews, files)
        if with_people:
            _ask(tx, old, new, [each.id for each in crew_store.people_of(tx, old.id)])
    return new


def _open(tx: sa.Connection, renewal: Renewal, renews: Renews, files: Store) -> None:
    results.open_new(tx, renewal.new, by=renewal.new.id)
    for give in renews:
        give(tx, renewal)
    if logo := renewal.old.look.logo:
        with files.local(stored(renewal.old.id, logo.file)) as file:
            files.write(file.read(), stored(renewal.new.id, logo.file))


def _ask(tx: sa.Connection, old: Event, new: Event, people: Collection[str]) -> int:
    """Enqueue a job for each person, so that the letters of a large crew hold up nobody."""
    crew_of = {each.id: each for each in crew_store.people_of(tx, old.id)}
    chosen = [key for key in people if key in crew_of and crew_of[key].role is not Role.SCREEN]
    for key in chosen:
        jobs.enqueue(tx, ASK_JOB, {"person_id": key, "event_id": new.id})
    return len(chosen)
