"""Forms about shifts: what they hold at first, what people typed, what is possible."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Response, make_response, redirect, request

from mixroom.core.errors import InvalidError
from mixroom.core.merging import Fields
from mixroom.core.roles import CREW, Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.event.model import Event
from mixroom.shifts.model import AROUND, MAX_NOTE, MAX_SEATS, MAX_WHY, Mode, Shift
from mixroom.shifts.timetable import days_with_shifts
from mixroom.web.pages import current_event

ORDER = ("lead", "community_manager", "blogger", "photographer", "press")


def limits(event: Event) -> dict[str, Any]:
    """Return what the form of a shift may hold."""
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


def form_of(shift: Shift, event: Event) -> Fields:
    """Return what the form of a shift holds at first, by the museum's clock."""
    starts, ends = (at.astimezone(event.zone) for at in (shift.starts, shift.ends))
    return {
        "role": shift.role.value,
        "place": shift.place or "",
        "day": starts.date().isoformat(),
        "from": starts.strftime("%H:%M"),
        "to": ends.strftime("%H:%M"),
        "next_day": ["on"] if ends.date() > starts.date() and ends.time() != time() else [],
        "seats": str(shift.seats),
        "mode": shift.mode.value,
        "note_fr": shift.note.fr or "",
        "note_en": shift.note.en or "",
    }


def typed_shift(by: Person) -> Shift:
    """Return the shift that a form describes; raises InvalidError."""
    form, event = request.form, current_event()
    role = form.get("role", "")
    if role not in {each.value for each in CREW}:
        raise InvalidError("role", "unknown")
    if (mode := form.get("mode", "open")) not in list(Mode):
        raise InvalidError("mode", "unknown")
    day = read_day(form.get("day", ""))
    if day is None:
        raise InvalidError("day", "missing" if not form.get("day") else "malformed")
    if not is_near(day, event):
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
        _in_utc("from", day, starts, event),
        _in_utc("to", until, ends, event),
        int(seats),
        Mode(mode),
        form.get("place") or None,
        Bilingual.of(typed_text("note_fr"), typed_text("note_en")),
    )


def typed_changes(by: Person, before: Shift) -> dict[str, Any]:
    """Return the fields of a shift that a form may change; raises InvalidError.

    Times that nobody touched stay as they are: a form cannot say which of two hours is meant in the
    night in which clocks go back.
    """
    typed, held = typed_shift(by), form_of(before, current_event())
    found = {name: getattr(typed, name) for name in ("role", "seats", "mode", "place", "note")}
    untouched = all(request.form.get(name) == held[name] for name in ("day", "from", "to"))
    if untouched and ("next_day" in request.form) == bool(held["next_day"]):
        return found
    return found | {"starts": typed.starts, "ends": typed.ends}


def typed_text(name: str) -> str:
    """Return a text as a browser counts its length: a line ends with one character."""
    return request.form.get(name, "").replace("\r\n", "\n")


def typed_hours(name: str) -> timedelta:
    """Return the number of hours in a field; raises InvalidError."""
    text = request.form.get(name, "").strip().replace(",", ".")
    if not text:
        raise InvalidError(name, "missing")
    try:
        return timedelta(hours=min(max(float(text), -1), 10_000))
    except (ValueError, OverflowError) as error:
        raise InvalidError(name, "malformed") from error


def days_of(event: Event, items: Any = ()) -> list[date]:
    """Return the days of the event, and others on which shifts begin."""
    return sorted({*event.days, *days_with_shifts(items, event.zone)})


def nearest_day(days: list[date], event: Event, now: datetime) -> date:
    """Return today, or the next day, or the last one."""
    today = now.astimezone(event.zone).date()
    return next((each for each in days if each >= today), days[-1])


def read_day(text: str) -> date | None:
    """Return a day that an address or a form names, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def is_near(day: date, event: Event) -> bool:
    """Return whether a shift may be on this day."""
    first, last = _bounds(event)
    return first <= day <= last


def see(path: str) -> Response:
    """Send the browser to a page, once a form has done its work."""
    return make_response(redirect(path, 303))


def _typed_time(name: str) -> time:
    text = request.form.get(name, "").strip()
    if not text:
        raise InvalidError(name, "missing")
    try:
        return time.fromisoformat(text).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError as error:
        raise InvalidError(name, "malformed") from error


def _in_utc(name: str, day: date, at: time, event: Event) -> datetime:
    """Return a time by the museum's clock; of an hour that comes twice, the first.

    Raises InvalidError for an hour that the clocks skip.
    """
    found = datetime.combine(day, at, event.zone).astimezone(UTC)
    if found.astimezone(event.zone).time() != at:
        raise InvalidError(name, "skipped_hour")
    return found


def _bounds(event: Event) -> tuple[date, date]:
    return event.starts_on - AROUND, event.ends_on + AROUND
