"""What became of a submission, as its reviewers read it: who wrote, decided and did what."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from mixroom.core.clock import rfc3339
from mixroom.core.text import Bilingual
from mixroom.review.model import Done, Story
from mixroom.submissions.content import Content, Piece, Purpose, Rights
from mixroom.submissions.formats import Names
from mixroom.submissions.model import Decision, Revision
from mixroom.submissions.reasons import pair

WORD = re.compile(r"\s+|\w+|[^\w\s]")
REMARKS = ("minors", "no_photo")


def timeline(story: Story, names: Names, reasons: Mapping[str, Bilingual]) -> list[dict[str, Any]]:
    """Return what became of it in the order of time; a version with what it changed."""
    versions = zip(story.revisions, [None, *story.revisions], strict=False)
    told = [
        *((each.at, _said(story, each, was, names)) for each, was in versions),
        *((each.at, _decided(n, each, names, reasons)) for n, each in story.decisions),
        *((each.at, _done(each, names)) for each in story.done),
    ]
    return [entry for _, entry in sorted(told, key=lambda each: each[0])]


def changes(before: Content, after: Content) -> list[dict[str, Any]]:
    """Return the fields that differ, each with its words: `same`, `gone` or `new`.

    What is said of a photo is compared where it is in both, and numbered as it is afterwards.
    """
    was, now = _fields(before), _fields(after)
    for n, media_id in enumerate(after.media, 1):
        if media_id in before.media:
            was |= _fields_of_photo(n, before.piece(media_id))
            now |= _fields_of_photo(n, after.piece(media_id))
    return [
        {"field": field, "words": words(was[field], now[field])}
        for field in was
        if was[field] != now[field]
    ]


def words(before: str, after: str) -> list[tuple[str, str]]:
    """Return both texts in one run: without `new` it is the first, without `gone` the second."""
    was, now = WORD.findall(before), WORD.findall(after)
    found: list[tuple[str, str]] = []
    for how, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("same", "".join(was[a:b])))
            continue
        found += [("gone", "".join(was[a:b]))] if b > a else []
        found += [("new", "".join(now[c:d]))] if d > c else []
    return found


def audit_table(done: Sequence[Done]) -> str:
    """Return the journal as CSV (RFC 4180): number, time, what, who, about what, whose."""
    table = io.StringIO()
    rows = csv.writer(table)
    rows.writerow(["number", "time", "fact", "by", "about", "of"])
    for each in done:
        at, by, of = rfc3339(each.at), _cell(each.by), _cell(each.of)
        rows.writerow([each.number, at, each.fact, by, each.about, of])
    return table.getvalue()


def _cell(text: str) -> str:
    """Return the text so that a spreadsheet takes no name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _fields(content: Content) -> dict[str, str]:
    found = {
        "text_fr": content.text.fr,
        "text_en": content.text.en,
        "alt_fr": content.alt.fr,
        "alt_en": content.alt.en,
        "credit": content.credit,
        "team": content.team["fr"] if content.team else "",
        "place": content.place["fr"] if content.place else "",
        "tags": " ".join(f"#{tag}" for tag in content.tags),
        "consent": content.consent.value,
        "photos": str(len(content.media)),
    }
    return {field: text or "" for field, text in found.items()}


def _fields_of_photo(n: int, piece: Piece) -> dict[str, str]:
    rights = piece.rights or Rights()
    found = {
        "caption_fr": piece.caption.fr,
        "caption_en": piece.caption.en,
        "alt_fr": piece.alt.fr,
        "alt_en": piece.alt.en,
        "consent": piece.consent.value if piece.consent else "",
        "cleared_for": ", ".join(each for each in Purpose if each in rights.cleared_for),
        "remarks": ", ".join(each for each in REMARKS if getattr(rights, each)),
        "artwork": rights.artwork,
        "licence": rights.licence,
    }
    return {f"photo_{n}_{field}": text or "" for field, text in found.items()}


def _said(
    story: Story, revision: Revision, before: Revision | None, names: Names
) -> dict[str, Any]:
    """Return a version: its author's, or someone's who mended or translated it."""
    changed = "edited" if revision.by == story.author_id else "amended"
    return {
        "version": revision.version,
        "at": rfc3339(revision.at),
        "by": _name(names, revision.by),
        "action": "submitted" if revision.version == 1 else changed,
        "changes": changes(before.content, revision.content) if before else [],
    }


def _decided(
    version: int, decision: Decision, names: Names, reasons: Mapping[str, Bilingual]
) -> dict[str, Any]:
    said = decision.reason
    return {
        "version": version,
        "at": rfc3339(decision.at),
        "by": _name(names, decision.by),
        "action": _action(decision.fact),
        "reason": said,
        "reason_text": reasons.get(said, pair(said)).as_dict() if said else None,
        "note": decision.note,
    }


def _done(done: Done, names: Names) -> dict[str, Any]:
    by, action = _name(names, done.by), _action(done.fact)
    return {"version": None, "at": rfc3339(done.at), "by": by, "action": action}


def _action(fact: str) -> str:
    return fact.partition(".")[2]


def _name(names: Names, key: str) -> str:
    return names.get(key, ("", None))[0]
