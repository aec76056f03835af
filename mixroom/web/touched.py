"""The fields of a form that someone touched: only those are saved, as others may be at it too."""

import json

from flask import request


def touched(*names: str) -> bool:
    """Return whether one of these fields holds something else than when its page was made.

    The page says so in its field `held`; without it, as from a program, each field is meant.
    """
    try:
        held = json.loads(request.form.get("held", ""))
    except (ValueError, RecursionError):
        return True
    if not isinstance(held, dict):
        return True
    return any(_plain(request.form.get(name, "")) != _plain(held.get(name)) for name in names)


def _plain(text: object) -> str:
    """Return a value as it is compared: browsers send lines in their own way."""
    return "" if text is None else str(text).replace("\r\n", "\n").strip()
