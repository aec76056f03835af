"""The JSON of a submission: for the public, for its author and reviewers, for translators."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual, other
from mixroom.media.model import MediaStatus
from mixroom.submissions.content import Piece, Rights
from mixroom.submissions.model import Claim, Decision, Submission, Translation
from mixroom.submissions.reasons import bilingual

PRIVATE_PHOTO_FIELDS = frozenset({"consent", "rights", "twins"})  # left out for the public
Names = Mapping[str, tuple[str, Role]]
Photos = Sequence[Mapping[str, Any]]
Asked = Mapping[str, tuple[Bilingual, str | None]]  # request → its text and who asked


def published(submission: Submission, photos: Photos) -> dict[str, Any]:
    """Return the item that the wall and the public see, without anything about its review."""
    content, decision, showing = submission.content, submission.decision, submission.showing
    return {
        "id": submission.id,
        "kind": content.kind.value,
        "text": content.text.as_dict(),
        "alt": content.alt.as_dict(),
        "credit": content.credit,
        "team": _label(content.team),
        "place": _label(content.place),
        "approved_at": rfc3339(decision.at if decision else submission.submitted_at),
        "corrected_at": _moment(submission.corrected_at),
        "pinned_until": _moment(showing.pinned_until),
        "key_moment": showing.key_moment,
        "media": [
            {name: photo[name] for name in photo if name not in PRIVATE_PHOTO_FIELDS}
            for photo in photos
        ],
    }


def photo_details(piece: Piece) -> dict[str, Any]:
    """Return the details of one photo; a `consent` of null means that of the whole submission."""
    return {
        "caption": piece.caption.as_dict(),
        "alt": piece.alt.as_dict(),
        "consent": piece.consent.value if piece.consent else None,
        "rights": rights_as_dict(piece.rights) if piece.rights else None,
    }


def rights_as_dict(rights: Rights) -> dict[str, Any]:
    """Return the rights of a photo, as they are stored and as they are sent."""
    return {**asdict(rights), "cleared_for": sorted(rights.cleared_for)}


def internal(
    submission: Submission,
    photos: Photos,
    names: Names,
    reasons: Mapping[str, Bilingual],
    asked: Asked,
) -> dict[str, Any]:
    """Return the item that the author and the reviewers see."""
    content = submission.content
    author, role = names.get(submission.author_id, ("", Role.BLOGGER))
    return {
        "id": submission.id,
        "kind": content.kind.value,
        "status": submission.status.value,
        "version": submission.version,
        "text": content.text.as_dict(),
        "alt": content.alt.as_dict(),
        "credit": content.credit,
        "team": _label(content.team),
        "place": _label(content.place),
        "tags": list(content.tags),
        "consent": content.consent.value,
        "author": {"id": submission.author_id, "name": author, "role": role.value},
        "submitted_at": rfc3339(submission.submitted_at),
        "captured_at": rfc3339(submission.captured_at or submission.submitted_at),
        "clock_wrong": submission.clock_wrong,
        "decision": _decision(submission.decision, names, reasons),
        "claim": _claim(submission.claim, names),
        "showing": {
            "at": _moment(submission.showing.at),
            "pinned_until": _moment(submission.showing.pinned_until),
            "key_moment": submission.showing.key_moment,
            "press": submission.showing.press,
            "global": submission.showing.everywhere,
        },
        "corrected_at": _moment(submission.corrected_at),
        "goes_at": _moment(submission.goes_at),
        "stale": submission.stale,
        "request": _request(submission.request_id, names, asked),
        "media": list(photos),
    }


def to_translate(submission: Submission, photos: Photos, names: Names) -> dict[str, Any]:
    """Return the item that translators see: both languages, the wanted one, and the request.

    `photo` is the first photo, once it is ready; `media` are the photos with a caption or an
    alternative text.
    """
    content, asked, decision = submission.content, submission.translation, submission.decision
    described = {piece.id for piece in content.pieces if piece.caption or piece.alt}
    return {
        "id": submission.id,
        "version": submission.version,
        "lacks": submission.lacks,
        "stale": submission.stale == submission.lacks,
        "text": content.text.as_dict(),
        "alt": content.alt.as_dict(),
        "credit": content.credit,
        "author": names.get(submission.author_id, ("", None))[0],
        "approved_at": rfc3339(decision.at if decision else submission.submitted_at),
        "photo": photos[0] if photos and photos[0]["status"] == MediaStatus.READY else None,
        "media": [photo for photo in photos if photo["id"] in described],
        "asked": _asked(submission, asked, names) if asked else None,
    }


def _without_private_fields(photo: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in photo.items() if name not in PRIVATE_PHOTO_FIELDS}


def _asked(submission: Submission, asked: Translation, names: Names) -> dict[str, Any]:
    """Return the translator and the proposal, which is null until it is written.

    `outdated` says that the original has changed since.
    """
    proposed = None
    if asked.at:
        texts, content = asked.texts, submission.content
        proposed = {
            "text": texts.get("text"),
            "alt": texts.get("alt"),
            "media": [
                {name: texts.get(f"{key}.{name}") for name in ("caption", "alt")} | {"id": key}
                for key in content.media
                if f"{key}.caption" in texts or f"{key}.alt" in texts
            ],
            "at": rfc3339(asked.at),
            "outdated": asked.source != content.side(other(asked.lang)),
        }
    return {"id": asked.by, "name": names.get(asked.by, ("", None))[0], "proposed": proposed}


def _decision(
    decision: Decision | None, names: Names, reasons: Mapping[str, Bilingual]
) -> dict[str, Any] | None:
    if decision is None:
        return None
    reason = decision.reason
    return {
        "action": decision.fact.value.partition(".")[2],
        "reason": reason,
        "reason_text": reasons.get(reason, bilingual(reason)).as_dict() if reason else None,
        "note": decision.note,
        "by": names.get(decision.by, ("", None))[0],
        "at": rfc3339(decision.at),
    }


def _request(key: str | None, names: Names, asked: Asked) -> dict[str, Any] | None:
    """Return the request that the submission answers; `by` is null where the programme asked."""
    if key is None or key not in asked:
        return None
    text, by = asked[key]
    asker = {"id": by, "name": names.get(by, ("", None))[0]} if by else None
    return {"id": key, "text": text.as_dict(), "by": asker}


def _claim(claim: Claim | None, names: Names) -> dict[str, Any] | None:
    if claim is None:
        return None
    name = names.get(claim.by, ("", None))[0]
    return {"id": claim.by, "name": name, "until": rfc3339(claim.until)}


def _moment(at: datetime | None) -> str | None:
    return rfc3339(at) if at else None


def _label(label: Bilingual | None) -> dict[str, str | None] | None:
    return label.as_dict() if label else None
