"""Reads of photos and clips: for the API, for the worker, and for the server itself."""

from collections.abc import Iterable

from mixroom.core.db import reading
from mixroom.core.errors import NotFoundError
from mixroom.media import store
from mixroom.media.model import Media, MediaRole, MediaStatus, Original
from mixroom.team.model import Person


def visible_to(by: Person, media_id: str) -> Media:
    """Return a photo to its author or to a reviewer of its event; raises NotFoundError."""
    photo = get(media_id)
    entitled = photo and (photo.owner_id == by.id or (by.reviews and photo.event_id == by.event_id))
    if photo is None or not entitled:
        raise NotFoundError(media_id)
    return photo


def sent_before(by: Person, hashes: Iterable[str]) -> list[Media]:
    """Return the photos that this event has been sent before, by the SHA-256 of their files."""
    by.must("media.upload")
    with reading() as tx:
        return store.with_hashes(tx, by.event_id, hashes)


def get(media_id: str) -> Media | None:
    """Return a photo without asking for a permission."""
    with reading() as tx:
        return store.get(tx, media_id)


def undeveloped(media_id: str, role: MediaRole) -> Media | None:
    """Return a photo whose preview or original is still to be developed, or None."""
    photo = get(media_id)
    if photo is None:
        return None
    if role is MediaRole.PREVIEW:
        return photo if photo.status is MediaStatus.PROCESSING else None
    return photo if photo.original is Original.RECEIVED else None


def unrendered(media_id: str) -> Media | None:
    """Return a photo whose renditions are not yet as a reviewer wants them, or None."""
    photo = get(media_id)
    return photo if photo and photo.needs_rendering else None
