"""The verbs for supports: ask for one, send a version, comment, validate, distribute, share."""

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import transaction
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.files import Received, Store
from mixroom.core.roles import allows
from mixroom.core.text import Bilingual
from mixroom.crew import store as crew_store
from mixroom.crew.model import Person
from mixroom.media import uploading
from mixroom.push.reminders import owner_or_leads
from mixroom.supports import model, notices, store
from mixroom.supports.limits import (
    MAX_COMMENT,
    MAX_COMMENTS,
    MAX_DISTRIBUTIONS,
    MAX_PARTNER_PAGES,
    MAX_SUPPORTS,
)
from mixroom.supports.model import (
    EXTENSIONS,
    Comment,
    Distribution,
    Fact,
    PartnerPage,
    Status,
    Support,
    SupportChangedError,
    SupportKind,
    SupportLang,
    Version,
)
from mixroom.supports.queries import may_send, sendable
from mixroom.supports.results import enqueue_reminders, record, tell

CHECK_JOB = "support.check"
APART = (SupportLang.FR, SupportLang.EN)


def add(
    by: Person,
    title: Bilingual,
    kind: SupportKind,
    lang: SupportLang | None = None,
    *,
    brief: str = "",
    owner_id: str | None = None,
    due: datetime | None = None,
    key: str | None = None,
) -> list[Support]:
    """Ask for a support; without a language, for a pair: one in French, one in English.

    With the same `key`, the id of the first, the same is asked for once: then it is the only one
    that is returned.
    """
    by.must("support.edit")
    with transaction() as tx:
        _must_be_crew(tx, by, owner_id)
        pair_id = None if lang else ids.new()
        made = [
            model.checked_support(
                Support(
                    (key if each in (lang, APART[0]) else None) or ids.new(),
                    by.event_id,
                    ids.token(),
                    title,
                    kind,
                    each,
                    brief,
                    owner_id,
                    due,
                    pair_id,
                )
            )
            for each in ([lang] if lang else APART)
        ]
        _must_have_room(tx, by, len(made))
        if not store.add(tx, made[0]):
            before = store.get(tx, by.event_id, made[0].id)
            if before and _is_as_asked(before, made[0]):
                return [before]
            made[0] = replace(made[0], id=ids.new())  # another, from a page that was gone back to
            store.add(tx, made[0])
        for each in made[1:]:
            store.add(tx, each)
        for each in made:
            enqueue_reminders(tx, each)
        tell(tx, notices.ASKED, made[0], by=by.id)  # once for a pair
        for each in made:
            record(tx, Fact.ADDED, each, by.id)
    return made


def add_other_language(by: Person, support_id: str) -> Support:
    """Ask for the same support in the other language, which stands beside it from now on."""
    by.must("support.edit")
    with transaction() as tx:
        support = _locked(tx, by, support_id)
        if support.pair_id or support.lang is SupportLang.BOTH:
            raise InvalidError("lang", "has_both_languages")
        _must_have_room(tx, by, 1)
        lang = SupportLang.EN if support.lang is SupportLang.FR else SupportLang.FR
        support = replace(support, pair_id=ids.new())
        made = replace(
            support,
            id=ids.new(),
            key=ids.token(),
            lang=lang,
            status=model.Status.BRIEF,
            valid=None,
            newest=0,
            version=1,
        )
        store.save(tx, support)
        store.add(tx, made)
        enqueue_reminders(tx, made)
        record(tx, Fact.EDITED, support, by.id)
        record(tx, Fact.ADDED, made, by.id)
    return made


def edit(by: Person, support_id: str, *, seen: int | None = None, **changes: Any) -> Support:
    """Change a support; `changes` are its title, kind, brief, owner_id or due.

    Raises SupportChangedError if `seen` is no longer its version.
    """
    by.must("support.edit")
    with transaction() as tx:
        before = _locked(tx, by, support_id)
        if seen is not None and seen != before.version:
            raise SupportChangedError
        if "owner_id" in changes:
            _must_be_crew(tx, by, changes["owner_id"])
        after = model.checked_support(replace(before, **changes))
        if after == before:
            return before
        after = replace(after, version=before.version + 1)
        store.save(tx, after)
        if after.due != before.due:
            enqueue_reminders(tx, after)
        if after.owner_id != before.owner_id:
            tell(tx, notices.ASKED, after, by=by.id)
        record(tx, Fact.EDITED, after, by.id)
    return after


