"""Two people at the form of one message: each keeps the fields that they changed.

As in other forms (`mixroom/core/merging.py`), each text and each box is a field; those of a picture
are there as long as the picture is.
"""

from collections.abc import Mapping
from typing import Any

from mixroom.core.merging import merge
from mixroom.core.text import LANGS

APART = ("channels", "submissions", "own", "pictures")  # of which each box and text is a field
ALTS = {f"alt_{lang}": lang for lang in LANGS}
OF_A_PICTURE = (*ALTS, "credit", "focus")
Fields = Mapping[str, Any]
Part = tuple[str, Any]


def held_by(fields: Fields) -> dict[str, Any]:
    """Return what a form's fields hold, one by one, as JSON can carry it."""
    return {_name(part): value for part, value in _parts(fields).items()}


def merged(
    typed: Fields, saved: Fields, held: Mapping[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields that somebody changed as they typed them, all others as they are saved.

    Beside them, by the name of the field, what is saved where both changed it: `title`, `own:x:fr`.
    `held` is what `held_by` returned when their form was made; without it, all counts as typed. A
    picture that the other took out stays out.
    """
    mine, theirs = _parts(typed), _parts(saved)
    was = None if held is None else {each: held.get(_name(each)) for each in theirs | mine}
    found, clashes = merge(mine, theirs, was)
    pictures = [
        _described(each, found) for each in saved["pictures"] if found["pictures", each["media"]]
    ]
    fields = {
        **{name: found[name, None] for name in typed if name not in APART},
        **{name: _kept(found, name) for name in ("channels", "submissions")},
        "own": {key: found["own", key] for key in _kept(found, "own")},
        "pictures": pictures,
    }
    shown = {each["media"] for each in pictures}
    return fields, {
        _name(part): value
        for part, value in clashes.items()
        if part[0] not in OF_A_PICTURE or part[1] in shown
    }


def _described(picture: Fields, found: Mapping[Part, Any]) -> dict[str, Any]:
    key = picture["media"]
    return {
        **picture,
        "alt": {lang: found[name, key] for name, lang in ALTS.items()},
        "credit": found["credit", key],
        "focus": found["focus", key],
    }


def _kept(found: Mapping[Part, Any], name: str) -> list[Any]:
    return [key for (part, key), value in found.items() if part == name and value is not None]


def _parts(fields: Fields) -> dict[Part, Any]:
    parts: dict[Part, Any] = {
        **{(name, None): value for name, value in fields.items() if name not in APART},
        **{(name, key): True for name in ("channels", "submissions") for key in fields[name]},
        **{("own", key): text for key, text in fields["own"].items()},
    }
    for each in fields["pictures"]:
        key = each["media"]
        parts["pictures", key] = True
        parts |= {(name, key): each["alt"].get(lang) or "" for name, lang in ALTS.items()}
        parts["credit", key] = each["credit"] or ""
        parts["focus", key] = [round(share, 4) for share in each["focus"]]
    return parts


def _name(part: Part) -> str:
    name, key = part
    return ":".join([name, *([key] if isinstance(key, str) else key or [])])
