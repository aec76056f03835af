"""The page of leads: who is needed, who has applied, and the decisions."""

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request

from mixroom.core import clock
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.event.model import Event
from mixroom.recruiting import actions, queries
from mixroom.recruiting.asking import grid, letters_leave, seal
from mixroom.recruiting.coverage import counts, lacking, matching, matrix
from mixroom.recruiting.limits import MAX_LEADS_NOTE, MAX_WANTED
from mixroom.recruiting.live import NEEDS, VIEW
from mixroom.recruiting.model import ROLES, halves_of, twins
from mixroom.recruiting.moves import Fact, Status
from mixroom.web.lists import PageView, live_list
from mixroom.web.pages import saved_at
from mixroom.web.problems import explained, show_form_again
from mixroom.web.touched import touched

web = Blueprint("recruiting", __name__)
PER_PAGE = 40  # rows of the lead's list
MOST_AT_ONCE = 200  # applications that are decided on by one press
DECISIONS = {
    "acceptance": Fact.ACCEPTED,
    "shortlisting": Fact.SHORTLISTED,
    "waiting": Fact.WAITING,
    "decline": Fact.DECLINED,
    "reopening": Fact.REOPENED,
}
FILTERS = ("status", "role", "language", "half", "q")


def received() -> int:
    """Count the applications that nobody has decided on, for the menu."""
    return queries.received(member())


def _list_page(refused: dict[str, Any] | None = None, key: str | None = None) -> str:
    by = member()
    found = queries.recruiting(by)
    opened = queries.opened(by, key) if key else None
    event = found.event
    view = live_list(VIEW, by.event_id)
    needs = PageView(live_list(NEEDS, by.event_id)).items
    every = list(PageView(view).items.values())
    same = twins(every)
    asked = _asked()
    shown = sorted(matching(every, asked, same), key=lambda each: each["id"], reverse=True)
    after = request.args.get("after", "")
    cells = matrix(every, needs, event)
    rows = [each for each in shown if not after or each["id"] < after]
    return render_template(
        "recruiting/applications.html",
        view=PageView(view, ()),
        refused=refused,
        event=event,
        rows=rows[:PER_PAGE],
        older=rows[PER_PAGE - 1]["id"] if len(rows) > PER_PAGE else None,
        total=len(shown),
        counts=counts(every),
        twins=same,
        asked=asked,
        query={name: value for name, value in asked.items() if value},
        roles=ROLES,
        statuses=[each.value for each in Status if each is not Status.WITHDRAWN],
        matrix=cells,
        lacking=lacking(cells, opened.application.answers.roles if opened else ()),
        recruiting=found,
        gate=found.gate.value,
        over=clock.now().astimezone(event.zone).date() > event.ends_on,
        mails=letters_leave(event.id),
        local=_local,
        opened=queries.as_opened(opened) if opened else None,
        most_note=MAX_LEADS_NOTE,
        most_wanted=MAX_WANTED,
        done=request.args.get("done", ""),
        left=_number(request.args.get("left", "")),
        **grid(event),
    )


@web.get("/applications")
def applications() -> str:
    """Show the needs, and the applications that match the filters."""
    return _list_page()


@web.get("/applications/<key>")
def one(key: str) -> str:
    """Show the same with one application opened."""
    return _list_page(key=key)


@web.post("/applications/<key>/<move>")
def decide(key: str, move: str) -> Any:
    """Decide on an application, write a note on it, or erase it, from the form."""
    by = member()
    by.must("application.decide")
    if move == "erasure":
        actions.erase(by, key)
        return _to("/applications")
    if move not in (*DECISIONS, "notes"):
        raise NotFoundError(move)
    try:
        if move == "notes":
            actions.note(by, key, request.form.get("text", ""))
        elif move == "acceptance":
            actions.accept(by, key, seal(), role=_role())
        else:
            actions.decide(by, key, DECISIONS[move], seal())
    except MixroomError as error:
        refused = explained(error) | {"path": request.path, "values": request.form}
        if refused["status"] not in (409, 422):
            raise
        return _list_page(refused, key), refused["status"]
    return _to(f"/applications/{key}")


@web.post("/applications/decisions")
def decide_many() -> Response:
    """Decide on the ticked applications."""
    by, form = member(), request.form
    move = form.get("do", "")
    if move not in DECISIONS:
        raise InvalidError("do", "unknown")
    keys = form.getlist("key")
    if len(keys) > MOST_AT_ONCE:
        raise InvalidError("key", "too_many", most=MOST_AT_ONCE)
    done, left = actions.decide_many(by, keys, DECISIONS[move], seal())
    return _to(f"/applications?done={len(done)}&left={len(left)}")


@web.post("/applications/needs")
@show_form_again(_list_page)
def set_needs() -> Response:
    """Set how many people are needed."""
    by = member()
    found = queries.recruiting(by)
    wanted = {
        (role, half): _count(f"need:{role.value}:{half}")
        for role in ROLES
        for half in halves_of(found.event)
        if touched(f"need:{role.value}:{half}")
    }
    actions.set_needs(by, wanted)
    return saved_at("/applications")


@web.post("/applications/opening")
@show_form_again(_list_page)
def set_opening() -> Response:
    """Set when applications are taken, how many, and what else one can do."""
    by, form = member(), request.form
    found = queries.recruiting(by)
    event, instead = found.event, found.opening.instead
    most = form.get("most", "").strip()
    if most and _number(most) is None:
        raise InvalidError("most", "malformed")
    changes = {
        "opens": _time(event, "opens"),
        "closes": _time(event, "closes"),
        "most": _number(most),
        "instead": Bilingual.of(
            form.get("instead_fr") if touched("instead_fr") else instead.fr,
            form.get("instead_en") if touched("instead_en") else instead.en,
        ),
        "contact": form.get("contact"),
    }
    fields = {"instead": ("instead_fr", "instead_en")}
    meant = {name: new for name, new in changes.items() if touched(*fields.get(name, (name,)))}
    actions.set_opening(by, **meant)
    return saved_at("/applications")


def _asked() -> dict[str, str]:
    return {name: request.args.get(name, "")[:100] for name in FILTERS}


def _role() -> Role | None:
    text = request.form.get("role", "")
    if not text:
        return None
    if text not in list(Role):
        raise InvalidError("role", "unknown")
    return Role(text)


def _count(field: str) -> int:
    text = request.form.get(field, "").strip()
    if not text:
        return 0
    if not re.fullmatch("[0-9]{1,6}", text):
        raise InvalidError(field, "malformed")
    return int(text)


def _number(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-9]{1,6}", text.strip()) else None


def _time(event: Event, field: str) -> datetime | None:
    """Read a date and a time of the museum's clock, as a browser's field sends it."""
    text = request.form.get(field, "").strip()
    if not text:
        return None
    if not re.fullmatch(r"20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?", text, re.ASCII):
        raise InvalidError(field, "not_a_time")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=event.zone)
    except ValueError as error:
        raise InvalidError(field, "not_a_time") from error


def _local(moment: datetime | None, event: Event) -> str:
    """Return a time as a browser's field takes it, by the museum's clock."""
    return moment.astimezone(event.zone).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _to(page: str) -> Response:
    return make_response(redirect(page, 303))