def send(by: Person, support_id: str, received: Received, files: Store) -> Version:
    """Keep a new version, and enqueue its opening; what is valid stays valid until then.

    Raises InvalidError for a file that is neither a PDF nor a picture, whatever its name.
    """
    try:
        return _send(by, support_id, received, files)
    finally:
        received.discard()


def send_uploaded(by: Person, support_id: str, key: str, files: Store) -> Version:
    """Keep a file that has arrived in portions as a new version; it counts once.

    Raises TakenError if it is a version already, and InvalidError as `send` does: then the portions
    are deleted.
    """
    sendable(by, support_id)
    try:
        received = uploading.whole(by, files, key)
    except NotFoundError as error:
        raise InvalidError("upload", "unknown") from error
    try:
        made = _send(by, support_id, received, files, key)
    except InvalidError:
        uploading.cancel(by, files, key)
        raise
    files.partial(key).forget()
    return made


def _send(
    by: Person, support_id: str, received: Received, files: Store, upload: str | None = None
) -> Version:
    by.must("support.send")
    kind = model.type_of(received.head())
    with transaction() as tx:
        support = model.with_version(may_send(by, _locked(tx, by, support_id)))
        if upload:
            uploading.take(tx, upload)
        name = received.sha256[:16] or secrets.token_hex(8)
        file = f"v{support.newest}-{name}.{EXTENSIONS[kind]}"
        made = Version(support.id, support.newest, file, kind, received.bytes, by.id, clock.now())
        files.keep(received, support.stored(file))
        store.save(tx, support)
        store.add_version(tx, made)
        payload = {"support_id": support.id, "number": made.number}
        jobs.enqueue(tx, CHECK_JOB, payload, priority=1)
        record(tx, Fact.SENT, support, by.id)
    return made


def comment(by: Person, support_id: str, text: str) -> Comment:
    """Say something about a support to everyone who works on it."""
    by.must("support.comment")
    text = text.strip()
    if not text:
        raise InvalidError("comment", "missing")
    if len(text) > MAX_COMMENT:
        raise InvalidError("comment", "too_long", most=MAX_COMMENT)
    with transaction() as tx:
        support = _locked(tx, by, support_id)
        earlier = store.comments_of(tx, support.id)
        if len(earlier) >= MAX_COMMENTS:
            raise InvalidError("comment", "too_many", most=MAX_COMMENTS)
        made = Comment(ids.new(), support.id, support.newest, text, by.id, clock.now())
        store.add_comment(tx, made)
        makers, _ = owner_or_leads(tx, support.event_id, support.owner_id)
        people = [*makers, *(each.by for each in earlier)]
        tell(tx, notices.COMMENTED, support, people, by=by.id, why=Bilingual(text, text))
        record(tx, Fact.COMMENTED, support, by.id)
    return made


def validate(by: Person, support_id: str, number: int) -> Support:
    """Make a version the valid one, in place of any other. Raises NotReadyError."""
    by.must("support.validate")
    with transaction() as tx:
        before = _locked(tx, by, support_id)
        version = store.get_version(tx, support_id, number)
        if version is None:
            raise NotFoundError(str(number))
        after = model.validated(before, version)
        if after.status is Status.VALIDATED and _is_out(tx, after):
            after = model.distributed(after)
        if after != before:
            tell(tx, notices.VALIDATED, after, [before.owner_id, version.by], by=by.id)
        return _save(tx, by, Fact.VALIDATED, before, after)


def invalidate(by: Person, support_id: str) -> Support:
    """Say that no version is valid for now; its address says so."""
    by.must("support.validate")
    with transaction() as tx:
        before = _locked(tx, by, support_id)
        return _save(tx, by, Fact.INVALIDATED, before, model.invalidated(before))


