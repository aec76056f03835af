"""The feed for Museomix Global, which anyone may read."""

from flask import Blueprint, Response, g, make_response

from mixroom.core import clock
from mixroom.core.errors import NotFoundError
from mixroom.plan import queries
from mixroom.plan.formats import PATH, atom
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.pages import current_event

public = Blueprint("plan_public", __name__)
ONE_MINUTE, OWN = "public, max-age=60", "private, no-store"


@public.get(PATH)
@limiter.limit("120/minute")
def feed() -> Response:
    """Return the feed of the event that visitors see; in a rehearsal, its own for its people."""
    event = current_event()
    if event is None:
        raise NotFoundError(PATH)
    base_url = parts().settings.base_url
    found = queries.for_global(event.id)
    response = make_response(atom(event.name, found, base_url, clock.now()))
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    response.headers["Cache-Control"] = OWN if g.get("identity") else ONE_MINUTE
    response.headers["Vary"] = "Cookie"
    return response
