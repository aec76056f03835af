"""The pages of shifts: one's own and what one can take, the timetable, one shift, the hours."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date
from flask import Blueprint, Response, g, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.roles import CREW, Role
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.shifts import actions, attending, formats, planning, queries
from mixroom.shifts.collisions import warnings
from mixroom.shifts.live import VIEW
from mixroom.shifts.model import (
    AROUND,
    EARLY,
    LATE_AFTER,
    MAX_NOTE,
    MAX_SEATS,
    MAX_WHY,
    MISSING_AFTER,
    Mode,
    Shift,
    SignUp,
    Standing,
    State,
    Terms,
    calendar_token,
)
from mixroom.shifts.offers import is_on, offers
from mixroom.shifts.risks import risks
from mixroom.shifts.timetable import board, days_with_shifts, on_day, standings, times_of
from mixroom.shifts.words import clock_time
from mixroom.web.declaration import parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import current_event
from mixroom.web.problems import show_form_again

web = Blueprint("shifts", __name__)
ORDER = ("lead", "community_manager", "blogger", "photographer", "press")
KEPT_FOR = timedelta(hours=12)  # that one's last shift stays on the phone's page
ROOM = timedelta(hours=5)  # ahead, on the room's screen
MOST_IN_ROOM = 10


@dataclass(frozen=True, slots=True)
class Card:
    """A shift of one's own, as the phone's page shows it."""

    shift: Shift
    signup: SignUp
    item: Mapping[str, Any]
    standing: Standing
    warned: Any
    can_arrive: bool
    leaves_freely: bool

    def is_over(self, now: datetime) -> bool:
        """Return whether there is nothing left to do about it."""
        gone = self.standing in (Standing.DONE, Standing.MISSED)
        return gone or self.shift.ends <= now


@web.get("/shifts")
def mine() -> str:
    """Show one's own shifts, and what one can take."""
    by = member()
    by.must("shift.take")
    return _mine(by)


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
    days = _days(event, items)
    day = _day(request.args.get("day", ""))
    if day is None or not _is_near(day, event):
        day = _nearest(days, event, now)
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
    made = planning.make(by, _typed_shift(by))
    return _to(f"/shifts/{made.id}")


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
    names = ("rest", "leave", "remind", "most")
    planning.set_terms(by, Terms(**{name: _typed_hours(name) for name in names}))
    return _to("/shifts/timetable/hours")


@web.post("/shifts/calendar")
def calendar() -> Response:
    """Make the address of one's calendar, make it anew, or revoke it."""
    if request.form.get("kind") == "revoke":
        actions.revoke_calendar(member())
    else:
        actions.make_calendar(member())
    return _to("/shifts#calendar")


@web.get("/shifts/<token>.ics")
def as_calendar(token: str) -> Response:
    """Return the calendar that an address opens, without signing in."""
    settings = parts().settings
    found = queries.calendar(token, settings.secret_key)
    if found is None:
        raise NotFoundError(token)
    person, event, pairs = found
    page = f"{settings.base_url}/shifts"
    file = formats.calendar(event, pairs, person.lang, page=page, now=clock.now())
    response = make_response(file)
    response.mimetype = "text/calendar"
    response.headers["Content-Disposition"] = "inline; filename=shifts.ics"
    response.headers["Cache-Control"] = "private, max-age=300"
    return response


@web.get("/shifts/<key>")
def shift(key: str) -> str:
    """Show one shift: who is on it, what was handed over, and what one may do."""
    return _shift(key)


@web.post("/shifts/<key>")
@show_form_again(lambda refused: _shift(str((request.view_args or {})["key"]), refused))
def act(key: str) -> Response:
    """Do what a button says: `kind` is the verb."""
    verb = VERBS.get(request.form.get("kind", ""))
    if verb is None:
        raise NotFoundError(key)
    result = verb(member(), key)
    if request.form["kind"] == "call_off":
        return _to("/shifts/timetable")
    if request.form["kind"] == "call":
        return _to(f"/shifts/{key}?asked={result}")
    return _to(f"/shifts#shift-{key}" if request.form.get("next") == "mine" else f"/shifts/{key}")


