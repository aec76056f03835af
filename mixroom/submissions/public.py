"""The public page: made once for all visitors, as often as something on it changes."""

from flask import Response, g, request

from mixroom.core.materialized import MaterializedView
from mixroom.event.model import Event
from mixroom.web import packing
from mixroom.web.lists import PageView, latest
from mixroom.web.once import Once
from mixroom.web.pages import render

MOST = 200  # items on the page; what is older has left it
VERSIONS = 16  # of the page that are kept: languages, ways of packing, and the version before
_made = Once(VERSIONS)


def public_page(event: Event | None, found: MaterializedView) -> Response | str:
    """Return the page of an event and its list; each visitor gets the same bytes as the others."""
    if g.identity is not None:
        return _page(found)
    how = packing.wanted()
    key = (event, found.seq, id(found), g.lang, request.args.get("lang"), how)

    def make() -> bytes:
        plain = _page(found).encode()
        return packing.pack(plain, how) if how else plain

    response = Response(_made.get(key, make), mimetype="text/html")
    response.vary.add("Accept-Encoding")
    if how:
        response.headers["Content-Encoding"] = how
    return response


def _page(found: MaterializedView) -> str:
    return render("public/live.html", view=PageView(found, latest(found, MOST)))
