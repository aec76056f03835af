"""Reads of photos and clips, for the API and the worker; each function is one transaction."""

from collections.abc import Iterable

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.crew.model import Person
from mixroom.media import store
from mixroom.media.model import Media, MediaRole, MediaStatus, Original


def visible_to(by: Person, media_id: str) -> Media:
    """Return a photo to its author or to a reviewer of its event; raises NotFoundError."""
    photo = get(media_id)
    entitled = photo and (photo.owner_id == by.id or (by.reviews and photo.event_id == by.event_id))
    if photo is None or not entitled:
        raise NotFoundError(media_id)
    return photo


def sent_before(by: Person, hashes: Iterable[str]) -> list[Media]:
    """Return the event's photos with one of these SHA-256 hashes (hexadecimal)."""
    by.must("media.upload")
    with reading() as tx:
        return store.with_hashes(tx, by.event_id, hashes)


def get(media_id: str) -> Media | None:
    """Return a photo or None, without a check of permissions."""
    with reading() as tx:
        return store.get(tx, media_id)


def undeveloped(media_id: str, role: MediaRole) -> Media | None:
    """Return a photo if its preview or original has still to be developed, else None."""
    photo = get(media_id)
    if photo is None:
        return None
    if role is MediaRole.PREVIEW:
        return photo if photo.status is MediaStatus.PROCESSING else None
    return photo if photo.original is Original.RECEIVED else None


def unrendered(media_id: str) -> Media | None:
    """Return a photo if its last retouching has still to be applied, else None."""
    photo = get(media_id)
    return photo if photo and photo.needs_rendering else None
