"""Supports, their versions, comments and distributions, and pages for partners in the database."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import Bilingual
from mixroom.media.refusals import Refusal
from mixroom.supports.limits import (
    MAX_COMMENT,
    MAX_COMMENTS,
    MAX_DISTRIBUTIONS,
    MAX_NAME,
    MAX_PARTNER_PAGES,
    MAX_PLACE,
    MAX_SUPPORTS,
    MAX_TITLE,
    MAX_URL,
)
from mixroom.supports.model import (
    WANTED,
    Checking,
    Comment,
    Distribution,
    PartnerPage,
    Preview,
    Status,
    Support,
    SupportKind,
    SupportLang,
    Version,
)

supports = sa.Table(
    "support",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("key", sa.String(40), nullable=False, unique=True),
    sa.Column("title_fr", sa.String(MAX_TITLE)),
    sa.Column("title_en", sa.String(MAX_TITLE)),
    sa.Column("kind", sa.String(12), nullable=False),
    sa.Column("lang", sa.String(4), nullable=False),
    sa.Column("brief", sa.Text, nullable=False),
    sa.Column("owner_id", sa.String(36)),
    sa.Column("due", UtcDateTime),
    sa.Column("pair_id", sa.String(36)),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("valid", sa.Integer),
    sa.Column("newest", sa.Integer, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index("ix_support_event_id", "event_id", "id"),
    sa.Index("ix_support_due", "event_id", "status", "due"),
    sa.UniqueConstraint("pair_id", "lang"),
)
versions = sa.Table(
    "support_version",
    metadata,
    sa.Column("support_id", sa.ForeignKey("support.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("file", sa.String(80), nullable=False),
    sa.Column("type", sa.String(8), nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("checking", sa.String(8), nullable=False),
    sa.Column("refusal", sa.String(32)),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("previews", sa.Text, nullable=False),
)
comments = sa.Table(
    "support_comment",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("support_id", sa.ForeignKey("support.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("text", sa.String(MAX_COMMENT), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Index("ix_support_comment_support_id", "support_id", "id"),
)
distributions = sa.Table(
    "support_distribution",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("support_id", sa.ForeignKey("support.id"), nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("place", sa.String(MAX_PLACE), nullable=False),
    sa.Column("copies", sa.Integer),
    sa.Column("url", sa.String(MAX_URL)),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Index("ix_support_distribution_support_id", "support_id", "id"),
)
partner_pages = sa.Table(
    "support_partner_page",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False, index=True),
    sa.Column("name", sa.String(MAX_NAME), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
of = supports.c


def add(tx: sa.Connection, support: Support) -> bool:
    """Add a support; return whether its id was free."""
    return insert_new(tx, supports, id=support.id, **_row(support))


def save(tx: sa.Connection, support: Support) -> None:
    """Save a support."""
    tx.execute(supports.update().where(of.id == support.id).values(**_row(support)))


def get(tx: sa.Connection, event_id: str, key: str, *, lock: bool = False) -> Support | None:
    """Return a support of an event, or None; with `lock`, its row is locked."""
    query = sa.select(supports).where((of.id == key) & (of.event_id == event_id))
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _support(row) if row else None


def find(tx: sa.Connection, support_id: str, *, lock: bool = False) -> Support | None:
    """Return a support of any event, for the worker, or None."""
    query = sa.select(supports).where(of.id == support_id)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _support(row) if row else None


def at_address(tx: sa.Connection, key: str) -> Support | None:
    """Return the support whose address has this secret, or None."""
    row = tx.execute(sa.select(supports).where(of.key == key)).one_or_none()
    return _support(row) if row else None


def keys(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of an event's supports, oldest first."""
    query = sa.select(of.id).where(of.event_id == event_id).order_by(of.id).limit(MAX_SUPPORTS)
    return list(tx.scalars(query))


def some(tx: sa.Connection, event_id: str, wanted: Collection[str]) -> list[Support]:
    """Return those of an event's supports that have these ids."""
    query = sa.select(supports).where((of.event_id == event_id) & of.id.in_(sorted(wanted)))
    return [_support(row) for row in tx.execute(query)]


