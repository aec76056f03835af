"""The submissions in a list, found by status, author, event or what they lack, and their counts."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from mixroom.submissions.model import Submission
from mixroom.submissions.moves import Fact, Status
from mixroom.submissions.rows import decisions, from_row, submissions


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
    """
    query = sa.select(submissions).where(submissions.c.event_id == event_id)
    if statuses:
        query = query.where(submissions.c.status.in_([status.value for status in statuses]))
    if author_id:
        query = query.where(submissions.c.author_id == author_id)
    if team:
        query = query.where((submissions.c.team_fr == team) | (submissions.c.team_en == team))
    if after:
        query = query.where(submissions.c.id > after)
    rows = tx.execute(query.order_by(submissions.c.id).limit(limit))
    return [from_row(row) for row in rows]


def count(tx: sa.Connection, event_id: str, statuses: Sequence[Status], *, after: str) -> int:
    """Count an event's submissions in these statuses that follow the id `after`."""
    query = sa.select(sa.func.count()).where(
        (submissions.c.event_id == event_id)
        & submissions.c.status.in_([status.value for status in statuses])
        & (submissions.c.id > after)
    )
    return tx.scalar(query) or 0


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


def keys_by_author(tx: sa.Connection, author_id: str) -> list[str]:
    """Return the ids of an author's submissions, oldest first."""
    query = sa.select(submissions.c.id).where(submissions.c.author_id == author_id)
    return list(tx.scalars(query.order_by(submissions.c.submitted_at, submissions.c.id)))


def keys_lacking(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of approved submissions that may lack a language or have a stale text.

    Only `Submission.lacks` knows for sure: captions are not looked into here.
    """
    of, fields = submissions.c, (("text_fr", "text_en"), ("alt_fr", "alt_en"))
    pairs = [(of[fr].is_(None), of[en].is_(None)) for fr, en in fields]
    query = sa.select(of.id).where(
        (of.event_id == event_id)
        & (of.status == Status.APPROVED.value)
        & sa.or_(
            of.stale.is_not(None),
            *(sa.or_(no_fr & ~no_en, no_en & ~no_fr) for no_fr, no_en in pairs),
            of.media.contains('"caption"'),  # a photo has details, which may lack a language
        )
    )
    return list(tx.scalars(query.order_by(of.submitted_at, of.id)))


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


def count_by_group(
    tx: sa.Connection, event_id: str
) -> dict[str, dict[tuple[str | None, str | None], int]]:
    """Count an event's submissions for each `team` and each `place`, by its names (fr, en)."""
    ours = submissions.c.event_id == event_id
    counted: dict[str, dict[tuple[str | None, str | None], int]] = {}
    for kind in ("team", "place"):
        fr, en = submissions.c[f"{kind}_fr"], submissions.c[f"{kind}_en"]
        query = sa.select(fr, en, sa.func.count()).where(ours).group_by(fr, en)
        counted[kind] = {(row[0], row[1]): row[2] for row in tx.execute(query)}
    return counted
