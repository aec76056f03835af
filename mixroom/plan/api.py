"""The plan over HTTP, under /api/v1: campaigns, objectives, messages, what is out of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, request

from mixroom.core import clock
from mixroom.core.errors import InvalidError, NotFoundError
from mixroom.core.ids import is_id
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.crew.asking import member
from mixroom.crew.model import Person
from mixroom.plan import actions, queries
from mixroom.plan.aims import Campaign, Objective
from mixroom.plan.channels import Channel
from mixroom.plan.hours import read_local
from mixroom.plan.items import campaign_item, objective_item
from mixroom.plan.model import Message, Picture, SiteChange
from mixroom.plan.moves import Status
from mixroom.plan.schemas import (
    CampaignPage,
    FoundCampaign,
    FoundMessage,
    FoundObjective,
    MessagePage,
    ObjectivePage,
    SentCampaign,
    SentMessage,
    SentNumber,
    SentObjective,
    SentPublication,
)
from mixroom.submissions.api import if_match
from mixroom.web import paging
from mixroom.web.api import Text, documented, parse, timestamp
from mixroom.web.limits import limiter
from mixroom.web.pages import current_event

api = Blueprint("plan_api", __name__)
VERSION = {"If-Match": "The version that was read; 412, with both texts, if there is another."}
Move = Callable[..., Message]


@api.post("/messages")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
@documented("Add a message to the plan", {201: FoundMessage, 200: FoundMessage}, body=SentMessage)
def add() -> tuple[Response, int]:
    """Add a message; a retry with the same id gets the same message, with 200."""
    by, sent = member(), parse(SentMessage)
    if sent.id is not None and not is_id(sent.id):
        raise InvalidError("id", "malformed")
    fields = _fields(sent)
    if "owner" not in sent.model_fields_set:
        fields["owner_id"] = by.id
    illustrated = "pictures" not in sent.model_fields_set
    known = bool(sent.id) and queries.has(by, str(sent.id))
    wanted = Message(sent.id or "", by.event_id, **fields)
    message = actions.add(by, wanted, illustrated=illustrated)
    return _answer(by, message.id), 200 if known else 201


@api.get("/messages")
@documented(
    "List the messages of the plan",
    {200: MessagePage},
    query={"status": "One status.", "campaign": "A campaign's id.", **paging.QUERY},
)
def listed() -> Response:
    """Return a page of messages, with a link to the next one."""
    by, page = member(), paging.wanted()
    status, campaign = paging.one_of(Status, "status"), request.args.get("campaign")
    items = queries.page(by, status, campaign, after=page.after, limit=page.limit)
    return paging.answer(page, items)


@api.get("/messages/<key>")
@documented("Read a message", {200: FoundMessage})
def read(key: str) -> Response:
    """Return a message, with its version as the ETag."""
    return _answer(member(), key)


@api.patch("/messages/<key>")
@documented("Change a message", {200: FoundMessage}, body=SentMessage, headers=VERSION)
def change(key: str) -> Response:
    """Replace the fields that are sent; other words than those that were read are a draft again."""
    by, sent = member(), parse(SentMessage)
    fields, named = _fields(sent), sent.model_fields_set
    names = {"campaign": "campaign_id", "owner": "owner_id", "link": "link_id"}
    changes = {names.get(name, name): fields[names.get(name, name)] for name in named - {"id"}}
    illustrated = "submissions" in named and "pictures" not in named
    actions.change(by, key, changes, version=if_match(), illustrated=illustrated)
    return _answer(by, key)


@api.post("/messages/<key>/ready")
@documented("Say that one has read a message", {200: FoundMessage}, headers=VERSION)
def mark_ready(key: str) -> Response:
    """Say that a message may go; 409 for one's own words, unless one is a lead."""
    return _moved(actions.mark_ready, key)


@api.post("/messages/<key>/schedule")
@documented("Have a message go at its time", {200: FoundMessage}, headers=VERSION)
def schedule(key: str) -> Response:
    """Have a message go at its time, which is ahead; 422 where a program could not send it."""
    return _moved(actions.schedule, key)


@api.post("/messages/<key>/draft")
@documented("Take a message back, or take a dropped one up", {200: FoundMessage}, headers=VERSION)
def draft(key: str) -> Response:
    """Take a message back for other words, or take a dropped one up again."""
    return _moved(actions.draft, key)


@api.post("/messages/<key>/drop")
@documented("Drop a message", {200: FoundMessage}, headers=VERSION)
def drop(key: str) -> Response:
    """Drop a message: it is kept, and goes nowhere."""
    return _moved(actions.drop, key)


@api.post("/messages/<key>/retry")
@documented("Offer a message again to networks that refused it", {200: FoundMessage})
def try_again(key: str) -> Response:
    """Offer a scheduled message again to the networks that refused it."""
    by = member()
    actions.try_again(by, key)
    return _answer(by, key)


@api.post("/messages/<key>/publication")
@documented("Note that a message is out", {200: FoundMessage}, body=SentPublication)
def publish(key: str) -> Response:
    """Note where a message is out; the last that it wants makes it published."""
    by, sent = member(), parse(SentPublication)
    actions.publish(by, key, sent.channel, sent.lang, url=sent.url, at=sent.at)
    return _answer(by, key)


