"""The feed for Museomix Global, which anyone may read."""

from flask import Blueprint, Response, make_response

from mixroom.core import clock
from mixroom.core.errors import NotFoundError
from mixroom.event.queries import get_present
from mixroom.plan import queries
from mixroom.plan.formats import PATH, atom
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter

public = Blueprint("plan_public", __name__)
ONE_MINUTE = "public, max-age=60"


@public.get(PATH)
@limiter.limit("120/minute")
def feed() -> Response:
    """Return the feed of the event that visitors see."""
    event = get_present()
    if event is None:
        raise NotFoundError(PATH)
    base_url = parts().settings.base_url
    found = queries.for_global(event.id)
    response = make_response(atom(event.name, found, base_url, clock.now()))
    response.headers["Content-Type"] = "application/atom+xml; charset=utf-8"
    response.headers["Cache-Control"] = ONE_MINUTE
    return response
