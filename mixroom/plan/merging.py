"""Two people at the form of one message: each keeps the fields that they changed.

A form says what its fields held at first (`mixroom/web/touched.py`), so that the server knows which
ones its sender changed. The second of two to save gets these back as they typed them, and all
others as they are saved now.
"""

from collections.abc import Mapping
from typing import Any

from mixroom.core.text import LANGS

APART = ("channels", "submissions", "own", "pictures")  # each box, text or picture is a field
Fields = Mapping[str, Any]
Part = tuple[str, Any]


def held_by(fields: Fields) -> dict[str, Any]:
    """Return what a form's fields hold, one by one, as JSON can carry it and as it compares."""
    return {_name(part): _plain(value) for part, value in _parts(fields).items()}


def merged(
    typed: Fields, saved: Fields, held: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that somebody changed as they typed them, all others as they are saved.

    Beside them, by the name of the field, what is saved where both changed it: `title`, `own:x:fr`.
    `held` is what `held_by` returned when their form was made; without it, all counts as typed. A
    picture that the other took out stays out.
    """
    mine, theirs = _parts(typed), _parts(saved)
    found, clashes = {}, {}
    for part in theirs | mine:
        name, ours, other = _name(part), mine.get(part), theirs.get(part)
        was = held.get(name) if held else None
        is_mine = held is None or was != _plain(ours)
        found[part] = ours if is_mine else other
        if is_mine and _plain(other) not in (was, _plain(ours)):
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


def _plain(value: Any) -> Any:
    if isinstance(value, dict):  # a picture: what one may change of it
        alt = [value["alt"].get(lang) or "" for lang in LANGS]
        return [*alt, value["credit"] or "", *(round(share, 4) for share in value["focus"])]
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