def distribute(
    by: Person,
    support_id: str,
    place: str,
    *,
    copies: int | None = None,
    url: str | None = None,
    at: datetime | None = None,
) -> Distribution:
    """Note where the valid version is out: so many copies, or at an address."""
    by.must("support.distribute")
    with transaction() as tx:
        support = model.distributed(_locked(tx, by, support_id))
        if len(store.distributions_of(tx, support.id)) >= MAX_DISTRIBUTIONS:
            raise InvalidError("place", "too_many", most=MAX_DISTRIBUTIONS)
        made = model.checked_distribution(
            Distribution(
                ids.new(),
                support.id,
                support.valid or 0,
                place.strip(),
                copies,
                (url or "").strip() or None,
                at or clock.now(),
                by.id,
            )
        )
        store.add_distribution(tx, made)
        store.save(tx, support)
        record(tx, Fact.DISTRIBUTED, support, by.id)
    return made


def remove_distribution(by: Person, support_id: str, key: str) -> None:
    """Take back a note of a place, which was a mistake."""
    by.must("support.edit")
    with transaction() as tx:
        support = _locked(tx, by, support_id)
        if not store.remove_distribution(tx, support.id, key):
            raise NotFoundError(key)
        if not _is_out(tx, support):
            support = model.gathered(support)
            store.save(tx, support)
        record(tx, Fact.CORRECTED, support, by.id)


def drop(by: Person, support_id: str) -> Support:
    """Give a support up; nothing of it is valid any more."""
    by.must("support.edit")
    with transaction() as tx:
        before = _locked(tx, by, support_id)
        return _save(tx, by, Fact.DROPPED, before, model.dropped(before))


def reopen(by: Person, support_id: str) -> Support:
    """Take a dropped support up again."""
    by.must("support.edit")
    with transaction() as tx:
        before = _locked(tx, by, support_id)
        return _save(tx, by, Fact.REOPENED, before, model.reopened(before))


def share(by: Person, name: str) -> PartnerPage:
    """Make a page with all valid supports for partners, who need no account."""
    by.must("support.share")
    name = model.checked_name(name.strip())
    with transaction() as tx:
        if len(store.partner_pages_of(tx, by.event_id)) >= MAX_PARTNER_PAGES:
            raise InvalidError("name", "too_many", most=MAX_PARTNER_PAGES)
        page = PartnerPage(ids.new(), by.event_id, name, by.id, clock.now())
        store.add_partner_page(tx, page)
        _record_page(tx, Fact.SHARED, page.id, by)
    return page


def unshare(by: Person, page_id: str) -> None:
    """Revoke a page for partners: its address opens nothing any more."""
    by.must("support.share")
    with transaction() as tx:
        if not store.remove_partner_page(tx, by.event_id, page_id):
            raise NotFoundError(page_id)
        _record_page(tx, Fact.UNSHARED, page_id, by)


def _save(tx: sa.Connection, by: Person, fact: Fact, before: Support, after: Support) -> Support:
    if after != before:
        store.save(tx, after)
        record(tx, fact, after, by.id)
    return after


def _is_out(tx: sa.Connection, support: Support) -> bool:
    """Return whether its valid version was noted somewhere, perhaps before it was invalidated."""
    out = store.distributions_of(tx, support.id)
    return any(each.number == support.valid for each in out)


def _locked(tx: sa.Connection, by: Person, support_id: str) -> Support:
    support = store.get(tx, by.event_id, support_id, lock=True)
    if support is None:
        raise NotFoundError(support_id)
    return support


def _must_have_room(tx: sa.Connection, by: Person, more: int) -> None:
    if store.count(tx, by.event_id) + more > MAX_SUPPORTS:
        raise InvalidError("title", "too_many", most=MAX_SUPPORTS)


def _is_as_asked(before: Support, asked: Support) -> bool:
    """Return whether a support is still as someone asked for it."""
    is_pair = bool(before.pair_id) == bool(asked.pair_id)
    return is_pair and replace(asked, key=before.key, pair_id=before.pair_id) == before


def _must_be_crew(tx: sa.Connection, by: Person, owner_id: str | None) -> None:
    if owner_id is None:
        return
    owner = crew_store.get_person(tx, owner_id)
    if owner is None or owner.event_id != by.event_id or not allows(owner.role, "support.send"):
        raise InvalidError("owner", "unknown")


def _record_page(tx: sa.Connection, fact: Fact, page_id: str, by: Person) -> None:
    event_id = by.event_id
    journal.record(tx, fact, event_id=event_id, key=page_id, owner=event_id, by=by.id)