def _sign_up(by: Person, key: str) -> None:
    actions.sign_up(by, key, _whom("person", missing=by.may("shift.edit")))


def _change(by: Person, key: str) -> None:
    by.must("shift.edit")
    planning.change(by, key, _typed_shift(by))


def _copy(by: Person, key: str) -> None:
    days = [each for text in request.form.getlist("days") if (each := _day(text))]
    planning.copy(by, key, days)


def _correct(by: Person, key: str) -> None:
    minutes = round(_typed_hours("hours").total_seconds() / 60)
    attending.correct(by, key, request.form.get("person", ""), minutes, request.form.get("why", ""))


VERBS: Mapping[str, Callable[[Person, str], object]] = {
    "sign_up": _sign_up,
    "leave": lambda by, key: actions.leave(by, key, _whom("person")),
    "ask": lambda by, key: actions.ask_for_stand_in(by, key, _whom("person")),
    "drop": lambda by, key: actions.drop_stand_in(by, key, _whom("person")),
    "take_over": lambda by, key: actions.take_over(by, key, request.form.get("person", "")),
    "arrive": lambda by, key: attending.arrive(by, key, _whom("person")),
    "finish": lambda by, key: attending.finish(
        by, key, _whom("person"), request.form.get("note", "")
    ),
    "note": lambda by, key: attending.leave_note(by, key, request.form.get("note", "")),
    "change": _change,
    "copy": _copy,
    "call": planning.call,
    "call_off": planning.call_off,
    "hours": _correct,
}


def _mine(by: Person) -> str:
    event, now = current_event(), clock.now()
    terms, pairs = queries.terms(by), queries.mine(by)
    found = live_list(VIEW, by.event_id)
    items = PageView(found).items
    spans = [each for each, _ in pairs]
    cards = [
        _card(each, signup, items[each.id], spans, event, terms, now)
        for each, signup in pairs
        if each.ends > now - KEPT_FOR and each.id in items
    ]
    cards.sort(key=lambda card: (card.is_over(now), card.shift.starts))
    offered = offers(items.values(), by.id, by.role, event.zone, terms, now)
    ours = [key for key, each in items.items() if each["role"] == by.role or is_on(each, by.id)]
    key = queries.calendar_id(by)
    address = f"{parts().settings.base_url}/shifts/{_token(key)}.ics" if key else None
    return render_template(
        "shifts/mine.html",
        view=PageView(found, ours, again=_again(cards, now)),
        cards=cards,
        notes=queries.notes_for(by, cards[0].shift) if cards else (),
        standing_in=[each for each in offered if each.asking and not each.obstacle],
        fits=[each for each in offered if not each.obstacle and not each.asking],
        others=[each for each in offered if each.obstacle],
        worked=sum((signup.worked(each, now) for each, signup in pairs), timedelta()),
        planned=sum((each.length for each in spans), timedelta()),
        terms=terms,
        calendar=address,
        now=now,
        most_note=MAX_NOTE,
    )


def _card(
    shift: Shift,
    signup: SignUp,
    item: Mapping[str, Any],
    spans: list[Shift],
    event: Event,
    terms: Terms,
    now: datetime,
) -> Card:
    others = [each for each in spans if each.id != shift.id]
    waits = signup.state is State.TAKEN and now < shift.ends
    return Card(
        shift,
        signup,
        item,
        signup.standing(shift, now),
        warnings(shift, others, event.zone, terms) if now < shift.ends else (),
        can_arrive=waits and now >= shift.starts - EARLY,
        leaves_freely=waits and now <= shift.starts - terms.leave,
    )


def _again(cards: list[Card], now: datetime) -> str | None:
    """Return when the page looks different by itself: one may arrive, is late, is done."""
    moments = [
        at
        for card in cards
        for at in (
            card.shift.starts - EARLY,
            card.shift.starts,
            card.shift.starts + LATE_AFTER,
            card.shift.starts + MISSING_AFTER,
            card.shift.ends,
        )
        if at > now
    ]
    return rfc3339(min(moments)) if moments else None


