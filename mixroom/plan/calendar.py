"""The calendar of the plan: weeks before the event, a month, hours of a day; also on paper."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request

from mixroom.core import clock
from mixroom.core.dates import days_in_words, format_date
from mixroom.core.errors import InvalidError
from mixroom.crew.asking import member
from mixroom.event.model import Event
from mixroom.plan import queries
from mixroom.plan.weeks import (
    DAY,
    MOST_WEEKS,
    WEEK,
    hours_of,
    month_of,
    next_month,
    span_of,
    week_of,
    weeks_of,
)
from mixroom.web.declaration import calendar_views, calendars
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event

calendar = Blueprint("calendar", __name__)
FAR = timedelta(days=800)  # from the event, beyond which there is no plan
SHOWN_LATE = 20  # entries that are late, above the days


@calendar.get("/plan")
def weeks() -> str:
    """Show some weeks: those before the event, or those that the address asks for."""
    event = current_event()
    day = _day("from", event) or _beginning(event, _today(event))
    first = week_of(day)
    last = first + MOST_WEEKS * WEEK - DAY
    return _grid(
        first,
        MOST_WEEKS,
        heading=days_in_words(first, last, locale=g.lang),
        month=None,
        earlier=f"/plan?from={first - MOST_WEEKS * WEEK}",
        later=f"/plan?from={first + MOST_WEEKS * WEEK}",
        middle=min(max(day, _today(event)), last),
    )


@calendar.get("/plan/month")
@calendar.get("/plan/month/<month>")
def month(month: str | None = None) -> str:
    """Show a month, `2015-11`; also on one sheet of paper."""
    event = current_event()
    day = _read(f"{month}-01", event) if month else _beginning(event, _today(event))
    day = day.replace(day=1)
    first, some = month_of(day)
    return _grid(
        first,
        some,
        heading=format_date(day, "MMMM y", locale=g.lang),
        month=day,
        earlier=f"/plan/month/{day - DAY:%Y-%m}",
        later=f"/plan/month/{next_month(day):%Y-%m}",
        middle=day,
    )


@calendar.get("/plan/day/<day>")
def hours(day: str) -> str:
    """Show the hours of a day, or one of them with all that it has."""
    event = current_event()
    wanted = _read(day, event)
    since, _ = span_of(wanted, 1, event.zone)
    until, _ = span_of(wanted + DAY, 1, event.zone)
    found = queries.calendar(member(), calendars(), since, until)
    only = request.args.get("hour", "")
    some = (
        hours_of(found, event.zone, queries.MOST_ENTRIES) if only else hours_of(found, event.zone)
    )
    now = clock.now().astimezone(event.zone)
    return render_template(
        "plan/day.html",
        day=wanted,
        hours=[each for each in some if not only or str(each.hour) == only],
        hour=now.hour if now.date() == wanted else None,
        **_views(),
        before=wanted - DAY,
        after=wanted + DAY,
        zone=event.zone,
    )


def _grid(first: date, some: int, **more: object) -> str:
    """Return a page with the days of so many weeks from a Sunday on."""
    event = current_event()
    since, until = span_of(first, some, event.zone)
    found = queries.calendar(member(), calendars(), since, until)
    shown = weeks_of(found, first, some, event.zone)
    late = queries.calendar(member(), calendars(), queries.EVER, clock.now(), late=True)
    return render_template(
        "plan/calendar.html",
        weeks=shown,
        weekdays=[format_date(each.day, "EEE", locale=g.lang) for each in shown[0]],
        late=late[:SHOWN_LATE],
        lateness=len(late),
        full=len(found) >= queries.MOST_ENTRIES,
        today=_today(event),
        days=set(event.days),
        zone=event.zone,
        **_views(),
        **more,
    )


def _views() -> dict[str, Any]:
    """Return the views whose changes draw the page anew; it shows none of their items."""
    by = member()
    first, *others = (
        PageView(live_list(each, each.scope_of(by)), ())
        for each in calendar_views()
        if by.role in each.roles
    )
    return {"view": first, "views": others}


def _today(event: Event) -> date:
    return clock.now().astimezone(event.zone).date()


def _beginning(event: Event, today: date) -> date:
    """Return a day in the first week to show: this week, or that of the event if it is near."""
    if today > event.ends_on:
        return today - WEEK
    return min(today, event.starts_on)


def _day(name: str, event: Event) -> date | None:
    text = request.args.get(name, "")
    return _read(text, event) if text else None


def _read(text: str, event: Event) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise InvalidError("day", "malformed") from error
    if abs(found - event.starts_on) > FAR:
        raise InvalidError("day", "far_from_event")
    return found
