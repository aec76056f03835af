"""The page of the dashboard."""

from datetime import datetime

from flask import Blueprint, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.crew.asking import member
from mixroom.dashboard.coverage import read_key
from mixroom.dashboard.live import COVERAGE, NAME
from mixroom.dashboard.queries import nearest_day
from mixroom.event.hours import hours_of
from mixroom.web.declaration import panels, view
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event

web = Blueprint("dashboard", __name__)


@web.get("/dashboard")
def dashboard() -> str:
    """Show the dashboard; with `?room`, for a screen that the whole room reads."""
    by = member()
    by.must("dashboard.read")
    event, now = current_event(), clock.now()
    found = live_list(view(NAME), by.event_id)
    day = nearest_day(event, now)
    hours = frozenset(hours_of(day, event.zone))
    only = [key for key in found.items if _is_on_page(key, hours)]
    return render_template(
        "dashboard/dashboard.html",
        view=PageView(found, only, day=day.isoformat(), now=rfc3339(now)),
        panels=panels(),
        room="room" in request.args,
    )


def _is_on_page(key: str, hours: frozenset[datetime]) -> bool:
    """Return whether the page begins with an item: with all but the cells of other days."""
    panel, _, own = key.partition(":")
    cell = read_key(own) if panel == COVERAGE.name else None
    return cell is None or cell.hour in hours