def _shift(key: str, refused: dict[str, Any] | None = None) -> str:
    by, event, now = member(), current_event(), clock.now()
    shift, signups, notes, corrected = queries.roster(by, key)
    leads = by.may("shift.edit")
    terms = queries.terms(by)
    own = next((each for each in signups if each.person_id == by.id), None)
    held = queries.mine(by)
    others = [each for each, _ in held if each.id != key]
    item = queries.item(by, key)
    people = {each.by for each in notes} | {each.by for each in corrected}
    return render_template(
        "shifts/shift.html",
        refused=refused,
        shift=shift,
        item=item,
        signups=signups,
        own=own,
        asked=request.args.get("asked", "") if leads else "",
        notes=notes,
        corrected=corrected,
        names=queries.names(by, people | {each.person_id for each in signups}),
        free=queries.can_be_asked(by, key) if leads and now < shift.ends else [],
        warned=warnings(shift, others, event.zone, terms) if now < shift.ends else (),
        leaves_freely=now <= shift.starts - terms.leave,
        can_arrive=shift.starts - EARLY <= now < shift.ends,
        is_here=any(each.is_on(one, now) and each.arrived_at for one, each in held),
        now=now,
        terms=terms,
        form=_form_of(shift, event) if leads else None,
        days=_days(event),
        **_limits(event),
    )


def _new(refused: dict[str, Any] | None = None) -> str:
    by, event, now = member(), current_event(), clock.now()
    by.must("shift.edit")
    days = _days(event)
    day = _day(request.args.get("day", "")) or _nearest(days, event, now)
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
    return render_template("shifts/new.html", refused=refused, form=form, **_limits(event))


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


def _typed_shift(by: Person) -> Shift:
    """Return the shift that a form describes; raises InvalidError."""
    form, event = request.form, current_event()
    role = form.get("role", "")
    if role not in {each.value for each in CREW}:
        raise InvalidError("role", "unknown")
    if (mode := form.get("mode", "open")) not in list(Mode):
        raise InvalidError("mode", "unknown")
    day = _day(form.get("day", ""))
    if day is None:
        raise InvalidError("day", "missing" if not form.get("day") else "malformed")
    if not _is_near(day, event):
        raise InvalidError("day", "far_from_event")
    starts, ends = _typed_time("from"), _typed_time("to")
    midnight = ends == time()  # which no shift of this day could end at
    until = day + timedelta(days="next_day" in form or midnight)
    seats = form.get("seats", "").strip()
    if not seats.isdecimal() or len(seats) > 4:  # noqa: PLR2004
        raise InvalidError("seats", "seats_between", most=MAX_SEATS)
    return Shift(
        "",
        by.event_id,
        Role(role),
        _in_utc(day, starts, event),
        _in_utc(until, ends, event),
        int(seats),
        Mode(mode),
        form.get("place") or None,
        Bilingual.of(form.get("note_fr"), form.get("note_en")),
    )


def _typed_time(name: str) -> time:
    text = request.form.get(name, "").strip()
    if not text:
        raise InvalidError(name, "missing")
    try:
        return time.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as error:
        raise InvalidError(name, "malformed") from error


def _typed_hours(name: str) -> timedelta:
    text = request.form.get(name, "").strip().replace(",", ".")
    if not text:
        raise InvalidError(name, "missing")
    try:
        return timedelta(hours=min(max(float(text), -1), 10_000))
    except (ValueError, OverflowError) as error:
        raise InvalidError(name, "malformed") from error


def _whom(name: str, *, missing: bool = False) -> str | None:
    """Return the person whom a form names, or None for oneself."""
    found = request.form.get(name, "")
    if not found and missing and name in request.form:
        raise InvalidError(name, "missing")
    return found or None


def _in_utc(day: date, at: time, event: Event) -> datetime:
    """Return a time by the museum's clock; of an hour that comes twice, the first."""
    return datetime.combine(day, at, event.zone).astimezone(UTC)


