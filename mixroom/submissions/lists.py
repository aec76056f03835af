"""The submissions in a list, found by status, author, event or what they lack, and their counts."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import product
from typing import Any

import sqlalchemy as sa

from mixroom.core.text import Lang
from mixroom.event.model import Event, Group
from mixroom.media.filetypes import MediaKind
from mixroom.media.store import media
from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact, Status
from mixroom.submissions.rows import decisions, from_row, submissions

MANY = 100  # submissions that name a team or a place; no more are counted


def page(
    tx: sa.Connection,
    event_id: str,
    statuses: Sequence[Status] = (),
    *,
    author_id: str | None = None,
    team: str | None = None,
    after: str | None = None,
    limit: int,
) -> list[Submission]:
    """Return up to `limit` of an event's submissions, in the order of their ids.

    `after` is the last id of the page before. `team` matches either of a team's two names.

    Each status and each name has a query of its own, since an index has their rows in order.
    """
    of = submissions.c
    names: list[Any] = [of.team_fr == team, of.team_en == team] if team else [sa.true()]
    states: list[Any] = [of.status == each.value for each in statuses] or [sa.true()]
    whose: Any = of.author_id == author_id if author_id else sa.true()
    ours = (of.event_id == event_id) & whose & (of.id > (after or ""))
    keys = {
        key
        for name, state in product(names, states)
        for key in tx.scalars(
            sa.select(of.id).where(ours & name & state).order_by(of.id).limit(limit)
        )
    }
    these = sa.select(submissions).where(of.id.in_(sorted(keys)[:limit])).order_by(of.id)
    return [from_row(row) for row in tx.execute(these)]


def oldest_waiting(tx: sa.Connection, event_id: str) -> datetime | None:
    """Return when the oldest submission that waits for its first decision was sent, or None."""
    of = submissions.c
    ours = (of.event_id == event_id) & (of.status == Status.SUBMITTED.value)
    return tx.scalar(sa.select(of.submitted_at).where(ours).order_by(of.submitted_at).limit(1))


def count(tx: sa.Connection, event_id: str, statuses: Sequence[Status], *, after: str) -> int:
    """Count an event's submissions in these statuses that follow the id `after`."""
    query = sa.select(sa.func.count()).where(
        (submissions.c.event_id == event_id)
        & submissions.c.status.in_([status.value for status in statuses])
        & (submissions.c.id > after)
    )
    return tx.scalar(query) or 0


def count_approved(tx: sa.Connection, event_id: str, lang: Lang | None = None) -> int:
    """Count an event's approved submissions, or those of them with words in a language."""
    query = sa.select(sa.func.count()).where(_approved(event_id))
    if lang:
        words = {"fr": submissions.c.text_fr, "en": submissions.c.text_en}[lang]
        query = query.where(sa.func.coalesce(words, "") != "")
    return tx.scalar(query) or 0


def count_approved_photos(tx: sa.Connection, event_id: str) -> int:
    """Count the photos of an event's approved submissions."""
    is_photo = (media.c.submission_id == submissions.c.id) & (media.c.kind == MediaKind.PHOTO.value)
    return tx.scalar(sa.select(sa.func.count()).where(_approved(event_id) & is_photo)) or 0


def count_to(tx: sa.Connection, event_id: str, statuses: Sequence[Status], most: int) -> int:
    """Count an event's submissions in these statuses, but no more than `most`."""
    of = submissions.c
    these = (of.event_id == event_id) & of.status.in_([status.value for status in statuses])
    return _count_to(tx, these, most)


def oldest(tx: sa.Connection, event_id: str, status: Status) -> datetime | None:
    """Return the time at which the oldest submission in a status was submitted."""
    of = submissions.c
    these = (of.event_id == event_id) & (of.status == status.value)
    query = sa.select(of.submitted_at).where(these).order_by(of.submitted_at, of.id)
    found: datetime | None = tx.scalar(query.limit(1))
    return found


def claims(tx: sa.Connection, event_id: str, most: int) -> list[tuple[str, datetime]]:
    """Return the reviewers who hold a submission, each with the end of the claim."""
    of = submissions.c
    held = (of.event_id == event_id) & (of.claimed_by > "")
    rows = tx.execute(sa.select(of.claimed_by, of.claimed_until).where(held).limit(most))
    return [(row.claimed_by, row.claimed_until) for row in rows]


