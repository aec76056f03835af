"""The page on which a lead starts and ends a rehearsal."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.crew.asking import member
from mixroom.rehearsal import actions, queries
from mixroom.rehearsal.model import LENGTHS, USUAL
from mixroom.web.api import number
from mixroom.web.problems import show_form_again

web = Blueprint("rehearsal", __name__)


def _with_errors(refused: dict[str, Any]) -> str:
    return _page(refused)


@web.get("/rehearsal")
def rehearsal() -> str:
    """Show the state of the rehearsal."""
    return _page()


@web.post("/rehearsal")
@show_form_again(_with_errors)
def start() -> Response:
    """Start a rehearsal of the lead's own event."""
    by = member()
    by.must("event.edit")
    actions.start(by, number(request.form.get("minutes", str(USUAL)), "minutes", max(LENGTHS)))
    return make_response(redirect("/rehearsal", 303))


@web.post("/rehearsal/end")
def end() -> Response:
    """End the rehearsal and remove every trace of it."""
    actions.end(member())
    return make_response(redirect("/rehearsal", 303))


def _page(refused: dict[str, Any] | None = None) -> str:
    member().must("event.edit")
    return render_template(
        "rehearsal/rehearsal.html",
        state=queries.state(),
        lengths=LENGTHS,
        usual=USUAL,
        refused=refused,
    )
