"""The page of the wall, for screens and for the crew, and the page that controls the screens."""

from datetime import datetime

import segno
from flask import Blueprint, g, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.speech import say
from mixroom.core.text import LANGS, Lang, other
from mixroom.core.views import Item
from mixroom.crew import actions as crew_actions
from mixroom.crew.asking import member
from mixroom.event.model import Event
from mixroom.sponsors.live import VIEW as SPONSORS
from mixroom.wall import queries
from mixroom.wall.live import SCREEN, SCREENS, VIEW
from mixroom.wall.model import edition
from mixroom.web.assets import release
from mixroom.web.declaration import parts
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event
from mixroom.wrap.live import WRAPS

web = Blueprint("wall", __name__)


@web.get("/wall")
@limiter.limit("60/minute")
def wall() -> str:
    """Show the wall, or a code to pair this browser as a screen if nobody is signed in."""
    if g.identity is None:
        code, secret = crew_actions.ask_pairing()
        return render_template(
            "wall_pair.html", pairing={"code": f"{code[:4]} {code[4:]}", "secret": secret}
        )
    by = g.identity.person
    event: Event | None = current_event()
    assert event is not None
    screens = live_list(SCREEN, by.id)
    own = PageView(screens)
    g.lang = _first_language(event, own.items.get(by.id))
    base_url = parts().settings.base_url
    return render_template(
        "wall/wall.html",
        view=PageView(live_list(VIEW, by.event_id)),
        programme=[entry.as_dict() for entry in event.programme],
        sponsors=PageView(live_list(SPONSORS, by.event_id), whose=by.id),
        wraps=PageView(live_list(WRAPS, by.event_id)),
        public_url=base_url,
        qr=segno.make(base_url, error="m").svg_inline(border=1, omitsize=True),
        day_index=_day(event, clock.now()),
        screen=own if screens.items else None,
        release=release(),
        edition=edition(event),
        away=lambda message: say(other(g.lang), message),
        now=rfc3339(clock.now()),
    )


@web.get("/screens")
def screens() -> str:
    """Show the remote control of the screens."""
    by = member()
    by.must("screen.drive")
    view = PageView(live_list(SCREENS, by.event_id))
    reports = {each["id"]: each["report"] for each in queries.screens_with_reports(by)}
    return render_template("wall/screens.html", view=view, reports=reports)


def _first_language(event: Event, own: Item | None) -> Lang:
    """Return the language that comes first on a wall; the browser's own does not count.

    `?lang=` in the address comes before the screen's filter, and that before the event's setting.
    """
    asked = request.args.get("lang")
    if asked in LANGS:
        return asked
    filtered: Lang | None = own["settings"]["filters"]["lang"] if own else None
    return filtered or event.languages.first


def _day(event: Event, moment: datetime) -> int | None:
    """Return the number of the event's day at a time, from 0; None on other days."""
    today = moment.astimezone(event.zone).date()
    return event.days.index(today) if today in event.days else None
