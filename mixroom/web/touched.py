"""The fields of a form that someone touched: only those are saved, as others may be at it too."""

import json
from typing import Any

from flask import g, request


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


def _plain(text: object) -> str:
    """Return a value as it is compared: browsers send lines in their own way."""
    return "" if text is None else str(text).replace("\r\n", "\n").strip()
