"""Live lists in pages: the first state of a view, encoded once for all pages."""

import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from flask import current_app
from markupsafe import Markup

from mixroom.core.live_list import LiveList, encode
from mixroom.core.materialized import MaterializedViews
from mixroom.core.views import View


def live_list(view: View, scope: str) -> LiveList:
    """Return the list of a view as it is now; raises UnreachableError."""
    lists: MaterializedViews = current_app.extensions["lists"]
    return lists.get(view, scope)


class PageView:
    """The first state of a view in a page, for a `<script type="application/json">`.

    `only` limits the keys; `more` are further values for the page's script.
    """

    def __init__(self, each: LiveList, only: Iterable[str] | None = None, **more: object) -> None:
        self._name = each.view.name
        self._seq = each.seq
        self._more = more
        keys = each.items if only is None else only
        self._texts = {key: each.items[key] for key in keys if key in each.items}

    @cached_property
    def items(self) -> Mapping[str, dict[str, Any]]:
        """Return the items by key, for a page that shows them before its script runs."""
        return {key: json.loads(text) for key, text in self._texts.items()}

    @property
    def json(self) -> Markup:
        """Return the state as JSON that is safe in a script element."""
        items = ",".join([f'"{key}":{text}' for key, text in self._texts.items()])
        head = f'"view":"{self._name}","seq":{self._seq}'
        more = "".join(f',"{name}":{encode(value)}' for name, value in self._more.items())
        return Markup(f'{{{head},"items":{{{items}}}{more}}}')  # noqa: S704  encoded as above


def latest(each: LiveList, most: int) -> list[str]:
    """Return the keys of the `most` newest items of a list, newest first."""
    return list(islice(sorted(each.items, reverse=True), most))
