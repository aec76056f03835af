"""Lists of the API, a page at a time: the next one begins after the last id of the one before."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

from flask import Response, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.web.api import number

MAX_PER_PAGE = 200
QUERY = {
    "after": "The last id of the page before.",
    "limit": f"At most {MAX_PER_PAGE}; 50 by default.",
}
E = TypeVar("E", bound=StrEnum)


class Wanted(NamedTuple):
    """The page that a request asks for: at most `limit` items that come `after` an id."""

    after: str
    limit: int


def wanted() -> Wanted:
    """Return the page that the request asks for; raises InvalidError."""
    limit = number(request.args.get("limit", "50"), "limit", MAX_PER_PAGE)
    if not limit:
        raise InvalidError("limit", "malformed")
    return Wanted(request.args.get("after", ""), limit)


def one_of(kind: type[E], field: str) -> E | None:
    """Return the value that the request filters by, None for all; raises InvalidError."""
    text = request.args.get(field, "")
    if text and text not in list(kind):
        raise InvalidError(field, "unknown")
    return kind(text) if text else None


def answer(page: Wanted, items: Sequence[Mapping[str, Any]]) -> Response:
    """Return the items of a page, with a link to the next one if there may be more."""
    response = jsonify({"items": items})
    if len(items) == page.limit:
        query = urlencode({**request.args.to_dict(), "after": items[-1]["id"]})
        response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response
