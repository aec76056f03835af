"""Two people at the form of one message: each keeps the fields that they changed.

A form carries a digest of what each of its fields held at first, so that the server knows, also
without a script, which ones its sender changed. The second of two to save gets these back as they
typed them, and all others as they are saved now.
"""

import json
from collections.abc import Mapping
from hashlib import blake2s
from typing import Any

from mixroom.core.text import LANGS

DIGEST = 6  # bytes
APART = ("channels", "submissions", "own", "pictures")  # each box, text or picture is a field
Part = tuple[str, Any]
Fields = Mapping[str, Any]


def first_of(fields: Fields) -> str:
    """Return the digest of each field of a form, as JSON."""
    return json.dumps({_name(part): _digest(value) for part, value in _parts(fields).items()})


def merged(typed: Fields, saved: Fields, first: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that somebody changed as they typed them, all others as they are saved.

    Beside them, by the name of the field, what is saved where both changed it: `title`, `own:x:fr`.
    `first` is what `first_of` returned when their form was made; without it, all counts as typed.
    A picture that the other took out stays out.
    """
    held = _read(first)
    mine, theirs = _parts(typed), _parts(saved)
    found, clashes = {}, {}
    for part in theirs | mine:
        name, ours, other = _name(part), mine.get(part), theirs.get(part)
        was = held.get(name) if held else None
        is_mine = held is None or was != _digest(ours)
        found[part] = ours if is_mine else other
        if is_mine and _digest(other) not in (was, _digest(ours)):
            clashes[name] = other
    fields = {
        **{name: found[name, None] for name in typed if name not in APART},
        **{name: _kept(found, name) for name in ("channels", "submissions")},
        "own": {key: found["own", key] for key in _kept(found, "own")},
        "pictures": [
            found["pictures", each["media"]]
            for each in saved["pictures"]
            if found["pictures", each["media"]]
        ],
    }
    return fields, clashes


def _kept(found: Mapping[Part, Any], name: str) -> list[Any]:
    return [key for (part, key), value in found.items() if part == name and value is not None]


def _parts(fields: Fields) -> dict[Part, Any]:
    return {
        **{(name, None): value for name, value in fields.items() if name not in APART},
        **{(name, key): True for name in ("channels", "submissions") for key in fields[name]},
        **{("own", key): text for key, text in fields["own"].items()},
        **{("pictures", each["media"]): each for each in fields["pictures"]},
    }


def _name(part: Part) -> str:
    name, key = part
    return ":".join([name, *([key] if isinstance(key, str) else key or [])])


def _digest(value: Any) -> str | None:
    if value is None:  # no such text, box or picture
        return None
    if isinstance(value, dict):  # a picture: what one may change of it
        alt = [value["alt"].get(lang) or "" for lang in LANGS]
        value = [alt, value["credit"] or "", [round(share, 4) for share in value["focus"]]]
    text = json.dumps(value).replace("\\r\\n", "\\n")
    return blake2s(text.encode(), digest_size=DIGEST).hexdigest()


def _read(first: str) -> dict[str, Any] | None:
    try:
        held = json.loads(first)
    except (ValueError, RecursionError):
        return None
    return held if isinstance(held, dict) else None
