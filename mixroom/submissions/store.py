"""Submissions with their decisions and revisions, in the database."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import insert_new
from mixroom.submissions.model import Decision, Revision, Submission
from mixroom.submissions.moves import Fact
from mixroom.submissions.rows import (
    content_from_row,
    content_to_row,
    decisions,
    delete_by_keys,
    from_row,
    revisions,
    submissions,
    to_row,
)


def add(tx: sa.Connection, submission: Submission) -> bool:
    """Add a submission; return whether its id was free."""
    return insert_new(tx, submissions, id=submission.id, **to_row(submission))


def save(tx: sa.Connection, submission: Submission) -> None:
    """Save a submission."""
    tx.execute(
        submissions.update().where(submissions.c.id == submission.id).values(**to_row(submission))
    )


def get(tx: sa.Connection, key: str) -> Submission | None:
    """Return a submission, or None."""
    return _get(tx, sa.select(submissions).where(submissions.c.id == key))


def get_locked(tx: sa.Connection, key: str) -> Submission | None:
    """Return a submission, or None, and lock its row against other writers."""
    return _get(tx, sa.select(submissions).where(submissions.c.id == key).with_for_update())


# Made once, since every fact asks: to build a statement costs more than to run it.
_BY_IDS = sa.select(submissions).where(submissions.c.id.in_(sa.bindparam("ids", expanding=True)))


def get_many(tx: sa.Connection, keys: Collection[str]) -> list[Submission]:
    """Return those of the submissions that exist, in the order of `keys`."""
    found = {row.id: row for row in tx.execute(_BY_IDS, {"ids": list(keys)})}
    return [from_row(found[key]) for key in keys if key in found]


def add_decision(tx: sa.Connection, submission: Submission) -> None:
    """Add the present decision on a submission to its history."""
    decision = submission.decision
    assert decision is not None
    tx.execute(
        decisions.insert().values(
            submission_id=submission.id,
            version=submission.version,
            fact=decision.fact.value,
            by=decision.by,
            at=decision.at,
            reason=decision.reason,
            note=decision.note,
        )
    )


def decisions_of(tx: sa.Connection, key: str) -> list[tuple[int, Decision]]:
    """Return the decisions on a submission, oldest first, each with the version that it made."""
    ours = decisions.c.submission_id == key
    rows = tx.execute(sa.select(decisions).where(ours).order_by(decisions.c.version))
    return [
        (row.version, Decision(Fact(row.fact), row.by, row.at, row.reason, row.note))
        for row in rows
    ]


def add_revision(tx: sa.Connection, submission: Submission, by: str, at: datetime) -> None:
    """Add the present content of a submission to its history, with its writer."""
    tx.execute(
        revisions.insert().values(
            submission_id=submission.id,
            version=submission.version,
            by=by,
            at=at,
            content=json.dumps(content_to_row(submission.content)),
        )
    )


def revisions_of(tx: sa.Connection, key: str) -> list[Revision]:
    """Return all versions of a submission's content, oldest first."""
    return revisions_of_many(tx, [key])[key]


def revisions_of_many(tx: sa.Connection, keys: Collection[str]) -> dict[str, list[Revision]]:
    """Return all versions of each submission's content, oldest first."""
    these = revisions.c.submission_id.in_(sorted(keys))
    query = sa.select(revisions).where(these).order_by(revisions.c.version)
    found: dict[str, list[Revision]] = {key: [] for key in keys}
    for row in tx.execute(query):
        content = content_from_row(json.loads(row.content))
        found[row.submission_id].append(Revision(row.version, row.by, row.at, content))
    return found


def thin_revisions(tx: sa.Connection, before: datetime, most: int) -> int:
    """Delete up to `most` revisions older than a moment, and return how many.

    The first and the last revision of each submission stay.
    """
    of, other = revisions.c, revisions.alias()
    same = other.c.submission_id == of.submission_id
    earlier = sa.exists().where(same & (other.c.version < of.version))
    later = sa.exists().where(same & (other.c.version > of.version))
    between = (of.at < before) & earlier & later
    query = sa.select(of.submission_id, of.version).where(between).limit(most)
    return delete_by_keys(tx, revisions, tx.execute(query).all())


def _get(tx: sa.Connection, query: sa.Select[Any]) -> Submission | None:
    row = tx.execute(query).one_or_none()
    return from_row(row) if row else None