def _form_of(shift: Shift, event: Event) -> dict[str, Any]:
    starts, ends = (at.astimezone(event.zone) for at in (shift.starts, shift.ends))
    return {
        "role": shift.role.value,
        "place": shift.place or "",
        "day": starts.date().isoformat(),
        "from": starts.strftime("%H:%M"),
        "to": ends.strftime("%H:%M"),
        "next_day": ends.date() > starts.date() and ends.time() != time(),
        "seats": shift.seats,
        "mode": shift.mode.value,
        "note_fr": shift.note.fr or "",
        "note_en": shift.note.en or "",
    }


def _limits(event: Event) -> dict[str, Any]:
    first, last = _bounds(event)
    return {
        "roles": [Role(name) for name in ORDER],
        "places": event.places,
        "first_day": first,
        "last_day": last,
        "most_seats": MAX_SEATS,
        "most_note": MAX_NOTE,
        "most_why": MAX_WHY,
    }


def _bounds(event: Event) -> tuple[date, date]:
    return event.starts_on - AROUND, event.ends_on + AROUND


def _is_near(day: date, event: Event) -> bool:
    first, last = _bounds(event)
    return first <= day <= last


def _days(event: Event, items: Any = ()) -> list[date]:
    """Return the days of the event, and others on which shifts begin."""
    return sorted({*event.days, *days_with_shifts(items, event.zone)})


def _nearest(days: list[date], event: Event, now: datetime) -> date:
    """Return today, or the next day, or the last one."""
    today = now.astimezone(event.zone).date()
    return next((each for each in days if each >= today), days[-1])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _token(calendar_id: str) -> str:
    return calendar_token(calendar_id, parts().settings.secret_key)


def _to(path: str) -> Response:
    return make_response(redirect(path, 303))


@web.app_template_filter("day_words")
def _day_words(day: date | datetime | str) -> str:
    """Return a day in words, by the museum's clock: `samedi 7 novembre`."""
    if isinstance(day, str):
        day = datetime.fromisoformat(day)
    if isinstance(day, datetime):
        day = day.astimezone(current_event().zone).date()
    form = "EEEE d MMMM" if g.get("lang", "fr") == "fr" else "EEEE, MMMM d"
    return format_date(day, form, locale=g.get("lang", "fr"))


@web.app_template_filter("hour_words")
def _hour_words(hour: datetime) -> str:
    """Return the beginning of an hour: `14 h`, or `14:00` in English."""
    local = hour.astimezone(current_event().zone)
    if g.get("lang", "fr") == "en" or local.minute:
        return clock_time(hour, current_event().zone, g.get("lang", "fr"))
    return f"{local.hour}\u00a0h"


@web.app_template_filter("as_time")
def _as_time(text: str) -> datetime:
    """Return a time of an item."""
    return datetime.fromisoformat(text)


@web.app_template_filter("local_day")
def _local_day(text: str) -> str:
    """Return the day of a time, by the museum's clock: `2015-11-07`."""
    day = datetime.fromisoformat(text).astimezone(current_event().zone).date()
    return str(day.isoformat())


@web.app_template_filter("minutes_of")
def _minutes_of(minutes: int) -> timedelta:
    """Return so many minutes."""
    return timedelta(minutes=minutes)


@web.app_template_filter("decimal")
def _decimal(number: float) -> str:
    """Return a number with the decimal sign of the reader, and without needless zeros."""
    text = f"{number:g}"
    return text.replace(".", ",") if g.get("lang", "fr") == "fr" else text


@web.app_template_filter("span_words")
def _span_words(time: timedelta) -> str:
    """Return a length of time: `3 h 30`, or `3 h` for whole hours."""
    minutes = round(time.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    if g.get("lang", "fr") == "en":
        return f"{hours}:{rest:02}" if rest else f"{hours}\u00a0h"
    return f"{hours}\u00a0h\u00a0{rest:02}" if rest else f"{hours}\u00a0h"