def list_all(tx: sa.Connection, event_id: str, *statuses: Status) -> list[Support]:
    """Return an event's supports, of these statuses or all, oldest first."""
    query = sa.select(supports).where(of.event_id == event_id)
    if statuses:
        query = query.where(of.status.in_([each.value for each in statuses]))
    query = query.order_by(of.id).limit(MAX_SUPPORTS)
    return [_support(row) for row in tx.execute(query)]


def late(tx: sa.Connection, event_id: str, now: datetime) -> list[Support]:
    """Return the supports that were due before a time and have no valid version."""
    wanted = of.status.in_([each.value for each in sorted(WANTED)])
    query = sa.select(supports).where((of.event_id == event_id) & wanted & (of.due < now))
    return [_support(row) for row in tx.execute(query.order_by(of.due).limit(MAX_SUPPORTS))]


def due_between(
    tx: sa.Connection, event_id: str, since: datetime, until: datetime
) -> list[Support]:
    """Return the supports due in a time, without the dropped ones, the first due first."""
    due = (of.due >= since) & (of.due < until) & (of.status != Status.DROPPED.value)
    query = sa.select(supports).where((of.event_id == event_id) & due)
    return [_support(row) for row in tx.execute(query.order_by(of.due, of.id).limit(MAX_SUPPORTS))]


def pressing_keys(tx: sa.Connection, event_id: str, most: int) -> list[str]:
    """Return the ids of up to `most` supports to do, the first due first, and to validate."""
    ours = sa.select(of.id).where(of.event_id == event_id)
    wanted = of.status.in_([each.value for each in sorted(WANTED)]) & of.due.is_not(None)
    to_do = list(tx.scalars(ours.where(wanted).order_by(of.due, of.id).limit(most)))
    has_newer = (of.newest > sa.func.coalesce(of.valid, 0)) & (of.status != Status.DROPPED.value)
    waiting = tx.scalars(ours.where(has_newer).order_by(of.id).limit(most))
    return list(dict.fromkeys([*to_do, *waiting]))


def count(tx: sa.Connection, event_id: str) -> int:
    """Return how many supports an event has."""
    query = sa.select(sa.func.count()).select_from(supports).where(of.event_id == event_id)
    return tx.scalar(query) or 0


def add_version(tx: sa.Connection, version: Version) -> None:
    """Add a version."""
    tx.execute(versions.insert().values(_version_row(version)))


def save_version(tx: sa.Connection, version: Version) -> None:
    """Save a version."""
    this = (versions.c.support_id == version.support_id) & (versions.c.number == version.number)
    tx.execute(versions.update().where(this).values(_version_row(version)))


def get_version(tx: sa.Connection, support_id: str, number: int) -> Version | None:
    """Return a version of a support, or None."""
    this = (versions.c.support_id == support_id) & (versions.c.number == number)
    row = tx.execute(sa.select(versions).where(this)).one_or_none()
    return _version(row) if row else None


def version_with(tx: sa.Connection, support_id: str, file: str) -> Version | None:
    """Return the version of a support that has this file or this preview, or None."""
    found = versions_of(tx, support_id)
    return next(
        (each for each in found if file in {each.file, *(one.file for one in each.previews)}), None
    )


def versions_of(tx: sa.Connection, support_id: str) -> list[Version]:
    """Return the versions of a support, newest first."""
    query = sa.select(versions).where(versions.c.support_id == support_id)
    return [_version(row) for row in tx.execute(query.order_by(versions.c.number.desc()))]


def shown_versions(tx: sa.Connection, found: Collection[Support]) -> dict[str, list[Version]]:
    """Return the valid and the newest version of each support, by its id, newest first."""
    pairs = {(each.id, number) for each in found for number in (each.valid, each.newest) if number}
    if not pairs:
        return {}
    c = versions.c
    these = c.support_id.in_(sorted({key for key, _ in pairs}))
    numbers = c.number.in_(sorted({number for _, number in pairs}))
    made: dict[str, list[Version]] = {}
    for row in tx.execute(sa.select(versions).where(these & numbers).order_by(c.number.desc())):
        if (row.support_id, row.number) in pairs:
            made.setdefault(row.support_id, []).append(_version(row))
    return made


