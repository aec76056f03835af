"""Submissions, and the answers given to idempotency keys, in the database."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, insert_new, metadata
from mixroom.core.text import Bilingual
from mixroom.submissions.content import Consent, Content, Kind, Piece, Purpose, Rights
from mixroom.submissions.formats import rights_as_dict
from mixroom.submissions.model import (
    Claim,
    Decision,
    Fact,
    Revision,
    Showing,
    Status,
    Submission,
    Translation,
)

submissions = sa.Table(
    "submission",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("author_id", sa.ForeignKey("person.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(8), nullable=False),
    sa.Column("text_fr", sa.Text),
    sa.Column("text_en", sa.Text),
    sa.Column("alt_fr", sa.Text),
    sa.Column("alt_en", sa.Text),
    sa.Column("credit", sa.String(120)),
    sa.Column("team_fr", sa.String(120)),
    sa.Column("team_en", sa.String(120)),
    sa.Column("place_fr", sa.String(120)),
    sa.Column("place_en", sa.String(120)),
    sa.Column("tags", sa.Text, nullable=False),
    sa.Column("consent", sa.String(12), nullable=False),
    sa.Column("media", sa.Text, nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("submitted_at", UtcDateTime, nullable=False),
    sa.Column("decided_fact", sa.String(32)),
    sa.Column("decided_by", sa.String(36)),
    sa.Column("decided_at", UtcDateTime),
    sa.Column("reason", sa.String(200)),
    sa.Column("note", sa.Text),
    sa.Column("claimed_by", sa.String(36)),
    sa.Column("claimed_until", UtcDateTime),
    sa.Column("claimed_version", sa.Integer),
    sa.Column("show_at", UtcDateTime),
    sa.Column("pinned_until", UtcDateTime),
    sa.Column("key_moment", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("press", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("everywhere", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("corrected_at", UtcDateTime),
    sa.Column("goes_at", UtcDateTime),
    sa.Column("stale", sa.String(2)),
    sa.Column("translation", sa.Text),
    sa.Index("ix_submission_event_id_status", "event_id", "status", "id"),
)
decisions = sa.Table(
    "decision",
    metadata,
    sa.Column("submission_id", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("fact", sa.String(32), nullable=False),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("reason", sa.String(200)),
    sa.Column("note", sa.Text),
)
revisions = sa.Table(
    "revision",
    metadata,
    sa.Column("submission_id", sa.ForeignKey("submission.id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("by", sa.String(36), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
    sa.Column("content", sa.Text, nullable=False),
)
answers = sa.Table(
    "idempotency",
    metadata,
    sa.Column("person_id", sa.ForeignKey("person.id"), primary_key=True),
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("at", UtcDateTime, nullable=False, index=True),
)


def add(tx: sa.Connection, submission: Submission) -> bool:
    """Add a submission; say whether its id was free."""
    return insert_new(tx, submissions, id=submission.id, **_row(submission))


def returned_to(tx: sa.Connection, author_id: str) -> int:
    """Count what came back to someone and was not sent again."""
    ours = (submissions.c.author_id == author_id) & (submissions.c.status == Status.RETURNED)
    return tx.scalar(sa.select(sa.func.count()).where(ours)) or 0


def named_in(
    tx: sa.Connection, event_id: str
) -> dict[str, dict[tuple[str | None, str | None], int]]:
    """Count the submissions of an event that name each team and each place, by their two names."""
    ours = submissions.c.event_id == event_id
    counted: dict[str, dict[tuple[str | None, str | None], int]] = {}
    for kind in ("team", "place"):
        fr, en = submissions.c[f"{kind}_fr"], submissions.c[f"{kind}_en"]
        query = sa.select(fr, en, sa.func.count()).where(ours).group_by(fr, en)
        counted[kind] = {(row[0], row[1]): row[2] for row in tx.execute(query)}
    return counted


def save(tx: sa.Connection, submission: Submission) -> None:
    """Save a submission."""
    tx.execute(
        submissions.update().where(submissions.c.id == submission.id).values(**_row(submission))
    )


def keep_decision(tx: sa.Connection, submission: Submission) -> None:
    """Keep the decision on a submission in its history."""
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


def keep_revision(tx: sa.Connection, submission: Submission, by: str, at: datetime) -> None:
    """Keep what a submission says now, as the words of this person."""
    tx.execute(
        revisions.insert().values(
            submission_id=submission.id,
            version=submission.version,
            by=by,
            at=at,
            content=json.dumps(_content_row(submission.content)),
        )
    )


def revisions_of(tx: sa.Connection, key: str) -> list[Revision]:
    """Return all that a submission has said, oldest first."""
    ours = revisions.c.submission_id == key
    rows = tx.execute(sa.select(revisions).where(ours).order_by(revisions.c.version))
    return [
        Revision(row.version, row.by, row.at, _content(json.loads(row.content))) for row in rows
    ]


def decisions_of(tx: sa.Connection, key: str) -> list[tuple[int, Decision]]:
    """Return the decisions on a submission with the version that each made, oldest first."""
    ours = decisions.c.submission_id == key
    rows = tx.execute(sa.select(decisions).where(ours).order_by(decisions.c.version))
    return [
        (row.version, Decision(Fact(row.fact), row.by, row.at, row.reason, row.note))
        for row in rows
    ]


def get(tx: sa.Connection, key: str, *, lock: bool = False) -> Submission | None:
    """Return a submission, locked against other writers where asked."""
    query = sa.select(submissions).where(submissions.c.id == key)
    row = tx.execute(query.with_for_update() if lock else query).one_or_none()
    return _submission(row) if row else None


def get_many(tx: sa.Connection, keys: Collection[str]) -> list[Submission]:
    """Return submissions by their ids, in the order of the ids; those that exist."""
    query = sa.select(submissions).where(submissions.c.id.in_(list(keys)))
    found = {row.id: row for row in tx.execute(query)}
    return [_submission(found[key]) for key in keys if key in found]


def keys_with_status(
    tx: sa.Connection, event_id: str, statuses: Sequence[Status], *, newest: int | None = None
) -> list[str]:
    """Return the ids of an event's submissions in these states, oldest first; only the newest."""
    query = sa.select(submissions.c.id).where(
        (submissions.c.event_id == event_id)
        & submissions.c.status.in_([status.value for status in statuses])
    )
    latest = query.order_by(submissions.c.submitted_at.desc(), submissions.c.id.desc())
    return list(tx.scalars(latest.limit(newest)))[::-1]


