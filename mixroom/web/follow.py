"""`live.follow` over plain HTTP: for scripts, for visitors, and for networks without sockets."""

from collections.abc import Callable, Mapping
from typing import Any

import pydantic
from flask import Blueprint, Response, g, request

from mixroom.core.errors import NotAllowedError, NotFoundError
from mixroom.core.materialized import MaterializedViews
from mixroom.core.views import View
from mixroom.web import compression
from mixroom.web.api import documented
from mixroom.web.cache import Cache
from mixroom.web.problems import RefusedError

PUBLIC = "public"
MAX_COMPRESSED, MAX_BYTES = 32, 8_000_000  # compressed answers that are kept


class CaughtUp(pydantic.BaseModel):
    """The changes after `after`: each key once, as it is now (null: no longer in the list)."""

    seq: int
    changes: dict[str, dict[str, Any] | None]
    reset: bool | None = None
    more: str | None = None


def blueprint(
    views: Mapping[str, View], lists: MaterializedViews, public_scope: Callable[[], str | None]
) -> Blueprint:
    """Return the blueprint; `public_scope` returns the id of the event that visitors see."""
    api = Blueprint("views_api", __name__)
    answers: Cache[bytes] = Cache(MAX_COMPRESSED, MAX_BYTES, size=len)

    @api.get("/views/<name>")
    @documented(
        "Catch up with a live view",
        {200: CaughtUp},
        query={
            "after": "The last number held; without it, the whole list.",
            "start": "What the answer before gave as `more`, for what follows in a long list.",
        },
    )
    def follow(name: str) -> Response:
        """Return the answer of `live.follow`."""
        view = views.get(name)
        if view is None:
            raise NotFoundError(name)
        found = lists.get(view, _scope(view, public_scope))
        after, start = _after(request.args.get("after")), request.args.get("start", "")
        answer = found.answer(after, lists.position, start)
        how = compression.accepted() if len(answer) >= compression.MIN_BYTES else ""
        plain = answer.encode()
        body = (
            answers.get((answer, how), lambda: compression.compress(plain, how)) if how else plain
        )
        response = Response(body, mimetype="application/json")
        response.vary.add("Accept-Encoding")
        if how:
            response.headers["Content-Encoding"] = how
        return response

    return api


def _scope(view: View, public_scope: Callable[[], str | None]) -> str:
    if g.identity is None:
        if view.name != PUBLIC:
            raise RefusedError("not_signed_in")
        scope = public_scope()
        if scope is None:
            raise NotFoundError(view.name)
        return scope
    if g.identity.person.role not in view.roles:
        raise NotAllowedError(view.name)
    return view.scope_of(g.identity.person)


def _after(text: str | None) -> object:
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < 19 else text  # noqa: PLR2004  64 bits