def add_comment(tx: sa.Connection, comment: Comment) -> None:
    """Add a comment."""
    tx.execute(comments.insert().values(asdict(comment)))


def comments_of(tx: sa.Connection, support_id: str) -> list[Comment]:
    """Return the comments on a support, oldest first."""
    query = sa.select(comments).where(comments.c.support_id == support_id)
    rows = tx.execute(query.order_by(comments.c.id).limit(MAX_COMMENTS))
    return [Comment(**row._mapping) for row in rows]


def add_distribution(tx: sa.Connection, made: Distribution) -> None:
    """Add a distribution."""
    tx.execute(distributions.insert().values(asdict(made)))


def remove_distribution(tx: sa.Connection, support_id: str, key: str) -> bool:
    """Remove a distribution; return whether there was one."""
    this = (distributions.c.support_id == support_id) & (distributions.c.id == key)
    return bool(tx.execute(distributions.delete().where(this)).rowcount)


def distributions_of(tx: sa.Connection, support_id: str) -> list[Distribution]:
    """Return where a support was distributed, newest first."""
    query = sa.select(distributions).where(distributions.c.support_id == support_id)
    rows = tx.execute(query.order_by(distributions.c.id.desc()).limit(MAX_DISTRIBUTIONS))
    return [Distribution(**row._mapping) for row in rows]


def add_partner_page(tx: sa.Connection, page: PartnerPage) -> None:
    """Add a page for partners."""
    tx.execute(partner_pages.insert().values(asdict(page)))


def remove_partner_page(tx: sa.Connection, event_id: str, key: str) -> bool:
    """Remove a page for partners; return whether there was one."""
    this = (partner_pages.c.event_id == event_id) & (partner_pages.c.id == key)
    return bool(tx.execute(partner_pages.delete().where(this)).rowcount)


def partner_page(tx: sa.Connection, key: str) -> PartnerPage | None:
    """Return a page for partners, or None once it is revoked."""
    query = sa.select(partner_pages).where(partner_pages.c.id == key)
    row = tx.execute(query).one_or_none()
    return PartnerPage(**row._mapping) if row else None


def partner_pages_of(tx: sa.Connection, event_id: str) -> list[PartnerPage]:
    """Return an event's pages for partners, oldest first."""
    query = sa.select(partner_pages).where(partner_pages.c.event_id == event_id)
    rows = tx.execute(query.order_by(partner_pages.c.id).limit(MAX_PARTNER_PAGES))
    return [PartnerPage(**row._mapping) for row in rows]


def people_in(found: Iterable[Comment | Distribution | Version]) -> set[str]:
    """Return the ids of the people who made these."""
    return {each.by for each in found}


def _row(support: Support) -> dict[str, Any]:
    return {
        "event_id": support.event_id,
        "key": support.key,
        "title_fr": support.title.fr,
        "title_en": support.title.en,
        "kind": support.kind.value,
        "lang": support.lang.value,
        "brief": support.brief,
        "owner_id": support.owner_id,
        "due": support.due,
        "pair_id": support.pair_id,
        "status": support.status.value,
        "valid": support.valid,
        "newest": support.newest,
        "version": support.version,
    }


def _support(row: sa.Row[Any]) -> Support:
    return Support(
        row.id,
        row.event_id,
        row.key,
        Bilingual(row.title_fr, row.title_en),
        SupportKind(row.kind),
        SupportLang(row.lang),
        row.brief,
        row.owner_id,
        row.due,
        row.pair_id,
        Status(row.status),
        row.valid,
        row.newest,
        row.version,
    )


def _version_row(version: Version) -> dict[str, Any]:
    return asdict(version) | {
        "checking": version.checking.value,
        "refusal": version.refusal.value if version.refusal else None,
        "previews": json.dumps([asdict(each) for each in version.previews]),
    }


def _version(row: sa.Row[Any]) -> Version:
    return Version(
        row.support_id,
        row.number,
        row.file,
        row.type,
        row.size,
        row.by,
        row.at,
        Checking(row.checking),
        Refusal(row.refusal) if row.refusal else None,
        row.pages,
        tuple(Preview(**each) for each in json.loads(row.previews)),
    )