def ever_approved(tx: sa.Connection, keys: Collection[str]) -> set[str]:
    """Return those of the submissions that have been approved at some time."""
    query = sa.select(decisions.c.submission_id).where(
        decisions.c.submission_id.in_(list(keys)) & (decisions.c.fact == Fact.APPROVED.value)
    )
    return set(tx.scalars(query))


def keys_lacking(tx: sa.Connection, event_id: str) -> list[str]:
    """Return the ids of approved submissions of which a side may be missing or stale."""
    of, fields = submissions.c, (("text_fr", "text_en"), ("alt_fr", "alt_en"))
    pairs = [(of[fr].is_(None), of[en].is_(None)) for fr, en in fields]
    query = sa.select(of.id).where(
        (of.event_id == event_id)
        & (of.status == Status.APPROVED.value)
        & sa.or_(
            of.stale.is_not(None),
            *(sa.or_(no_fr & ~no_en, no_en & ~no_fr) for no_fr, no_en in pairs),
            of.media.contains('"caption"'),  # something is said of a photo
        )
    )
    return list(tx.scalars(query.order_by(of.submitted_at, of.id)))


def keys_by_author(tx: sa.Connection, author_id: str) -> list[str]:
    """Return the ids of what someone has sent, oldest first."""
    query = sa.select(submissions.c.id).where(submissions.c.author_id == author_id)
    return list(tx.scalars(query.order_by(submissions.c.submitted_at, submissions.c.id)))


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
    """Return a page of an event's submissions by id, after one of them."""
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
    return [_submission(row) for row in rows]


def count(tx: sa.Connection, event_id: str, statuses: Sequence[Status], *, after: str) -> int:
    """Return how many of an event's submissions in these states come after one of them, by id."""
    query = sa.select(sa.func.count()).where(
        (submissions.c.event_id == event_id)
        & submissions.c.status.in_([status.value for status in statuses])
        & (submissions.c.id > after)
    )
    return tx.scalar(query) or 0


def reserve(tx: sa.Connection, person_id: str, key: str, fingerprint: str, at: datetime) -> bool:
    """Take a key for this person; False where it has been used before.

    Whoever comes with the same key at the same time waits until this transaction has ended.
    """
    return insert_new(
        tx, answers, person_id=person_id, key=key, fingerprint=fingerprint, answer="", at=at
    )


def answered(tx: sa.Connection, person_id: str, key: str) -> tuple[str, dict[str, Any]]:
    """Return what a used key stood for (a fingerprint), and what it was answered."""
    row = tx.execute(sa.select(answers).where(_is(person_id, key))).one()
    return row.fingerprint, json.loads(row.answer)


def remember(tx: sa.Connection, person_id: str, key: str, answer: dict[str, Any]) -> None:
    """Keep what a reserved key was answered."""
    values = {"answer": json.dumps(answer)}
    tx.execute(answers.update().where(_is(person_id, key)).values(**values))


def forget_answers(tx: sa.Connection, before: datetime, most: int) -> int:
    """Remove what was answered to keys before a moment; return how many, `most` at most."""
    query = sa.select(answers.c.person_id, answers.c.key).where(answers.c.at < before).limit(most)
    return _delete(tx, answers, tx.execute(query).all())


def thin_revisions(tx: sa.Connection, before: datetime, most: int) -> int:
    """Remove old versions between a submission's first and its last; return how many."""
    of, other = revisions.c, revisions.alias()
    same = other.c.submission_id == of.submission_id
    earlier = sa.exists().where(same & (other.c.version < of.version))
    later = sa.exists().where(same & (other.c.version > of.version))
    between = (of.at < before) & earlier & later
    query = sa.select(of.submission_id, of.version).where(between).limit(most)
    return _delete(tx, revisions, tx.execute(query).all())


