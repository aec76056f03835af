"""The calendar of the plan: weeks before the event, hours of a day; also on paper."""

from datetime import date, timedelta

from flask import Blueprint, g, render_template, request

from mixroom.core import clock
from mixroom.core.dates import days_in_words, format_date
from mixroom.core.errors import InvalidError
from mixroom.crew.asking import member
from mixroom.event.model import Event
from mixroom.plan import queries
from mixroom.plan.weeks import MOST_WEEKS, WEEK, hours_of, span_of, week_of, weeks_of
from mixroom.web.declaration import calendars
from mixroom.web.pages import current_event

calendar = Blueprint("calendar", __name__)
FAR = timedelta(days=800)  # from the event, beyond which there is no plan


@calendar.get("/plan")
def weeks() -> str:
    """Show some weeks: those before the event, or those that the address asks for."""
    by, event = member(), current_event()
    today = clock.now().astimezone(event.zone).date()
    first = week_of(_day("from", event) or _beginning(event, today))
    since, until = span_of(first, MOST_WEEKS, event.zone)
    found = queries.calendar(by, calendars(), since, until)
    shown = weeks_of(found, first, MOST_WEEKS, event.zone)
    return render_template(
        "plan/calendar.html",
        weeks=shown,
        weekdays=[format_date(each.day, "EEE", locale=g.lang) for each in shown[0]],
        span=days_in_words(first, shown[-1][-1].day, locale=g.lang),
        late=[each for each in found if each.is_late],
        full=len(found) >= queries.MOST_ENTRIES,
        today=today,
        days=set(event.days),
        earlier=first - MOST_WEEKS * WEEK,
        later=first + MOST_WEEKS * WEEK,
        zone=event.zone,
    )


@calendar.get("/plan/day/<day>")
def hours(day: str) -> str:
    """Show the hours of a day."""
    by, event = member(), current_event()
    wanted = _read(day, event)
    since, _ = span_of(wanted, 1, event.zone)
    until, _ = span_of(wanted + timedelta(days=1), 1, event.zone)
    found = queries.calendar(by, calendars(), since, until)
    now = clock.now().astimezone(event.zone)
    return render_template(
        "plan/day.html",
        day=wanted,
        hours=hours_of(found, event.zone),
        hour=now.hour if now.date() == wanted else None,
        before=wanted - timedelta(days=1),
        after=wanted + timedelta(days=1),
        zone=event.zone,
    )


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