def last_decisions(tx: sa.Connection, event_id: str, most: int) -> list[tuple[datetime, datetime]]:
    """Return when the submissions decided last were submitted and decided, newest first."""
    of = submissions.c
    these = (of.event_id == event_id) & of.decided_at.is_not(None)
    query = sa.select(of.submitted_at, of.decided_at).where(these)
    rows = tx.execute(query.order_by(of.decided_at.desc()).limit(most))
    return [(row.submitted_at, row.decided_at) for row in rows]


def count_by_author(tx: sa.Connection, author_id: str, most: int) -> int:
    """Count an author's submissions, but no more than `most`."""
    return _count_to(tx, submissions.c.author_id == author_id, most)


def last_by_author(tx: sa.Connection, author_id: str) -> Submission | None:
    """Return an author's newest submission, or None."""
    query = sa.select(submissions).where(submissions.c.author_id == author_id)
    row = tx.execute(query.order_by(submissions.c.id.desc()).limit(1)).one_or_none()
    return from_row(row) if row else None


def keys_with_status(
    tx: sa.Connection, event_id: str, statuses: Sequence[Status], *, newest: int | None = None
) -> list[str]:
    """Return the ids of an event's submissions in these statuses, oldest first.

    `newest` limits them to that many of the newest.
    """
    query = sa.select(submissions.c.id).where(
        (submissions.c.event_id == event_id)
        & submissions.c.status.in_([status.value for status in statuses])
    )
    latest = query.order_by(submissions.c.submitted_at.desc(), submissions.c.id.desc())
    return list(tx.scalars(latest.limit(newest)))[::-1]


def keys_by_author(tx: sa.Connection, author_id: str, *, newest: int) -> list[str]:
    """Return the ids of an author's newest submissions, oldest first."""
    query = sa.select(submissions.c.id).where(submissions.c.author_id == author_id)
    return list(tx.scalars(query.order_by(submissions.c.id.desc()).limit(newest)))[::-1]


def keys_for_everywhere(tx: sa.Connection, event_id: str, *, newest: int) -> list[str]:
    """Return the ids of what was approved last for Museomix Global too, whatever happened since."""
    of = submissions.c
    query = sa.select(of.id).where((of.event_id == event_id) & of.everywhere)
    return list(tx.scalars(query.order_by(of.decided_at.desc()).limit(newest)))


def keys_lacking(tx: sa.Connection, event_id: str, *, newest: int) -> list[str]:
    """Return the ids of the newest approved submissions that lack a language, oldest first."""
    of = submissions.c
    query = sa.select(of.id).where((of.event_id == event_id) & of.lacking)
    latest = query.order_by(of.submitted_at.desc(), of.id.desc())
    return list(tx.scalars(latest.limit(newest)))[::-1]


def ever_approved(tx: sa.Connection, keys: Collection[str]) -> set[str]:
    """Return those of the submissions that have been approved at least once."""
    query = sa.select(decisions.c.submission_id).where(
        decisions.c.submission_id.in_(list(keys)) & (decisions.c.fact == Fact.APPROVED.value)
    )
    return set(tx.scalars(query))


def count_returned(tx: sa.Connection, author_id: str) -> int:
    """Count an author's submissions that were returned and not sent again."""
    ours = (submissions.c.author_id == author_id) & (submissions.c.status == Status.RETURNED)
    return tx.scalar(sa.select(sa.func.count()).where(ours)) or 0


def count_by_group(tx: sa.Connection, event: Event) -> dict[str, int]:
    """Count the submissions that name each team and place of an event, up to MANY, by its id."""
    return {group.id: _count_naming(tx, event.id, group) for group in event.groups}


def _count_naming(tx: sa.Connection, event_id: str, group: Group) -> int:
    of = submissions.c
    named = [
        of[f"{group.kind.value}_{lang}"] == name
        for lang, name in group.name.as_dict().items()
        if name
    ]
    return _count_to(tx, (of.event_id == event_id) & sa.and_(*named), MANY)


def _approved(event_id: str) -> sa.ColumnElement[bool]:
    of = submissions.c
    return (of.event_id == event_id) & (of.status == Status.APPROVED.value)


def _count_to(tx: sa.Connection, these: sa.ColumnElement[bool], most: int) -> int:
    found = sa.select(submissions.c.id).where(these).limit(most).subquery()
    return tx.scalar(sa.select(sa.func.count()).select_from(found)) or 0
