"""Shifts over HTTP, under /api/v1."""

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, jsonify, request

from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.event.hours import begin_of
from mixroom.event.model import Event
from mixroom.shifts import actions, attending, planning, queries
from mixroom.shifts.model import Shift, SignUp, Terms
from mixroom.shifts.schemas import (
    Arrival,
    Asked,
    Copies,
    CorrectedHours,
    Departure,
    FoundShift,
    HoursOfAll,
    NewNote,
    NewShift,
    NewSignUp,
    NoteState,
    ShiftChanges,
    ShiftPage,
    ShiftTerms,
    SignUpState,
)
from mixroom.web import paging
from mixroom.web.api import FIRST, LAST, Text, documented, parse
from mixroom.web.pages import current_event

api = Blueprint("shifts_api", __name__)


@api.post("/shifts")
@documented("Make a shift", {201: FoundShift}, body=NewShift)
def make() -> tuple[Response, int]:
    """Make a shift, as a lead. Times are in UTC; `mode` is open or assigned."""
    by, new = member(), parse(NewShift)
    wanted = Shift(
        "",
        by.event_id,
        new.role,
        new.starts,
        new.ends,
        new.seats,
        new.mode,
        place_id(current_event(), new.place),
        _words(new.note),
    )
    made = planning.make(by, wanted)
    return jsonify(queries.item(by, made.id)), 201


@api.get("/shifts")
@documented(
    "List the shifts of the event",
    {200: ShiftPage},
    query={
        "day": "A day by the museum's clock, YYYY-MM-DD: shifts that go on during it.",
        "role": "One role.",
        **paging.QUERY,
    },
)
def listed() -> Response:
    """Return a page of shifts, with a link to the next one."""
    by, page = member(), paging.wanted()
    items = queries.page(
        by,
        span=_span(request.args.get("day", "")),
        role=paging.one_of(Role, "role"),
        after=page.after,
        limit=page.limit,
    )
    return paging.answer(page, items)


@api.get("/shifts/hours")
@documented("Read everyone's hours, in minutes", {200: HoursOfAll})
def hours() -> Response:
    """Return how long everyone is on shifts, and how long they have worked, as a lead."""
    by = member()
    found = queries.hours(by)
    names = queries.names(by, found)
    items = [
        {
            "person": key,
            "name": names.get(key),
            "shifts": each.shifts,
            "planned": _minutes(each.planned),
            "worked": _minutes(each.worked),
            "missed": each.missed,
        }
        for key, each in found.items()
    ]
    return jsonify({"items": sorted(items, key=lambda each: str(each["name"]))})


@api.get("/shifts/terms")
@documented("Read the event's settings for shifts, in hours", {200: ShiftTerms})
def read_terms() -> Response:
    """Return the rest between two days, how long before one may leave, and the like."""
    by = member()
    by.must("shift.read")
    return jsonify(_terms(queries.terms(by)))


@api.put("/shifts/terms")
@documented("Choose the event's settings for shifts", {200: ShiftTerms}, body=ShiftTerms)
def save_terms() -> Response:
    """Choose the settings, in hours, as a lead; `remind` 0 reminds nobody."""
    chosen = parse(ShiftTerms)
    names = ("rest", "leave", "remind", "most")
    if any(abs(getattr(chosen, name)) > 10_000 for name in names):  # noqa: PLR2004
        raise InvalidError("terms", "malformed")
    hours = {name: timedelta(hours=getattr(chosen, name)) for name in names}
    return jsonify(_terms(planning.set_terms(member(), **hours)))


@api.get("/shifts/<key>")
@documented("Read a shift", {200: FoundShift})
def read(key: str) -> Response:
    """Return a shift with the people on it."""
    return jsonify(queries.item(member(), key))


