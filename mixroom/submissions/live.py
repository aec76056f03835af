"""What people follow of submissions: an author their own, everyone what is approved."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import sqlalchemy as sa

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
from mixroom.team.model import CREW, Role

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


def _desk_items(tx: sa.Connection, person_id: str) -> dict[str, Item]:
    return internal_items(tx, store.by_author(tx, person_id), to_reviewers=False)


def _desk_item(tx: sa.Connection, person_id: str, key: str) -> Item | None:
    found = store.get(tx, key)
    if found is None or found.author_id != person_id:
        return None
    return internal_items(tx, [found], to_reviewers=False)[key]


def published_view(name: str, purpose: Purpose) -> View:
    """Return the view of what is approved and may be used so."""

    def items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
        found = store.with_status(tx, event_id, [Status.APPROVED], most=MOST_PUBLISHED)
        return _published_items(tx, [each for each in found if each.content.allows(purpose)])

    def item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
        found = store.get(tx, key)
        if found is None or found.event_id != event_id or found.status is not Status.APPROVED:
            return None
        return _published_items(tx, [found]).get(key) if found.content.allows(purpose) else None

    def listed(tx: sa.Connection, key: str) -> bool:
        approved = any(each.fact is Fact.APPROVED for _, each in store.decisions_of(tx, key))
        return approved and any(
            each.content.allows(purpose) for each in store.revisions_of(tx, key)
        )

    return View(name, hears=SHOWN, items=items, item=item, roles=frozenset(Role), listed=listed)


def _lacking(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, Item]:
    """Return submissions as those see them who translate."""
    photos = {
        key: [each | {"twins": []} for each in own] for key, own in _photos(tx, found).items()
    }
    people = {s.author_id for s in found} | {s.translation.by for s in found if s.translation}
    names = team_store.names(tx, people)
    return {s.id: to_translate(s, photos.get(s.id, []), names) for s in found}


def _lacking_items(tx: sa.Connection, event_id: str) -> dict[str, Item]:
    return _lacking(tx, store.lacking(tx, event_id))


def _lacking_item(tx: sa.Connection, event_id: str, key: str) -> Item | None:
    found = store.get(tx, key)
    if found is None or found.event_id != event_id or found.status is not Status.APPROVED:
        return None
    return _lacking(tx, [found])[key] if found.lacks else None


DESK = View("desk", hears=HEARS, items=_desk_items, item=_desk_item, roles=CREW, whose="person")
PUBLIC = published_view("public", Purpose.WEB)
TRANSLATIONS = View(
    "translations",
    hears=SHOWN | {Fact.ASKED, Fact.TRANSLATED},
    items=_lacking_items,
    item=_lacking_item,
    roles=CREW,
)
