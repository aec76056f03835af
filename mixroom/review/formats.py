"""What became of a submission, as its reviewers read it: who wrote what, and who decided what."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from mixroom.core.clock import rfc3339
from mixroom.core.text import Bilingual
from mixroom.review.model import Done
from mixroom.submissions.content import Content
from mixroom.submissions.formats import Names
from mixroom.submissions.model import Decision, Revision
from mixroom.submissions.reasons import pair

WORD = re.compile(r"\s+|\w+|[^\w\s]")


def timeline(
    revisions: Sequence[Revision],
    decisions: Sequence[tuple[int, Decision]],
    names: Names,
    reasons: Mapping[str, Bilingual],
) -> list[dict[str, Any]]:
    """Return each version and each decision in their order; a version with what it changed."""
    told = [_decided(version, decision, names, reasons) for version, decision in decisions]
    before: Content | None = None
    for revision in revisions:
        told.append(
            {
                "version": revision.version,
                "at": rfc3339(revision.at),
                "by": _name(names, revision.by),
                "action": "submitted" if before is None else "edited",
                "changes": changes(before, revision.content) if before else [],
            }
        )
        before = revision.content
    return sorted(told, key=lambda each: each["version"])


def changes(before: Content, after: Content) -> list[dict[str, Any]]:
    """Return the fields that differ, each with its words: `same`, `gone` or `new`."""
    was, now = _fields(before), _fields(after)
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
    }
    for n, media_id in enumerate(content.media, 1):
        piece = content.piece(media_id)
        for name, text in (("caption", piece.caption), ("alt", piece.alt)):
            found[f"photo_{n}_{name}_fr"], found[f"photo_{n}_{name}_en"] = text.fr, text.en
        found[f"photo_{n}_consent"] = piece.consent.value if piece.consent else ""
    return {field: text or "" for field, text in found.items()}


def _decided(
    version: int, decision: Decision, names: Names, reasons: Mapping[str, Bilingual]
) -> dict[str, Any]:
    said = decision.reason
    return {
        "version": version,
        "at": rfc3339(decision.at),
        "by": _name(names, decision.by),
        "action": decision.fact.value.partition(".")[2],
        "reason": said,
        "reason_text": reasons.get(said, pair(said)).as_dict() if said else None,
        "note": decision.note,
    }


def _name(names: Names, key: str) -> str:
    return names.get(key, ("", None))[0]
