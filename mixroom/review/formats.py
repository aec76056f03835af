"""The history of a submission and the audit table, as reviewers and leads read them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from mixroom.core.clock import rfc3339
from mixroom.core.spreadsheets import csv_of
from mixroom.core.text import Bilingual
from mixroom.review.model import JournalLine, SubmissionHistory
from mixroom.submissions.content import Content, Piece, Purpose, Rights
from mixroom.submissions.formats import Names
from mixroom.submissions.model import Decision, Revision
from mixroom.submissions.reasons import bilingual

WORD = re.compile(r"\s+|\w+|[^\w\s]")
REMARKS = ("minors", "no_photo")


def timeline(
    history: SubmissionHistory, names: Names, reasons: Mapping[str, Bilingual]
) -> list[dict[str, Any]]:
    """Return the entries of a history in the order of time; a revision has its changes."""
    versions = zip(history.revisions, [None, *history.revisions], strict=False)
    entries = [
        *((each.at, _revision(history, each, was, names)) for each, was in versions),
        *((each.at, _decision(n, each, names, reasons)) for n, each in history.decisions),
        *((each.at, _other(each, names)) for each in history.others),
    ]
    return [entry for _, entry in sorted(entries, key=lambda each: each[0])]


def changes(before: Content, after: Content) -> list[dict[str, Any]]:
    """Return the fields that differ, each with its words: `same`, `gone` or `new`.

    The details of a photo are compared if it is in both; it has its number in `after`.
    """
    was, now = _fields(before), _fields(after)
    for n, media_id in enumerate(after.media, 1):
        if media_id in before.media:
            was |= _fields_of_photo(n, before.piece(media_id))
            now |= _fields_of_photo(n, after.piece(media_id))
    return [
        {"field": field, "words": diff_words(was[field], now[field])}
        for field in was
        if was[field] != now[field]
    ]


def diff_words(before: str, after: str) -> list[tuple[str, str]]:
    """Return a diff of two texts: without `new` it is the first, without `gone` the second."""
    was, now = WORD.findall(before), WORD.findall(after)
    found: list[tuple[str, str]] = []
    for how, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if how == "equal":
            found.append(("same", "".join(was[a:b])))
            continue
        found += [("gone", "".join(was[a:b]))] if b > a else []
        found += [("new", "".join(now[c:d]))] if d > c else []
    return found


def audit_table(parts: Iterable[Sequence[JournalLine]]) -> Iterator[str]:
    """Return the parts of the journal as CSV (RFC 4180), after a heading."""
    yield csv_of([["number", "time", "fact", "by", "about", "of"]])
    for part in parts:
        yield csv_of([e.number, rfc3339(e.at), e.fact, e.by, e.about, e.of] for e in part)


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


def _revision(
    history: SubmissionHistory, revision: Revision, before: Revision | None, names: Names
) -> dict[str, Any]:
    """Return the entry for a revision: submitted, edited by its author, or amended by another."""
    changed = "edited" if revision.by == history.author_id else "amended"
    return {
        "version": revision.version,
        "at": rfc3339(revision.at),
        "by": _name(names, revision.by),
        "action": "submitted" if revision.version == 1 else changed,
        "changes": changes(before.content, revision.content) if before else [],
    }


def _decision(
    version: int, decision: Decision, names: Names, reasons: Mapping[str, Bilingual]
) -> dict[str, Any]:
    reason = decision.reason
    return {
        "version": version,
        "at": rfc3339(decision.at),
        "by": _name(names, decision.by),
        "action": _action(decision.fact),
        "reason": reason,
        "reason_text": reasons.get(reason, bilingual(reason)).as_dict() if reason else None,
        "note": decision.note,
    }


def _other(line: JournalLine, names: Names) -> dict[str, Any]:
    by, action = _name(names, line.by), _action(line.fact)
    return {"version": None, "at": rfc3339(line.at), "by": by, "action": action}


def _action(fact: str) -> str:
    return fact.partition(".")[2]


def _name(names: Names, key: str) -> str:
    return names.get(key, ("", None))[0]
