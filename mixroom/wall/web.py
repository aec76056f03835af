"""The wall's page: for a paired screen, and for the crew to look at; else a code to pair it by."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import segno
from flask import Blueprint, g, render_template

from mixroom.core import clock, journal
from mixroom.core.db import reading
from mixroom.settings import Settings
from mixroom.team import actions as team_actions
from mixroom.team.model import Event
from mixroom.wall.live import VIEW
from mixroom.web.limits import limiter
from mixroom.web.pages import view_data


def blueprint(settings: Settings, event_of: Callable[[Any], Event | None]) -> Blueprint:
    """Return the routes; `event_of` finds the event of a person."""
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
        event = event_of(by)
        assert event is not None
        with reading() as tx:
            seq = journal.latest(tx)
            items = VIEW.items(tx, by.event_id)
        return render_template(
            "wall/wall.html",
            view=view_data(VIEW.name, seq, items),
            programme=[moment.as_dict() for moment in event.programme],
            sponsors=event.sponsors,
            public_url=settings.base_url,
            qr=segno.make(settings.base_url, error="m").svg_inline(border=1, omitsize=True),
            day_index=_day(event, clock.now()),
        )

    return web


def _day(event: Event, moment: datetime) -> int | None:
    """Return which of the event's days it is, from 0; None before and after."""
    today = moment.astimezone(event.zone).date()
    return event.days.index(today) if today in event.days else None