@api.patch("/shifts/<key>")
@documented("Change a shift", {200: FoundShift}, body=ShiftChanges)
def change(key: str) -> Response:
    """Change a shift, as a lead; those who are on it are told. An empty `place` is anywhere."""
    by, sent = member(), parse(ShiftChanges)
    changes: dict[str, Any] = {
        "role": sent.role,
        "starts": sent.starts,
        "ends": sent.ends,
        "seats": sent.seats,
        "mode": sent.mode,
        "note": None if sent.note is None else _words(sent.note),
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    if sent.place is not None:
        changes["place"] = place_id(current_event(), sent.place)
    planning.change(by, key, changes)
    return jsonify(queries.item(by, key))


@api.delete("/shifts/<key>")
@documented("Call a shift off", {204: None})
def call_off(key: str) -> tuple[str, int]:
    """Call a shift off, as a lead; those who are on it are told."""
    planning.call_off(member(), key)
    return "", 204


@api.post("/shifts/<key>/call")
@documented("Ask those who could take an empty seat", {200: Asked})
def call(key: str) -> Response:
    """Ask those of the role who are free and rested, by their phones, as a lead."""
    return jsonify({"asked": planning.call(member(), key)})


@api.post("/shifts/<key>/copies")
@documented("Make the same shift on other days", {201: ShiftPage}, body=Copies)
def copy(key: str) -> tuple[Response, int]:
    """Make the same shift on other days, at the same times, without people, as a lead."""
    by, sent = member(), parse(Copies)
    made = planning.copy(by, key, sent.days)
    return jsonify({"items": [queries.item(by, each.id) for each in made]}), 201


@api.post("/shifts/<key>/signups")
@documented("Take a seat", {201: SignUpState, 200: SignUpState}, body=NewSignUp)
def sign_up(key: str) -> tuple[Response, int]:
    """Take a seat, or assign a `person` as a lead; 409 `shift_full` or `shift_collides`."""
    taken = actions.sign_up(member(), key, parse(NewSignUp).person)
    warned = [{"code": each.caution.value, "hours": each.hours} for each in taken.warned]
    return jsonify(_state(taken.signup) | {"warnings": warned}), 201 if taken.is_new else 200


@api.delete("/shifts/<key>/signups/<person>")
@documented("Leave a shift", {204: None})
def leave(key: str, person: str) -> tuple[str, int]:
    """Leave early enough, or take someone off as a lead; 409 `leave_late`: ask for a stand-in."""
    actions.leave(member(), key, person)
    return "", 204


@api.post("/shifts/<key>/arrival")
@documented("Arrive", {200: Arrival}, body=NewSignUp)
def arrive(key: str) -> Response:
    """Say that one is there, or that a `person` is, as a lead or someone who is there too."""
    return _arrived(key, parse(NewSignUp).person)


@api.post("/shifts/<key>/signups/<person>/arrival")
@documented("Say that someone has arrived", {200: Arrival})
def arrived(key: str, person: str) -> Response:
    """Say that this person is there."""
    return _arrived(key, person)


@api.post("/shifts/<key>/departure")
@documented("Go home, and hand over", {200: SignUpState}, body=Departure)
def finish(key: str) -> Response:
    """Go home; `note` is what the next ones read first."""
    sent = parse(Departure)
    return jsonify(_state(attending.finish(member(), key, sent.person, sent.note)))


@api.post("/shifts/<key>/notes")
@documented("Leave a hand-over note", {201: NoteState}, body=NewNote)
def leave_note(key: str) -> tuple[Response, int]:
    """Leave a note for the next ones on the same place and role."""
    note = attending.leave_note(member(), key, parse(NewNote).text)
    return jsonify({"id": note.id}), 201


@api.post("/shifts/<key>/stand-in")
@documented("Ask for a stand-in", {200: Asked}, body=NewSignUp)
def ask_for_stand_in(key: str) -> Response:
    """Ask those who are free and rested; one stays responsible until one of them takes over."""
    return jsonify({"asked": actions.ask_for_stand_in(member(), key, parse(NewSignUp).person)})


@api.delete("/shifts/<key>/stand-in")
@documented("Do the shift after all", {204: None})
def drop_stand_in(key: str) -> tuple[str, int]:
    """Look for a stand-in no more."""
    actions.drop_stand_in(member(), key)
    return "", 204


@api.post("/shifts/<key>/signups/<person>/stand-in")
@documented("Stand in for someone", {201: SignUpState})
def take_over(key: str, person: str) -> tuple[Response, int]:
    """Take over the seat of someone who asks for it; the first one gets it."""
    taken = actions.take_over(member(), key, person)
    warned = [{"code": each.caution.value, "hours": each.hours} for each in taken.warned]
    return jsonify(_state(taken.signup) | {"warnings": warned}), 201


@api.put("/shifts/<key>/signups/<person>/hours")
@documented("Correct someone's hours", {200: SignUpState}, body=CorrectedHours)
def correct(key: str, person: str) -> Response:
    """Correct how long someone has worked, as a lead; who, before, after and why are kept."""
    sent = parse(CorrectedHours)
    return jsonify(_state(attending.correct(member(), key, person, sent.minutes, sent.why)))


def place_id(event: Event, label: str | None) -> str | None:
    """Return the id of a place that is given by its id or a name; raises InvalidError."""
    label = (label or "").strip()
    if not label:
        return None
    for place in event.places:
        if label in (place.id, place.name.fr, place.name.en):
            return place.id
    raise InvalidError("place", "unknown")


def _arrived(key: str, person: str | None) -> Response:
    signup, notes = attending.arrive(member(), key, person)
    return jsonify(
        {
            "shift": key,
            "person": signup.person_id,
            "state": signup.state.value,
            "arrived_at": signup.arrived_at and rfc3339(signup.arrived_at),
            "notes": [each.text for each in notes],
        }
    )


def _state(signup: SignUp) -> dict[str, Any]:
    return {
        "shift": signup.shift_id,
        "person": signup.person_id,
        "state": signup.state.value,
        "arrived_at": signup.arrived_at and rfc3339(signup.arrived_at),
        "ended_at": signup.ended_at and rfc3339(signup.ended_at),
        "asks": signup.asked_at is not None,
        "warnings": [],
    }


def _terms(terms: Terms) -> dict[str, float]:
    names = ("rest", "leave", "remind", "most")
    return {name: getattr(terms, name).total_seconds() / 3600 for name in names}


def _words(text: Text) -> Bilingual:
    return Bilingual.of(text.fr, text.en)


def _span(day: str) -> Any:
    """Return the time of a day by the museum's clock, or None."""
    if not day:
        return None
    try:
        wanted, zone = date.fromisoformat(day), current_event().zone
    except ValueError as error:
        raise InvalidError("day", "malformed") from error
    if not FIRST.date() <= wanted < LAST.date():
        raise InvalidError("day", "malformed")
    return begin_of(wanted, zone), begin_of(wanted + timedelta(days=1), zone)


def _minutes(time: timedelta) -> int:
    return round(time.total_seconds() / 60)
