"""The pages of the plan: the board, campaigns and objectives, lists, and the desk of a message."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, redirect, render_template, request

import mixroom.plan.counting  # noqa: F401  a tenth of a second, which no visitor waits for
from mixroom.core import clock
from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError, MixroomError, NotFoundError
from mixroom.core.text import LANGS, Bilingual
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.event.model import Moment, read_moment
from mixroom.plan import actions, queries
from mixroom.plan.aims import Campaign, Objective
from mixroom.plan.channels import SPECS, Channel
from mixroom.plan.filters import FILTERS
from mixroom.plan.forms import (
    changes,
    held,
    previewed,
    typed,
    typed_day,
    typed_gauge,
    typed_number,
    typed_sides,
)
from mixroom.plan.hours import read_local
from mixroom.plan.live import MOST, SHOWN, VIEW
from mixroom.plan.merging import held_by, merged
from mixroom.plan.model import Message, MessageIdTakenError
from mixroom.plan.moves import MOVES, Fact, Status
from mixroom.shortlinks.queries import listed as short_links
from mixroom.submissions.model import LostRaceError
from mixroom.web.declaration import parts
from mixroom.web.lists import PageView, live_list
from mixroom.web.once import id_once
from mixroom.web.pages import current_event, render, saved_at
from mixroom.web.problems import FORM_STATUSES, explained, show_form_again
from mixroom.web.touched import held_fields, touched

web = Blueprint("plan", __name__)
for _each in FILTERS:
    web.add_app_template_filter(_each)
LOST_RACE = 412
PER_PAGE = 50
MOST_LINKS = 100
SIDES = ("what", "unit", "measure")  # of an objective, each in both languages
Refused = dict[str, Any] | None
Moves = Mapping[str, Callable[..., Message]]
HOW: Moves = {
    "ready": actions.mark_ready,
    "schedule": actions.schedule,
    "draft": actions.draft,
    "drop": actions.drop,
}


@web.get("/plan/board")
def board() -> str:
    """Show the messages by status, and above them those that are late."""
    by, now = member(), clock.now()
    by.must("message.read")
    view = PageView(live_list(VIEW, by.event_id), now=rfc3339(now), most=MOST)
    columns: dict[str, list[Any]] = {status.value: [] for status in SHOWN}
    for each in view.items.values():
        columns[each["status"]].append(each)
    for status, some in columns.items():
        last_first = status == Status.PUBLISHED
        some.sort(key=lambda each: (each["due"] or "9999", each["id"]), reverse=last_first)
    return render("plan/board.html", view=view, columns=columns, late=queries.late(by), most=MOST)


@web.get("/plan/messages")
def listed() -> str:
    """Show the messages of a status or a campaign, a page at a time."""
    by, asked = member(), request.args
    by.must("message.read")
    status = Status(asked["status"]) if asked.get("status") in list(Status) else None
    campaign = asked.get("campaign") or None
    found = queries.listed(by, status, campaign, after=asked.get("after", ""), limit=PER_PAGE)
    more = ""
    if len(found) == PER_PAGE:
        query = {"status": status or "", "campaign": campaign or "", "after": found[-1]["id"]}
        more = urlencode(query)
    about = queries.campaign(by, campaign) if campaign else None
    return render_template("plan/messages.html", found=found, status=status, about=about, more=more)


@web.get("/plan/messages/new")
def new() -> str:
    """Show the form of a new message."""
    return _new_page(member())


@web.post("/plan/messages/new")
def add() -> Any:
    """Add a message, from the form."""
    by = member()
    by.must("message.edit")
    try:
        fields = changes(typed(request.form, []), None)
        wanted = Message(id_once(), by.event_id, **fields)
        try:
            message = actions.add(by, wanted, illustrated=True)
        except MessageIdTakenError:  # another one, from a page that was gone back to
            message = actions.add(by, replace(wanted, id=""), illustrated=True)
    except MixroomError as error:
        refused = _refused(error)
        return _new_page(by, refused), refused["status"]
    return _see(f"/plan/messages/{message.id}")


@web.get("/plan/messages/<key>")
def message(key: str) -> str:
    """Show the desk of a message: its words, how they will look, and what is out."""
    return _page(member(), key)


@web.post("/plan/messages/<key>")
def save(key: str) -> Any:
    """Save what was typed; of two people, the second sees both texts and loses nothing."""
    by = member()
    try:
        desk = queries.desk(by, key)
        fields = changes(typed(request.form, desk.item["pictures"]), desk.message)
        actions.change(by, key, fields, version=_version(), illustrated=True)
    except MixroomError as error:
        refused = _refused(error)
        is_lost = isinstance(error, LostRaceError)
        return _page(by, key, refused, is_lost=is_lost), refused["status"]
    return _see(f"/plan/messages/{key}?saved=1")


@web.post("/plan/messages/<key>/moves")
def move(key: str) -> Any:
    """Make a move with a message: ready, scheduled, taken back, dropped, offered again."""
    by, how = member(), request.form.get("how", "")
    by.must("message.read")
    try:
        if how == "retry":
            actions.try_again(by, key)
        elif how in HOW:
            HOW[how](by, key, version=_version())
        else:
            raise InvalidError("how", "unknown")
    except MixroomError as error:
        refused = _refused(error) | {"values": {}}
        return _page(by, key, refused), refused["status"]
    return _see(f"/plan/messages/{key}")


@web.post("/plan/messages/<key>/publication")
def publish(key: str) -> Any:
    """Note where a message is out, or forget what was noted by mistake."""
    by, form = member(), request.form
    by.must("message.read")
    try:
        channel, lang = form.get("channel", ""), form.get("lang", "")
        channel, _, there = channel.partition(".")
        lang = there or lang
        if channel not in list(Channel):
            raise InvalidError("channel", "unknown")
        side = LANGS[LANGS.index(lang)] if lang in LANGS else None
        if form.get("forget") and side:
            actions.unpublish(by, key, Channel(channel), side)
        else:
            at = read_local(form.get("at", ""), current_event().zone, "at")
            actions.publish(by, key, Channel(channel), side, url=form.get("url"), at=at)
    except MixroomError as error:
        refused = _refused(error)
        return _page(by, key, refused), refused["status"]
    return _see(f"/plan/messages/{key}#out")


def _aims(refused: Refused = None) -> str:
    return render_template(
        "plan/campaigns.html",
        aims=queries.aims(member()),
        moments=list(Moment),
        channels=list(Channel),
        changing=request.args.get("change", ""),
        today=clock.now().astimezone(current_event().zone).date(),
        refused=refused,
    )


@web.get("/plan/campaigns")
def campaigns() -> str:
    """Show the campaigns and the objectives."""
    return _aims()


@web.post("/plan/campaigns")
@show_form_again(_aims)
def save_campaign() -> Response:
    """Make or change a campaign, from the form."""
    by, key = member(), request.form.get("key", "")
    by.must("campaign.edit")
    fields = {
        "moment": ("moment", read_moment(request.form.get("moment", "")) or Moment.BEFORE),
        "starts_on": ("from", typed_day("from")),
        "ends_on": ("to", typed_day("to")),
        "owner_id": ("owner", request.form.get("owner") or None),
    }

    def changed(before: Campaign) -> Campaign:
        return replace(before, name=typed_sides("name", before.name), **_meant(fields))

    new = Campaign("", by.event_id, Bilingual(), Moment.BEFORE)
    saved = (
        actions.change_campaign(by, key, changed)
        if key
        else actions.save_campaign(by, changed(new), key=id_once())
    )
    return saved_at(f"/plan/campaigns#campaign-{saved.id}")


@web.post("/plan/campaigns/<key>/removal")
def remove_campaign(key: str) -> Response:
    """Remove a campaign; its messages stay."""
    actions.remove_campaign(member(), key)
    return _see("/plan/campaigns")


@web.post("/plan/objectives")
@show_form_again(_aims)
def save_objective() -> Response:
    """Set or change an objective, from the form."""
    by, key = member(), request.form.get("key", "")
    by.must("objective.edit")
    gauge, channel = typed_gauge("gauge")
    fields = {
        "target": ("target", typed_number("target")),
        "by": ("by", typed_day("by")),
        "campaign_id": ("campaign", request.form.get("campaign") or None),
        "gauge": ("gauge", gauge),
        "channel": ("gauge", channel),
    }

    def changed(before: Objective) -> Objective:
        sides = {name: typed_sides(name, getattr(before, name)) for name in SIDES}
        return replace(before, **_meant(fields), **cast(dict[str, Any], sides))

    new = Objective("", by.event_id, Bilingual())
    saved = (
        actions.change_objective(by, key, changed)
        if key
        else actions.save_objective(by, changed(new), key=id_once())
    )
    return saved_at(f"/plan/campaigns#objective-{saved.id}")


@web.post("/plan/objectives/<key>/number")
@show_form_again(_aims)
def note_number(key: str) -> Response:
    """Note the number of an objective that is measured by hand."""
    by, today = member(), clock.now().astimezone(current_event().zone).date()
    by.must("objective.edit")
    actions.note_number(by, key, typed_number("number"), typed_day("on") or today, today)
    return _see(f"/plan/campaigns#objective-{key}")


@web.post("/plan/objectives/<key>/removal")
def remove_objective(key: str) -> Response:
    """Remove an objective."""
    actions.remove_objective(member(), key)
    return _see("/plan/campaigns")


def _meant(fields: Mapping[str, tuple[str, Any]]) -> dict[str, Any]:
    """Return those values whose field of the form, which is named beside each, somebody touched."""
    return {name: value for name, (field, value) in fields.items() if touched(field)}


def _new_page(by: Person, refused: Refused = None) -> str:
    by.must("message.edit")
    found, people, offered = queries.choices(by)
    first = Message("", by.event_id, "", (), owner_id=by.id)
    asked = request.args
    form = held(first, []) | {
        name: asked[name]
        for name in ("campaign", "due")
        if len(asked.get(name, "")) in range(1, 40)
    }
    if refused:
        form = typed(request.form, [])
    shown = previewed(form, first)
    return render(
        "plan/message.html",
        message=None,
        item=None,
        form=form,
        shown=shown,
        counts=shown.counts(queries.limits(by)),
        offered=offered,
        campaigns=found,
        people=people,
        refused=refused,
        lost=None,
        edits=True,
        **_limits(by),
    )


def _page(by: Person, key: str, refused: Refused = None, *, is_lost: bool = False) -> str:
    """Return the page; after a refusal it has what was typed.

    After a lost race (`is_lost`) it has what was typed in the fields that the sender changed, and
    beside it what somebody else saved there.
    """
    desk = queries.desk(by, key)
    saved = form = held(desk.message, desk.item["pictures"])
    lost = None
    if refused and refused["path"] == f"/plan/messages/{key}":
        form = typed(request.form, desk.item["pictures"])
    if is_lost:
        form, lost = merged(form, saved, held_fields())
        refused = {**(refused or {}), "theirs": lost, "has_theirs": True}
    shown = previewed(form, desk.message)
    view = PageView(live_list(VIEW, by.event_id), [key], message=key, version=desk.message.version)
    return render(
        "plan/message.html",
        message=desk.message,
        item=desk.item,
        view=view,
        form=form,
        shown=shown,
        counts=shown.counts(queries.limits(by)),
        offered=desk.offered,
        campaigns=desk.campaigns,
        people=desk.people,
        refused=refused,
        lost=lost,
        held_by=held_by(saved),
        may_move={
            "ready": desk.message.status in MOVES[Fact.READY][0],
            "schedule": desk.message.status in MOVES[Fact.SCHEDULED][0],
            "draft": desk.message.status in MOVES[Fact.DRAFTED][0],
            "drop": desk.message.status in MOVES[Fact.DROPPED][0],
        },
        edits=desk.message.is_edited_by(by),
        **_limits(by),
    )


def _limits(by: Person) -> dict[str, Any]:
    links = short_links(by)[:MOST_LINKS] if by.may("shortlink.read") else []
    return {
        "channels": list(Channel),
        "specs": SPECS,
        "own_limits": queries.limits(by),
        "links": links,
        "base_url": parts().settings.base_url,
        "langs": LANGS,
    }


def _refused(error: MixroomError) -> dict[str, Any]:
    """Return a refusal for the page; raise the error again if no form can mend it."""
    refused = explained(error) | {"path": request.path, "values": request.form}
    if isinstance(error, NotFoundError) or refused["status"] not in (*FORM_STATUSES, LOST_RACE):
        raise error
    return refused


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004


def _see(path: str) -> Response:
    return make_response(redirect(path, 303))
