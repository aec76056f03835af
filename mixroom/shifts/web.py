"""The pages of the timetable: a day, the room's screen, a new shift, the hours and settings."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.crew.asking import member
from mixroom.shifts import planning, queries
from mixroom.shifts.filters import FILTERS
from mixroom.shifts.forms import (
    days_of,
    is_near,
    limits,
    nearest_day,
    read_day,
    see,
    typed_hours,
    typed_shift,
)
from mixroom.shifts.live import VIEW
from mixroom.shifts.model import (
    Standing,
)
from mixroom.shifts.risks import risks
from mixroom.shifts.timetable import board, on_day, standings, times_of
from mixroom.web.lists import PageView, live_list
from mixroom.web.once import id_once
from mixroom.web.pages import current_event, saved_at
from mixroom.web.problems import show_form_again
from mixroom.web.touched import touched

web = Blueprint("shifts", __name__)
for _each in FILTERS:
    web.add_app_template_filter(_each)
ROOM = timedelta(hours=5)  # ahead, on the room's screen
MOST_IN_ROOM = 10


@web.get("/shifts/timetable")
def timetable() -> str:
    """Show the timetable of a day; with `?room`, for a screen that the whole room reads."""
    by, event, now = member(), current_event(), clock.now()
    by.must("shift.read")
    found = live_list(VIEW, by.event_id)
    view = PageView(found, [], now=rfc3339(now))
    items = list(PageView(found).items.values())
    if "room" in request.args:
        return render_template("shifts/room.html", view=view, now=now, **_room(items, now))
    days = days_of(event, items)
    day = read_day(request.args.get("day", ""))
    if day is None or (day not in days and not is_near(day, event)):
        day = nearest_day(days, event, now)
    order = [place.id for place in event.places]
    shown = on_day(items, day, event.zone)
    leads, standing = by.may("shift.edit"), _standing(shown, now)
    return render_template(
        "shifts/timetable.html",
        view=view,
        days=days,
        day=day,
        board=board(shown, day, event.zone, order),
        now=now,
        risks=risks(items, event.zone, queries.terms(by), now) if leads else None,
        standing=standing,
        late=[
            (item, person, how)
            for item in shown
            for person in item["people"]
            if (how := standing(item, person)) in (Standing.LATE, Standing.MISSING)
            and times_of(item)[1] > now
        ],
    )


@web.get("/shifts/timetable/new")
def new() -> str:
    """Show the form of a new shift."""
    return _new()


@web.post("/shifts/timetable/new")
@show_form_again(lambda refused: _new(refused))  # noqa: PLW0108  defined below
def make() -> Response:
    """Make a shift, from the form."""
    by = member()
    by.must("shift.edit")
    made = planning.make(by, replace(typed_shift(by), id=id_once()))
    return see(f"/shifts/{made.id}")


@web.get("/shifts/timetable/hours")
def hours() -> str:
    """Show everyone's hours, and the settings."""
    return _hours()


@web.post("/shifts/timetable/hours")
@show_form_again(lambda refused: _hours(refused))  # noqa: PLW0108  defined below
def save_terms() -> Response:
    """Choose the settings, from the form."""
    by = member()
    by.must("shift.edit")
    names = [name for name in ("rest", "leave", "remind", "most") if touched(name)]
    planning.set_terms(by, **{name: typed_hours(name) for name in names})
    return saved_at("/shifts/timetable/hours")


def _new(refused: dict[str, Any] | None = None) -> str:
    by, event, now = member(), current_event(), clock.now()
    by.must("shift.edit")
    days = days_of(event)
    day = read_day(request.args.get("day", "")) or nearest_day(days, event, now)
    asked = request.args
    form = {
        "role": asked.get("role", "photographer"),
        "place": asked.get("place", ""),
        "day": day.isoformat(),
        "from": "",
        "to": "",
        "next_day": False,
        "seats": 1,
        "mode": "open",
        "note_fr": "",
        "note_en": "",
    }
    return render_template("shifts/new.html", refused=refused, form=form, **limits(event))


def _hours(refused: dict[str, Any] | None = None) -> str:
    by = member()
    by.must("shift.edit")
    found = queries.hours(by)
    names = queries.names(by, found)
    rows = sorted(
        ({"name": names.get(key, ""), "id": key, "hours": each} for key, each in found.items()),
        key=lambda row: str(row["name"]),
    )
    return render_template("shifts/hours.html", rows=rows, terms=queries.terms(by), refused=refused)


def _room(items: list[Any], now: datetime) -> dict[str, Any]:
    """Return what the room's screen shows: what is on, then what comes, the first first."""
    coming = sorted(
        (each for each in items if times_of(each)[1] > now and times_of(each)[0] < now + ROOM),
        key=lambda each: (times_of(each)[0] > now, times_of(each)),
    )
    return {
        "items": coming[:MOST_IN_ROOM],
        "more": len(coming[MOST_IN_ROOM:]),
        "standing": _standing(coming[:MOST_IN_ROOM], now),
    }


def _standing(items: Iterable[Any], now: datetime) -> Callable[[Any, Any], str]:
    """Return what says how a person of an item stands now."""
    found = standings(items, now)
    return lambda item, person: found[item["id"], person["id"]].value
