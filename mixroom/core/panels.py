"""Panels: the parts of the dashboard, which features bring."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa

from mixroom.core.views import Item, Touched, keys_named


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the dashboard; panels are ordered by `position` in their `place`.

    `template` draws it, with `items` (its items by key) and `event`, and `script` names a module
    under `static/js/` that keeps it current: its function `begin(element, panel)` is called once.
    The rest is what a `View` has: all panels together are one live view, in which the keys of this
    one begin with its name and a colon.
    """

    name: str
    template: str
    script: str  # or nothing
    position: int
    facts: frozenset[str] = frozenset()
    keys: Callable[[sa.Connection, str], Sequence[str]] = lambda _tx, _event_id: ()
    find: Callable[[sa.Connection, str, Collection[str]], Mapping[str, Item]] = (
        lambda _tx, _event_id, _keys: {}
    )
    touched: Touched = keys_named
    place: Literal["top", "main", "side", "foot"] = "side"
