"""Live lists as pages carry them: the first state of a view, encoded once for all pages."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from flask import current_app
from markupsafe import Markup

from mixroom.core.materialized import MaterializedView, MaterializedViews, encode
from mixroom.core.views import View


def listed(view: View, scope: str) -> MaterializedView:
    """Return a list as it is now. Raises UnreachableError."""
    lists: MaterializedViews = current_app.extensions["lists"]
    return lists.get(view, scope)


class PageView:
    """The first state of a view as a page carries it, in `<script type="application/json">`.

    `only` are the keys that the page shows, all of them where it is None; `more` is for the page's
    script.
    """

    def __init__(
        self, each: MaterializedView, only: Iterable[str] | None = None, **more: object
    ) -> None:
        self._name = each.view.name
        self._seq = each.seq
        self._more = more
        keys = each.items if only is None else only
        self._texts = {key: each.items[key] for key in keys if key in each.items}

    @cached_property
    def items(self) -> Mapping[str, dict[str, Any]]:
        """Return the items, for a page that shows them before its script runs."""
        return {key: json.loads(text) for key, text in self._texts.items()}

    @property
    def json(self) -> Markup:
        """Return the state as the page's script reads it: already safe in a script element."""
        listed = ",".join([f'"{key}":{text}' for key, text in self._texts.items()])
        head = f'"view":"{self._name}","seq":{self._seq}'
        more = "".join(f',"{name}":{encode(value)}' for name, value in self._more.items())
        return Markup(f'{{{head},"items":{{{listed}}}{more}}}')  # noqa: S704  encoded as above


def latest(each: MaterializedView, most: int) -> list[str]:
    """Return the keys of the newest items of a list, newest first."""
    return list(islice(sorted(each.items, reverse=True), most))
