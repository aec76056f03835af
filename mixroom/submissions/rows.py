"""The rows of submissions: the tables, and the way from a row to a dataclass and back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from mixroom.core.db import UtcDateTime, metadata
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.submissions.content import Consent, Content, Piece, Purpose, Rights
from mixroom.submissions.formats import rights_as_dict
from mixroom.submissions.model import Claim, Decision, Showing, Submission, Translation
from mixroom.submissions.moves import Fact, Status

submissions = sa.Table(
    "submission",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("event_id", sa.ForeignKey("event.id"), nullable=False),
    sa.Column("author_id", sa.ForeignKey("person.id"), nullable=False),
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
    sa.Column("lacking", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("captured_at", UtcDateTime),
    sa.Column("captured_before", UtcDateTime),
    sa.Column("clock_wrong", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("request_id", sa.String(36), index=True),
    sa.Index("ix_submission_event_id", "event_id", "id"),
    sa.Index("ix_submission_event_id_status", "event_id", "status", "id"),
    sa.Index("ix_submission_submitted_at", "event_id", "status", "submitted_at", "id"),
    sa.Index("ix_submission_captured_at", "event_id", "status", "captured_at", "id"),
    sa.Index("ix_submission_decided_at", "event_id", "decided_at"),
    sa.Index("ix_submission_everywhere", "event_id", "everywhere", "decided_at"),
    sa.Index("ix_submission_claimed_by", "event_id", "claimed_by"),
    sa.Index("ix_submission_lacking", "event_id", "lacking", "submitted_at", "id"),
    sa.Index("ix_submission_author_id", "author_id", "id"),
    sa.Index("ix_submission_author_id_status", "author_id", "status", "id"),
    sa.Index("ix_submission_team_fr", "event_id", "team_fr", "id"),
    sa.Index("ix_submission_team_en", "event_id", "team_en", "id"),
    sa.Index("ix_submission_place_fr", "event_id", "place_fr"),
    sa.Index("ix_submission_place_en", "event_id", "place_en"),
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


def delete_by_keys(tx: sa.Connection, table: sa.Table, keys: Sequence[Sequence[Any]]) -> int:
    """Delete rows by their two-column primary keys, and return how many keys there were.

    One statement for each row: SQLite uses no index for a list of pairs.
    """
    first, second = table.primary_key.columns
    one = (first == sa.bindparam("first")) & (second == sa.bindparam("second"))
    if keys:
        tx.execute(table.delete().where(one), [{"first": a, "second": b} for a, b in keys])
    return len(keys)


def to_row(submission: Submission) -> dict[str, Any]:
    """Return the columns of a submission, without its id."""
    decision, claim, showing = submission.decision, submission.claim, submission.showing
    asked = submission.translation
    return {
        "event_id": submission.event_id,
        "author_id": submission.author_id,
        **content_to_row(submission.content),
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
        "translation": _translation_to_json(asked) if asked else None,
        "lacking": submission.status is Status.APPROVED and submission.lacks is not None,
        "captured_at": submission.captured_at or submission.submitted_at,
        "captured_before": submission.captured_before,
        "clock_wrong": submission.clock_wrong,
        "request_id": submission.request_id,
    }


def from_row(row: sa.Row[Any]) -> Submission:
    """Return a row of `submissions` as a submission."""
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
        content=content_from_row(row._mapping),
        submitted_at=row.submitted_at,
        status=Status(row.status),
        version=row.version,
        decision=decision,
        claim=claim,
        showing=Showing(row.show_at, row.pinned_until, row.key_moment, row.press, row.everywhere),
        corrected_at=row.corrected_at,
        goes_at=row.goes_at,
        stale=row.stale,
        translation=_translation_from_json(row.translation) if row.translation else None,
        captured_at=row.captured_at,
        captured_before=row.captured_before,
        clock_wrong=row.clock_wrong,
        request_id=row.request_id,
    )


def _translation_to_json(translation: Translation) -> str:
    fields = asdict(translation)
    fields["said"] = fields.pop("texts")  # its name in the database
    return json.dumps(fields, default=datetime.isoformat)


def _translation_from_json(text: str) -> Translation:
    fields = json.loads(text)
    at = datetime.fromisoformat(fields["at"]) if fields["at"] else None
    return Translation(fields["lang"], fields["by"], fields["said"], fields["source"], at)


def content_to_row(content: Content) -> dict[str, Any]:
    """Return the columns of a content; they are also the JSON of a revision."""
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
        "media": json.dumps([_piece_to_json(content.piece(each)) for each in content.media]),
    }


def content_from_row(row: Mapping[Any, Any]) -> Content:
    """Return the columns of a content as a content."""
    pieces = [_piece_from_json(each) for each in json.loads(row["media"])]
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


def _piece_to_json(piece: Piece) -> str | dict[str, Any]:
    """Return the JSON for one photo of a submission: only its id if it has no details."""
    if not piece:
        return piece.id
    return {
        "id": piece.id,
        "caption": piece.caption.as_dict(),
        "alt": piece.alt.as_dict(),
        "consent": piece.consent.value if piece.consent else None,
        "rights": rights_as_dict(piece.rights) if piece.rights else None,
    }


def _piece_from_json(row: str | dict[str, Any]) -> Piece:
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
