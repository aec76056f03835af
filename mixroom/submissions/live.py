"""What people follow of submissions: an author their own, everyone what is approved."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

from mixroom.core.roles import CREW, Role
from mixroom.core.speech import both
from mixroom.core.text import Bilingual
from mixroom.core.views import Item, View
from mixroom.media import store as media_store
from mixroom.media.formats import as_item
from mixroom.media.model import Fact as MediaFact
from mixroom.media.model import MediaStatus
from mixroom.submissions import store
from mixroom.submissions.content import Purpose
from mixroom.submissions.formats import internal, published, said_of, to_translate
from mixroom.submissions.model import Fact, Status, Submission
from mixroom.submissions.reasons import IMPLIED, REASONS
from mixroom.team import store as team_store

HEARS = frozenset(Fact) | frozenset(MediaFact)
# What can change something that is shown: what goes on at the desk is not told to every wall.
SHOWN = frozenset(MediaFact) | {
    Fact.APPROVED,
    Fact.AMENDED,
    Fact.REOPENED,
    Fact.WITHDRAWN,
    Fact.RECALLED,
    Fact.REPORTED,
}
MOST_PUBLISHED = 2000


@cache
def reasons() -> dict[str, Bilingual]:
    """Return the words of every reason that has a code."""
    groups = [*REASONS.values(), IMPLIED]
    return {code: both(label) for group in groups for code, label in group.items()}


def internal_items(
    tx: sa.Connection, found: Sequence[Submission], *, to_reviewers: bool = True
) -> dict[str, Item]:
    """Return submissions as their author or the reviewers see them; authors see no twins."""
    photos = _photos(tx, found)
    if not to_reviewers:
        photos = {key: [each | {"twins": []} for each in own] for key, own in photos.items()}
    people = {s.author_id for s in found} | {s.decision.by for s in found if s.decision}
    people |= {s.claim.by for s in found if s.claim}
    names, words = team_store.names(tx, people), reasons()
    return {s.id: internal(s, photos.get(s.id, []), names, words) for s in found}


def _published_items(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, Item]:
    """Return submissions as everyone sees them; not those of which a photo is being blurred."""
    photos = _photos(tx, found)
    pairs = ((s, photos.get(s.id, [])) for s in found)
    return {s.id: published(s, seen) for s, seen in pairs if _ready(seen) == seen}


def _ready(photos: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [photo for photo in photos if photo["status"] == MediaStatus.READY.value]


def _photos(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, list[dict[str, Any]]]:
    with_photos = {s.id: s.content for s in found if s.content.media}
    attached = media_store.of_submissions(tx, with_photos) if with_photos else {}
    return {
        key: [as_item(each) | said_of(with_photos[key].piece(each.id)) for each in media]
        for key, media in attached.items()
    }


def _own(tx: sa.Connection, person_id: str, keys: Collection[str]) -> dict[str, Item]:
    found = [each for each in store.get_many(tx, keys) if each.author_id == person_id]
    return internal_items(tx, found, to_reviewers=False)


def with_status(
    tx: sa.Connection, event_id: str, keys: Collection[str], statuses: Collection[Status]
) -> list[Submission]:
    """Return those of the submissions that are of this event and in one of these states."""
    found = store.get_many(tx, keys)
    return [each for each in found if each.event_id == event_id and each.status in statuses]


def published_view(name: str, purpose: Purpose) -> View:
    """Return the view of what is approved and may be used so."""

    def keys(tx: sa.Connection, event_id: str) -> list[str]:
        return store.keys_with_status(tx, event_id, [Status.APPROVED], newest=MOST_PUBLISHED)

    def find(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
        approved = with_status(tx, event_id, keys, [Status.APPROVED])
        return _published_items(tx, [each for each in approved if each.content.allows(purpose)])

    def may_name(tx: sa.Connection, _event_id: str, keys: Collection[str]) -> list[str]:
        def was_allowed(key: str) -> bool:
            said = store.revisions_of(tx, key)
            return any(each.content.allows(purpose) for each in said)

        return [key for key in store.ever_approved(tx, keys) if was_allowed(key)]

    return View(name, hears=SHOWN, keys=keys, find=find, roles=frozenset(Role), may_name=may_name)


def _lacking(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, Item]:
    """Return submissions as those see them who translate."""
    photos = {
        key: [each | {"twins": []} for each in own] for key, own in _photos(tx, found).items()
    }
    people = {s.author_id for s in found} | {s.translation.by for s in found if s.translation}
    names = team_store.names(tx, people)
    return {s.id: to_translate(s, photos.get(s.id, []), names) for s in found}


def _lacking_of(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    approved = with_status(tx, event_id, keys, [Status.APPROVED])
    return _lacking(tx, [each for each in approved if each.lacks])


DESK = View("desk", hears=HEARS, keys=store.keys_by_author, find=_own, roles=CREW, whose="person")
PUBLIC = published_view("public", Purpose.WEB)
TRANSLATIONS = View(
    "translations",
    hears=SHOWN | {Fact.ASKED, Fact.TRANSLATED},
    keys=store.keys_lacking,
    find=_lacking_of,
    roles=CREW,
)