def _delete(tx: sa.Connection, table: sa.Table, keys: Sequence[Sequence[Any]]) -> int:
    """Remove rows by their keys, each by itself: SQLite finds a list of pairs by no index."""
    first, second = table.primary_key.columns
    one = (first == sa.bindparam("first")) & (second == sa.bindparam("second"))
    if keys:
        tx.execute(table.delete().where(one), [{"first": a, "second": b} for a, b in keys])
    return len(keys)


def _is(person_id: str, key: str) -> sa.ColumnElement[bool]:
    return (answers.c.person_id == person_id) & (answers.c.key == key)


def _row(submission: Submission) -> dict[str, Any]:
    decision, claim, showing = submission.decision, submission.claim, submission.showing
    asked = submission.translation
    return {
        "event_id": submission.event_id,
        "author_id": submission.author_id,
        **_content_row(submission.content),
        "status": submission.status.value,
        "version": submission.version,
        "submitted_at": submission.submitted_at,
        "decided_fact": decision.fact.value if decision else None,
        "decided_by": decision.by if decision else None,
        "decided_at": decision.at if decision else None,
        "reason": decision.reason if decision else None,
        "note": decision.note if decision else None,
        "claimed_by": claim.by if claim else None,
        "claimed_until": claim.until if claim else None,
        "claimed_version": claim.version if claim else None,
        "show_at": showing.at,
        "pinned_until": showing.pinned_until,
        "key_moment": showing.key_moment,
        "press": showing.press,
        "everywhere": showing.everywhere,
        "corrected_at": submission.corrected_at,
        "goes_at": submission.goes_at,
        "stale": submission.stale,
        "translation": json.dumps(asdict(asked), default=datetime.isoformat) if asked else None,
    }


def _submission(row: sa.Row[Any]) -> Submission:
    decision = None
    if row.decided_fact:
        decision = Decision(
            Fact(row.decided_fact), row.decided_by, row.decided_at, row.reason, row.note
        )
    claim = None
    if row.claimed_by:
        claim = Claim(row.claimed_by, row.claimed_until, row.claimed_version)
    return Submission(
        id=row.id,
        event_id=row.event_id,
        author_id=row.author_id,
        content=_content(row._mapping),
        submitted_at=row.submitted_at,
        status=Status(row.status),
        version=row.version,
        decision=decision,
        claim=claim,
        showing=Showing(row.show_at, row.pinned_until, row.key_moment, row.press, row.everywhere),
        corrected_at=row.corrected_at,
        goes_at=row.goes_at,
        stale=row.stale,
        translation=_translation(json.loads(row.translation)) if row.translation else None,
    )


def _translation(said: dict[str, Any]) -> Translation:
    at = datetime.fromisoformat(said["at"]) if said["at"] else None
    return Translation(**(said | {"at": at}))


def _content_row(content: Content) -> dict[str, Any]:
    return {
        "kind": content.kind.value,
        "text_fr": content.text.fr,
        "text_en": content.text.en,
        "alt_fr": content.alt.fr,
        "alt_en": content.alt.en,
        "credit": content.credit,
        "team_fr": content.team.fr if content.team else None,
        "team_en": content.team.en if content.team else None,
        "place_fr": content.place.fr if content.place else None,
        "place_en": content.place.en if content.place else None,
        "tags": json.dumps(content.tags),
        "consent": content.consent.value,
        "media": json.dumps([_piece_row(content.piece(each)) for each in content.media]),
    }


def _content(row: Mapping[Any, Any]) -> Content:
    pieces = [_piece(each) for each in json.loads(row["media"])]
    return Content(
        kind=Kind(row["kind"]),
        text=Bilingual(row["text_fr"], row["text_en"]),
        alt=Bilingual(row["alt_fr"], row["alt_en"]),
        credit=row["credit"],
        team=Bilingual(row["team_fr"], row["team_en"]) or None,
        place=Bilingual(row["place_fr"], row["place_en"]) or None,
        tags=tuple(json.loads(row["tags"])),
        consent=Consent(row["consent"]),
        media=tuple(each.id for each in pieces),
        pieces=tuple(each for each in pieces if each),
    )


def _piece_row(piece: Piece) -> str | dict[str, Any]:
    """Return a photo as it is kept in its submission: its id alone where nothing is said of it."""
    if not piece:
        return piece.id
    return {
        "id": piece.id,
        "caption": piece.caption.as_dict(),
        "alt": piece.alt.as_dict(),
        "consent": piece.consent.value if piece.consent else None,
        "rights": rights_as_dict(piece.rights) if piece.rights else None,
    }


def _piece(row: str | dict[str, Any]) -> Piece:
    if isinstance(row, str):
        return Piece(row)
    consent = Consent(row["consent"]) if row["consent"] else None
    rights = row.get("rights")
    return Piece(
        row["id"],
        Bilingual(**row["caption"]),
        Bilingual(**row["alt"]),
        consent,
        Rights(**(rights | {"cleared_for": frozenset(map(Purpose, rights["cleared_for"]))}))
        if rights
        else None,
    )
