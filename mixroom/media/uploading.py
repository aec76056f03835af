"""An original on its way in portions: announced, added to, whole or given up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Store
from mixroom.event import store as event_store
from mixroom.media import results, store
from mixroom.media.filetypes import MediaKind
from mixroom.media.model import MISSING, IdTakenError, Media, MediaRole, Original
from mixroom.media.uploads import (
    EventFullError,
    ExpiredError,
    Quotas,
    TooMuchAnnouncedError,
    Upload,
)
from mixroom.team.model import Person

KEPT_FOR = timedelta(days=7)  # since the last byte came: longer than an event lasts


def announce(
    by: Person,
    files: Store,
    media_id: str | None,
    length: int,
    kind: str,
    sha256: str | None,
    quotas: Quotas,
) -> Upload:
    """Announce a file of `length` bytes and of a media type, and its photo.

    Announced again, it is the same upload: a lost answer does no harm. Where the photo is not
    known yet it is from here on, so that a submission can name it.
    Raises IdTakenError where the id stands for another file, TooMuchAnnouncedError and
    EventFullError where what has been announced before has to come first.
    """
    by.must("media.upload")
    if not length:
        raise InvalidError("Upload-Length", "empty")
    try:
        return _announced(by, files, media_id or ids.new(), length, kind, sha256, quotas)
    except sa.exc.IntegrityError:  # announced twice at the same moment: the other one was first
        return _announced(by, files, media_id or "", length, kind, sha256, quotas)


def find(by: Person, key: str) -> Upload:
    """Return one's own upload; raises NotFoundError and, where it was given up, ExpiredError."""
    with reading() as tx:
        upload = store.upload(tx, key)
    if upload is None or upload.owner_id != by.id:
        raise NotFoundError(key)
    if not upload.done and upload.expires_at < clock.now():
        raise ExpiredError(key)
    return upload


def reached(upload: Upload, files: Store) -> int:
    """Return how many bytes are here; whatever adds to them goes on.

    A file that had become whole when the server died, and was not looked at, is looked at now; no
    older request takes anything back from it.
    """
    if upload.done:
        return upload.length
    partial = files.partial(upload.id)
    here = partial.size
    if here >= upload.length:
        partial.take_over()
        progressed(upload, files)
    return here


def progressed(upload: Upload, files: Store) -> Upload:
    """Note that bytes have come; a file that is whole now is looked at."""
    partial = files.partial(upload.id)
    with transaction() as tx:
        locked = store.upload_locked(tx, upload.id)
        photo = store.get_locked(tx, upload.id)
        if locked is None or photo is None:
            raise NotFoundError(upload.id)
        whole = not locked.done and partial.size >= locked.length
        after = replace(locked, done=locked.done or whole, expires_at=clock.now() + KEPT_FOR)
        store.save_upload(tx, after)
        if whole:
            results.arrived(tx, photo, partial.whole(), files)
    if after.done:
        partial.forget()
    return after


def cancel(by: Person, files: Store, key: str) -> None:
    """Give an upload up; what was reviewed of it stays."""
    upload = find(by, key)
    _give_up(files, upload.id, lambda found: not found.done)


def expire(files: Store) -> int:
    """Give up what nobody has added to for KEPT_FOR; return how many uploads."""
    now = clock.now()
    with reading() as tx:
        overdue = store.overdue_uploads(tx, now)
    for key in overdue:
        _give_up(files, key, lambda found: not found.done and found.expires_at < now)
    return len(overdue)


def _give_up(files: Store, key: str, still: Callable[[Upload], bool]) -> None:
    with transaction() as tx:
        upload = store.upload_locked(tx, key)
        if upload is None or not still(upload):
            return
        photo = store.get_locked(tx, key)
        store.remove_upload(tx, key)
        if photo is not None and photo.original is Original.AWAITED:
            results.lost(tx, photo)
    files.partial(key).forget()


def _announced(
    by: Person,
    files: Store,
    key: str,
    length: int,
    kind: str,
    sha256: str | None,
    quotas: Quotas,
) -> Upload:
    upload = Upload(key, by.id, length, kind, False, clock.now() + KEPT_FOR)
    with transaction() as tx:
        photo = store.get_locked(tx, key)
        before = store.upload_locked(tx, key)
        if photo is not None and photo.owner_id != by.id:
            raise IdTakenError(key)
        if before is not None and before.length == length and not _in_vain(before, photo):
            if not before.done:  # it may have been about to be given up
                store.save_upload(tx, replace(before, expires_at=upload.expires_at))
            return before
        if photo is not None and photo.original not in MISSING:
            raise IdTakenError(key)
        if before is not None and not before.done and before.length != length:
            raise IdTakenError(key)
        _must_have_room(tx, by, length, quotas)
        files.partial(key).forget()
        if photo is None:
            store.add(tx, _expected(by, upload, sha256))
        else:
            told = sha256 or photo.original_sha256
            store.save(tx, replace(photo, original=Original.AWAITED, original_sha256=told))
        store.save_upload(tx, upload)
    return upload


def _must_have_room(tx: sa.Connection, by: Person, length: int, quotas: Quotas) -> None:
    event_store.lock(tx, by.event_id)
    many, size = store.under_way(tx, owner_id=by.id)
    if not quotas.person.allows(many + 1, size + length):
        raise TooMuchAnnouncedError(by.id)
    many, size = store.under_way(tx, event_id=by.event_id)
    if not quotas.event.allows(many + 1, size + length):
        raise EventFullError(by.event_id)


def _in_vain(upload: Upload, photo: Media | None) -> bool:
    """Return whether all of it came and could not be used, so that it has to come again."""
    return upload.done and (photo is None or photo.original in MISSING)


def _expected(by: Person, upload: Upload, sha256: str | None) -> Media:
    return Media(
        id=upload.id,
        event_id=by.event_id,
        owner_id=by.id,
        submission_id=None,
        role=MediaRole.ORIGINAL,
        bytes=upload.length,
        sha256="",  # not known before all of it is here
        created_at=clock.now(),
        kind=MediaKind.VIDEO if upload.type.startswith("video/") else MediaKind.PHOTO,
        original=Original.AWAITED,
        original_sha256=sha256,
    )
