"""The page of one shift: who is on it, what was handed over, and what one may do about it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request

from mixroom.core import clock
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.shifts import actions, attending, planning, queries
from mixroom.shifts.collisions import warnings
from mixroom.shifts.forms import (
    days_of,
    form_of,
    limits,
    read_day,
    see,
    typed_changes,
    typed_hours,
    typed_text,
)
from mixroom.shifts.model import (
    EARLY,
)
from mixroom.web.pages import current_event
from mixroom.web.problems import show_form_again
from mixroom.web.touched import shown_again

one = Blueprint("shifts_one", __name__)


@one.get("/shifts/<key>")
def shift(key: str) -> str:
    """Show one shift: who is on it, what was handed over, and what one may do."""
    return _shift(key)


@one.post("/shifts/<key>")
@show_form_again(lambda refused: _shift(str((request.view_args or {})["key"]), refused))
def act(key: str) -> Response:
    """Do what a button says: `kind` is the verb."""
    verb = VERBS.get(request.form.get("kind", ""))
    if verb is None:
        raise NotFoundError(key)
    result = verb(member(), key)
    if request.form["kind"] == "call_off":
        return see("/shifts/timetable")
    if request.form["kind"] == "call":
        return see(f"/shifts/{key}?asked={result}")
    return see(f"/shifts#shift-{key}" if request.form.get("next") == "mine" else f"/shifts/{key}")


def _sign_up(by: Person, key: str) -> None:
    actions.sign_up(by, key, _whom("person", missing=by.may("shift.edit")))


def _change(by: Person, key: str) -> None:
    by.must("shift.edit")
    before = queries.shift(by, key)
    planning.change(by, key, typed_changes(by, before), seen=request.form.get("seen"))


def _copy(by: Person, key: str) -> None:
    days = [each for text in request.form.getlist("days") if (each := read_day(text))]
    planning.copy(by, key, days)


def _correct(by: Person, key: str) -> None:
    minutes = round(typed_hours("hours").total_seconds() / 60)
    attending.correct(by, key, request.form.get("person", ""), minutes, request.form.get("why", ""))


VERBS: Mapping[str, Callable[[Person, str], object]] = {
    "sign_up": _sign_up,
    "leave": lambda by, key: actions.leave(by, key, _whom("person")),
    "ask": lambda by, key: actions.ask_for_stand_in(by, key, _whom("person")),
    "drop": lambda by, key: actions.drop_stand_in(by, key, _whom("person")),
    "take_over": lambda by, key: actions.take_over(by, key, request.form.get("person", "")),
    "arrive": lambda by, key: attending.arrive(by, key, _whom("person")),
    "finish": lambda by, key: attending.finish(by, key, _whom("person"), typed_text("note")),
    "note": lambda by, key: attending.leave_note(by, key, typed_text("note")),
    "change": _change,
    "copy": _copy,
    "call": planning.call,
    "call_off": planning.call_off,
    "hours": _correct,
}


def _shift(key: str, refused: dict[str, Any] | None = None) -> str:
    by, event, now = member(), current_event(), clock.now()
    shift, signups, notes, corrected = queries.roster(by, key)
    leads = by.may("shift.edit")
    terms = queries.terms(by)
    own = next((each for each in signups if each.person_id == by.id), None)
    held = queries.mine(by)
    others = [each for each, _ in held if each.id != key]
    item = queries.item(by, key)
    form = form_of(shift, event)
    people = {each.by for each in notes} | {each.by for each in corrected}
    return render_template(
        "shifts/shift.html",
        refused=shown_again(refused, f"/shifts/{key}", form),
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
        form=form if leads else None,
        days=days_of(event),
        **limits(event),
    )


def _whom(name: str, *, missing: bool = False) -> str | None:
    """Return the person whom a form names, or None for oneself."""
    found = request.form.get(name, "")
    if not found and missing and name in request.form:
        raise InvalidError(name, "missing")
    return found or None
