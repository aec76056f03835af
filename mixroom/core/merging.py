"""Two people at one form: each keeps the fields that they changed.

A form says what its fields held at first (the macro `held` in `templates/_parts.html`), so that the
server knows which ones its sender changed. Shown again, it has these as they were typed and all
others as they are saved now: to save it then undoes nothing of what somebody else saved meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Part = TypeVar("Part")
Fields = Mapping[str, str | Sequence[str]]  # a text, or those boxes of a name that are ticked


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields of a form that two people changed.

    `theirs` has what is saved in the texts that both changed; `has_theirs` says whether the other
    person changed any field.
    """

    fields: dict[str, str | list[str]]
    theirs: dict[str, str]
    has_theirs: bool


def merge(
    typed: Mapping[Part, Any], saved: Mapping[Part, Any], held: Mapping[Part, Any] | None
) -> tuple[dict[Part, Any], dict[Part, Any]]:
    """Return the parts that somebody changed as they typed them, all others as they are saved.

    Beside them what is saved in those that both changed. `held` is what they held at first; without
    it, all count as typed.
    """
    found, theirs = {}, {}
    for part in {**saved, **typed}:
        mine, other = _plain(typed.get(part)), _plain(saved.get(part))
        first = _plain(held.get(part)) if held is not None else None
        is_mine = held is None or first != mine
        found[part] = typed.get(part) if is_mine else saved.get(part)
        if is_mine and other not in (first, mine):
            theirs[part] = saved.get(part)
    return found, theirs


def merged(sent: Fields, saved: Fields, held: Mapping[str, Any]) -> Merged:
    """Return the fields of a form: those that its sender changed, all others as they are saved.

    Each box is a field of its own; they stay in the order in which the sender put them, or else in
    that in which they are saved. A field that was not sent was not changed.
    """
    shapes = {
        name: str if isinstance(text, str) else list for name, text in {**saved, **sent}.items()
    }
    first = {name: _like(each, held.get(name)) for name, each in {**saved, **sent}.items()}
    now = {name: saved.get(name, shape()) for name, shape in shapes.items()}
    typed = {**now, **sent}
    found, theirs = merge(_parts(typed), _parts(now), _parts(first))
    fields: dict[str, str | list[str]] = {}
    for name, shape in shapes.items():
        if shape is str:
            fields[name] = found[name, None]
        else:
            ticked = [box for (each, box), is_on in found.items() if each == name and is_on]
            fields[name] = _ordered(ticked, typed[name], now[name], first[name])
    has_theirs = any(_plain(first[name]) != _plain(now[name]) for name in shapes)
    return Merged(fields, {name: text for (name, _), text in theirs.items()}, has_theirs)


def _like(field: str | Sequence[str], value: Any) -> str | list[str]:
    """Return a value that a browser sent for a field; empty if it is nothing that this holds."""
    if isinstance(field, str):
        return value if isinstance(value, str) else ""
    boxes = value if isinstance(value, list) else []
    return [each for each in boxes if isinstance(each, str)]


def _parts(fields: Mapping[str, Any]) -> dict[tuple[str, Any], Any]:
    """Return the texts of a form, and each box that is ticked."""
    parts: dict[tuple[str, Any], Any] = {}
    for name, value in fields.items():
        if isinstance(value, str):
            parts[name, None] = _plain(value)
        else:
            parts |= {(name, each): True for each in value}
    return parts


def _ordered(
    boxes: Sequence[str], typed: Sequence[str], saved: Sequence[str], first: Sequence[str]
) -> list[str]:
    """Return the boxes in the order of whoever put them in another one, first of all the sender."""
    is_mine = _common(typed, first) != _common(first, typed) or saved == first
    order = dict.fromkeys(typed if is_mine else saved)
    return [*_common([*order], boxes), *(each for each in boxes if each not in order)]


def _common(those: Sequence[str], others: Sequence[str]) -> list[str]:
    there = set(others)
    return [each for each in those if each in there]


def _plain(value: Any) -> Any:
    """Return a value as it is compared: browsers send lines in their own way."""
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
