"""Submissions as lists show them: with their photos and the names of the people involved."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from mixroom.core.views import Item
from mixroom.crew import store as crew_store
from mixroom.media import store as media_store
from mixroom.media.formats import as_item
from mixroom.media.model import MediaStatus
from mixroom.requests import store as request_store
from mixroom.submissions import store
from mixroom.submissions.content import Purpose
from mixroom.submissions.formats import internal, photo_details, published, to_translate
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Status
from mixroom.submissions.reasons import labels


def with_status(
    tx: sa.Connection, event_id: str, keys: Collection[str], statuses: Collection[Status]
) -> list[Submission]:
    """Return those of the submissions that belong to this event and have one of these statuses."""
    found = store.get_many(tx, keys)
    return [each for each in found if each.event_id == event_id and each.status in statuses]


def internal_items(
    tx: sa.Connection, found: Sequence[Submission], *, to_reviewers: bool = True
) -> dict[str, Item]:
    """Return submissions as their author or the reviewers see them.

    Only reviewers see the twins of a photo, which may be other people's.
    """
    photos = _photos(tx, found) if to_reviewers else _photos_without_twins(tx, found)
    people = {s.author_id for s in found} | {s.decision.by for s in found if s.decision}
    people |= {s.claim.by for s in found if s.claim}
    answered = {s.request_id for s in found if s.request_id}
    asked = request_store.askers(tx, answered) if answered else {}
    people |= {by for _, by in asked.values() if by}
    names, reasons = crew_store.names(tx, people), labels()
    return {s.id: internal(s, photos.get(s.id, []), names, reasons, asked) for s in found}


def published_items(
    tx: sa.Connection, event_id: str, keys: Collection[str], purpose: Purpose
) -> dict[str, Item]:
    """Return the approved submissions that may be used for the purpose, as everyone sees them.

    A submission is left out while one of its photos is not ready, for example being blurred.
    """
    approved = with_status(tx, event_id, keys, [Status.APPROVED])
    found = [each for each in approved if each.content.allows(purpose)]
    photos = _photos(tx, found)
    return {s.id: published(s, own) for s in found if _all_ready(own := photos.get(s.id, []))}


def items_to_translate(tx: sa.Connection, event_id: str, keys: Collection[str]) -> dict[str, Item]:
    """Return the approved submissions that lack a language, as translators see them."""
    approved = with_status(tx, event_id, keys, [Status.APPROVED])
    found = [each for each in approved if each.lacks]
    photos = _photos_without_twins(tx, found)
    people = {s.author_id for s in found} | {s.translation.by for s in found if s.translation}
    names = crew_store.names(tx, people)
    return {s.id: to_translate(s, photos.get(s.id, []), names) for s in found}


def _all_ready(photos: list[dict[str, Any]]) -> bool:
    """Return whether every photo is ready."""
    return all(photo["status"] == MediaStatus.READY.value for photo in photos)


def _photos_without_twins(
    tx: sa.Connection, found: Sequence[Submission]
) -> dict[str, list[dict[str, Any]]]:
    photos = _photos(tx, found)
    return {key: [each | {"twins": []} for each in own] for key, own in photos.items()}


def _photos(tx: sa.Connection, found: Sequence[Submission]) -> dict[str, list[dict[str, Any]]]:
    """Return the photos of each submission that has some, by its id."""
    with_photos = {s.id: s.content for s in found if s.content.media}
    attached = media_store.of_submissions(tx, with_photos) if with_photos else {}
    return {
        key: [as_item(each) | photo_details(with_photos[key].piece(each.id)) for each in media]
        for key, media in attached.items()
    }
