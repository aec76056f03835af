"""The fields of a form that someone touched, as others may be at it too.

A form of many small fields saves only those; one that keeps a version is shown again with those and
with what somebody else has saved in all others.
"""

import json
from typing import Any

from flask import g, request

from mixroom.core.merging import Fields, merged

Refused = dict[str, Any] | None


def touched(*names: str) -> bool:
    """Return whether one of these fields holds something else than when its page was made.

    The page says so in its field `held`; without it, as from a program, each field is meant.
    """
    held = held_fields()
    if held is None:
        return True
    return any(_plain(request.form.get(name, "")) != _plain(held.get(name)) for name in names)


def held_fields() -> dict[str, Any] | None:
    """Return what the fields of this request's form held, or None if it does not say so.

    It is read once, and may be long.
    """
    if "held" not in g:
        try:
            said = json.loads(request.form.get("held", ""))
        except (ValueError, RecursionError):
            said = None
        g.held = said if isinstance(said, dict) else None
    held: dict[str, Any] | None = g.held
    return held


def shown_again(refused: Refused, path: str, saved: Fields) -> Refused:
    """Return a refusal of the form at `path` with the values that it is to have now.

    Beside them are `theirs` and `has_theirs`, as in `Merged`. As it is if the form is another one,
    or did not say what it held.
    """
    if not refused or refused["path"] != path or (held := held_fields()) is None:
        return refused
    form = request.form.copy()
    sent: dict[str, str | list[str]] = {}
    for name, value in saved.items():
        if not isinstance(value, str):
            sent[name] = form.getlist(name)
        elif name in form:
            sent[name] = form[name]
    both = merged(sent, saved, held)
    for name, value in both.fields.items():
        form.poplist(name)
        for each in [value] if isinstance(value, str) else value:
            form.add(name, each)
    form["held"] = json.dumps(saved)
    return refused | {"values": form, "theirs": both.theirs, "has_theirs": both.has_theirs}


def _plain(text: object) -> str:
    """Return a value as it is compared: browsers send lines in their own way."""
    return "" if text is None else str(text).replace("\r\n", "\n").strip()
