"""The wall's page, for a paired screen and for the crew to look at; the page of the screens."""

from datetime import datetime

import segno
from flask import Blueprint, g, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.speech import say
from mixroom.core.text import Lang, other
from mixroom.core.views import Item
from mixroom.event.model import Event
from mixroom.settings import Settings
from mixroom.sponsors.live import VIEW as SPONSORS
from mixroom.team import actions as team_actions
from mixroom.team.asking import member
from mixroom.wall.live import SCREEN, SCREENS, VIEW
from mixroom.wall.model import edition
from mixroom.web.assets import release
from mixroom.web.limits import limiter
from mixroom.web.lists import PageView, listed
from mixroom.web.pages import event_here


def blueprint(settings: Settings) -> Blueprint:
    """Return the routes."""
    web = Blueprint("wall", __name__)

    @web.get("/wall")
    @limiter.limit("60/minute")
    def wall() -> str:
        if g.identity is None:
            code, secret = team_actions.ask_pairing()
            return render_template(
                "wall_pair.html", pairing={"code": f"{code[:4]} {code[4:]}", "secret": secret}
            )
        by = g.identity.person
        event: Event | None = event_here()
        assert event is not None
        own = listed(SCREEN, by.id)
        shown = PageView(own)
        g.lang = _first(event, shown.items.get(by.id))
        return render_template(
            "wall/wall.html",
            view=PageView(listed(VIEW, by.event_id)),
            programme=[moment.as_dict() for moment in event.programme],
            sponsors=PageView(listed(SPONSORS, by.event_id), whose=by.id),
            public_url=settings.base_url,
            qr=segno.make(settings.base_url, error="m").svg_inline(border=1, omitsize=True),
            day_index=_day(event, clock.now()),
            screen=shown if own.items else None,
            release=release(),
            edition=edition(event),
            away=lambda message: say(other(g.lang), message),
            now=rfc3339(clock.now()),
        )

    @web.get("/screens")
    def screens() -> str:
        by = member()
        by.must("screen.drive")
        return render_template("wall/screens.html", view=PageView(listed(SCREENS, by.event_id)))

    return web


def _first(event: Event, own: Item | None) -> Lang:
    """Return the language that goes first on a wall: never its browser's.

    It is what someone who looks at the wall writes in the address, what the screen is set to, or
    what the event is set to.
    """
    asked = request.args.get("lang")
    return "fr" if asked == "fr" else "en" if asked == "en" else _set(event, own)


def _set(event: Event, own: Item | None) -> Lang:
    wanted: Lang | None = own["settings"]["filters"]["lang"] if own else None
    return wanted or event.languages.first


def _day(event: Event, moment: datetime) -> int | None:
    """Return which of the event's days it is, from 0; None before and after."""
    today = moment.astimezone(event.zone).date()
    return event.days.index(today) if today in event.days else None