@api.delete("/messages/<key>/publication/<channel>/<lang>")
@documented("Forget a publication that was noted by mistake", {200: FoundMessage})
def unpublish(key: str, channel: str, lang: str) -> Response:
    """Forget a publication; the message is no longer published."""
    by = member()
    by.must("message.edit")
    if channel not in list(Channel) or lang not in LANGS:
        raise NotFoundError(key)
    actions.unpublish(by, key, Channel(channel), LANGS[LANGS.index(lang)])
    return _answer(by, key)


@api.post("/campaigns")
@documented("Make a campaign", {201: FoundCampaign}, body=SentCampaign)
def add_campaign() -> tuple[Response, int]:
    """Make a campaign."""
    return jsonify(campaign_item(_save_campaign(""))), 201


@api.get("/campaigns")
@documented("List the campaigns", {200: CampaignPage}, query=paging.QUERY)
def campaigns() -> Response:
    """Return a page of campaigns."""
    page = paging.wanted()
    found = [campaign_item(each) for each in queries.campaigns(member())]
    return paging.answer(page, [each for each in found if each["id"] > page.after][: page.limit])


@api.put("/campaigns/<key>")
@documented("Change a campaign", {200: FoundCampaign}, body=SentCampaign)
def save_campaign(key: str) -> Response:
    """Replace a campaign."""
    return jsonify(campaign_item(_save_campaign(key)))


@api.delete("/campaigns/<key>")
@documented("Remove a campaign; its messages stay", {204: None})
def remove_campaign(key: str) -> tuple[str, int]:
    """Remove a campaign; its messages and objectives stay."""
    actions.remove_campaign(member(), key)
    return "", 204


@api.post("/objectives")
@documented("Set an objective", {201: FoundObjective}, body=SentObjective)
def add_objective() -> tuple[Response, int]:
    """Set an objective."""
    return _objective(_save_objective("")), 201


@api.get("/objectives")
@documented("List the objectives", {200: ObjectivePage}, query=paging.QUERY)
def objectives() -> Response:
    """Return a page of objectives."""
    by, page = member(), paging.wanted()
    found = [each for each in queries.objectives(by) if each.id > page.after][: page.limit]
    progress = queries.progress(by, found)
    return paging.answer(page, [objective_item(each, progress[each.id]) for each in found])


@api.put("/objectives/<key>")
@documented("Change an objective", {200: FoundObjective}, body=SentObjective)
def save_objective(key: str) -> Response:
    """Replace an objective."""
    return _objective(_save_objective(key))


@api.post("/objectives/<key>/number")
@documented("Note the number of an objective", {200: FoundObjective}, body=SentNumber)
def note_number(key: str) -> Response:
    """Note the number of an objective that is measured by hand; 422 if the program counts it."""
    sent, today = parse(SentNumber), clock.now().astimezone(current_event().zone).date()
    return _objective(actions.note_number(member(), key, sent.number, sent.on or today, today))


@api.delete("/objectives/<key>")
@documented("Remove an objective", {204: None})
def remove_objective(key: str) -> tuple[str, int]:
    """Remove an objective."""
    actions.remove_objective(member(), key)
    return "", 204


def _answer(by: Person, key: str) -> Response:
    item = queries.item(by, key)
    response = jsonify(item)
    response.set_etag(str(item["version"]))
    return response


def _moved(move: Move, key: str) -> Response:
    by = member()
    move(by, key, version=if_match())
    return _answer(by, key)


def _save_campaign(key: str) -> Campaign:
    by, sent = member(), parse(SentCampaign)
    moment = sent.moment or current_event().moment(clock.now())
    dates = (sent.starts_on, sent.ends_on)
    wanted = Campaign(key, by.event_id, _both(sent.name), moment, *dates, sent.owner)
    return actions.save_campaign(by, wanted)


def _save_objective(key: str) -> Objective:
    by, sent = member(), parse(SentObjective)
    return actions.save_objective(
        by,
        Objective(
            key,
            by.event_id,
            _both(sent.what),
            sent.target,
            _both(sent.unit),
            sent.by,
            _both(sent.measure),
            sent.campaign,
            sent.gauge,
            sent.channel,
        ),
    )


def _objective(objective: Objective) -> Response:
    progress = queries.progress(member(), [objective])
    return jsonify(objective_item(objective, progress[objective.id]))


def _fields(sent: SentMessage) -> dict[str, Any]:
    """Return the fields of a message that a request describes; raises InvalidError."""
    overrides: dict[tuple[Channel, Lang], str] = {}
    for channel, text in sent.overrides.items():
        for lang in LANGS:
            words = getattr(text, lang)
            if words is not None:
                overrides[channel, lang] = words
    return {
        "title": sent.title,
        "campaign_id": sent.campaign or None,
        "channels": sent.channels,
        "text": _both(sent.text),
        "overrides": overrides,
        "due": _due(sent.due),
        "owner_id": sent.owner or None,
        "submissions": sent.submissions,
        "pictures": tuple(
            Picture(each.media, _both(each.alt), each.credit, each.focus) for each in sent.pictures
        ),
        "change": SiteChange(sent.change.address.strip(), _both(sent.change.what)),
        "link_id": sent.link or None,
    }


def _due(text: str | None) -> datetime | None:
    """Return a time that is given with its zone, or by the museum's clock."""
    if not text:
        return None
    try:
        has_zone = datetime.fromisoformat(text).utcoffset() is not None
    except ValueError as error:
        raise InvalidError("due", "malformed") from error
    return timestamp(text, "due") if has_zone else read_local(text, current_event().zone)


def _both(text: Text | str) -> Bilingual:
    if isinstance(text, str):
        return Bilingual.of(text, text)
    return Bilingual.of(text.fr, text.en)
