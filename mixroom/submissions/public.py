"""The public page, rendered once for all visitors until something on it changes."""

from flask import Response, g, request

from mixroom.core.live_list import LiveList
from mixroom.event.model import Event
from mixroom.web import compression
from mixroom.web.cache import Cache
from mixroom.web.lists import PageView, latest
from mixroom.web.pages import render

MAX_ITEMS = 200  # the newest on the page
MAX_VERSIONS = 16  # kept: each language in each compression, and those before the last change
_made = Cache(MAX_VERSIONS)


def public_page(event: Event | None, found: LiveList) -> Response | str:
    """Return an event's page; all visitors without a session get the same bytes."""
    if g.identity is not None:
        return _page(found)
    how = compression.accepted()
    key = (event, found.seq, id(found), g.lang, request.args.get("lang"), how)

    def make() -> bytes:
        plain = _page(found).encode()
        return compression.compress(plain, how) if how else plain

    response = Response(_made.get(key, make), mimetype="text/html")
    response.vary.add("Accept-Encoding")
    if how:
        response.headers["Content-Encoding"] = how
    return response


def _page(found: LiveList) -> str:
    return render("public/live.html", view=PageView(found, latest(found, MAX_ITEMS)))
