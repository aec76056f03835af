"""The verbs of an upload in portions: announce it, ask for it, add to it, cancel it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.crew.model import Person
from mixroom.event import store as event_store
from mixroom.media import results, store
from mixroom.media.filetypes import MediaKind
from mixroom.media.model import MISSING, IdTakenError, Media, MediaRole, Original
from mixroom.media.uploads import (
    EventFullError,
    ExpiredError,
    IncompleteError,
    Quotas,
    TakenError,
    TooMuchAnnouncedError,
    Upload,
)

KEPT_FOR = timedelta(days=7)  # after the last byte; longer than an event


def announce(
    by: Person,
    files: Store,
    media_id: str | None,
    length: int,
    kind: str,
    sha256: str | None,
    quotas: Quotas,
) -> Upload:
    """Announce a file of `length` bytes and of the media type `kind`, and add its photo.

    A submission can name the photo from now on; a file of the type LOOSE has none. A repeated
    announcement returns the same upload, so that a lost answer does no harm.
    Raises IdTakenError if the id belongs to another file; TooMuchAnnouncedError or EventFullError
    if too many files or bytes are under way; InvalidError for an empty file.
    """
    by.must("media.upload")
    if not length:
        raise InvalidError("Upload-Length", "empty")
    try:
        return _announced(by, files, media_id or ids.new(), length, kind, sha256, quotas)
    except sa.exc.IntegrityError:  # a second announcement was faster
        return _announced(by, files, media_id or "", length, kind, sha256, quotas)


def get_own(by: Person, key: str) -> Upload:
    """Return one of the person's own uploads; raises NotFoundError or ExpiredError."""
    with reading() as tx:
        upload = store.get_upload(tx, key)
    if upload is None or upload.owner_id != by.id:
        raise NotFoundError(key)
    if not upload.done and upload.expires_at < clock.now():
        raise ExpiredError(key)
    return upload


def reached(upload: Upload, files: Store) -> int:
    """Return the number of bytes that have arrived, without disturbing a request that adds some.

    If the server died just after the last byte, the file is completed now.
    """
    if upload.done:
        return upload.length
    partial = files.partial(upload.id)
    here = partial.size
    if here >= upload.length and not upload.is_loose:
        partial.take_over()
        progressed(upload, files)
    return here


def progressed(upload: Upload, files: Store) -> Upload:
    """Extend the time of an upload after new bytes; if the file is complete, have it developed."""
    partial = files.partial(upload.id)
    with transaction() as tx:
        locked = store.get_upload_locked(tx, upload.id)
        photo = store.get_locked(tx, upload.id)
        if locked is not None and locked.is_loose:
            after = replace(locked, expires_at=clock.now() + KEPT_FOR)
            store.save_upload(tx, after)
            return after
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


def whole(by: Person, files: Store, key: str) -> Received:
    """Return one's own loose file, complete; nobody else writes to it any more.

    Raises NotFoundError, ExpiredError, IncompleteError, TakenError.
    """
    upload = get_own(by, key)
    if not upload.is_loose:
        raise NotFoundError(key)
    if upload.done:
        raise TakenError
    partial = files.partial(key)
    _, here = partial.take_over()
    if here != upload.length:
        raise IncompleteError
    return partial.whole()


def take(tx: sa.Connection, key: str) -> None:
    """End the upload of a loose file, which the caller keeps; raises TakenError if it has ended."""
    upload = store.get_upload_locked(tx, key)
    if upload is None or upload.done:
        raise TakenError
    store.save_upload(tx, replace(upload, done=True))


def cancel(by: Person, files: Store, key: str) -> None:
    """Cancel one's own upload; a preview of the photo stays."""
    upload = get_own(by, key)
    _give_up(files, upload.id, lambda found: not found.done)


def expire(files: Store) -> int:
    """Give up the uploads without new bytes for KEPT_FOR; return their number."""
    now = clock.now()
    with reading() as tx:
        overdue = store.overdue_uploads(tx, now)
    for key in overdue:
        _give_up(files, key, lambda found: not found.done and found.expires_at < now)
    return len(overdue)


def _give_up(files: Store, key: str, still: Callable[[Upload], bool]) -> None:
    with transaction() as tx:
        upload = store.get_upload_locked(tx, key)
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
        before = store.get_upload_locked(tx, key)
        if photo is not None and (photo.owner_id != by.id or upload.is_loose):
            raise IdTakenError(key)
        if before is not None and (before.owner_id != by.id or before.is_loose != upload.is_loose):
            raise IdTakenError(key)
        if (
            before is not None
            and before.length == length
            and not _must_be_sent_again(before, photo)
        ):
            if not before.done:  # it may have been about to expire
                store.save_upload(tx, replace(before, expires_at=upload.expires_at))
            return before
        if photo is not None and photo.original not in MISSING:
            raise IdTakenError(key)
        if before is not None and not before.done and before.length != length:
            raise IdTakenError(key)
        _must_have_room(tx, by, length, quotas)
        files.partial(key).forget()
        if photo is None:
            if not upload.is_loose:
                store.add(tx, _expected(by, upload, sha256))
        else:
            sha256 = sha256 or photo.original_sha256
            store.save(tx, replace(photo, original=Original.AWAITED, original_sha256=sha256))
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


def _must_be_sent_again(upload: Upload, photo: Media | None) -> bool:
    """Return whether the complete file could not be used, so that it has to come again."""
    return upload.done and not upload.is_loose and (photo is None or photo.original in MISSING)


def _expected(by: Person, upload: Upload, sha256: str | None) -> Media:
    return Media(
        id=upload.id,
        event_id=by.event_id,
        owner_id=by.id,
        submission_id=None,
        role=MediaRole.ORIGINAL,
        bytes=upload.length,
        sha256="",  # unknown until the file is complete
        created_at=clock.now(),
        kind=MediaKind.VIDEO if upload.type.startswith("video/") else MediaKind.PHOTO,
        original=Original.AWAITED,
        original_sha256=sha256,
    )
