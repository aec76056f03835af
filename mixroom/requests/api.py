"""Requests over HTTP, under /api/v1."""

import pydantic
from flask import Blueprint, Response, current_app, jsonify

from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.kinds import Kind
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual, Lang
from mixroom.crew.asking import member
from mixroom.event.queries import labels
from mixroom.requests import actions, queries
from mixroom.requests.model import Status, To, Wanted
from mixroom.web import paging
from mixroom.web.api import Schema, Text, Timestamp, documented, parse
from mixroom.web.limits import limiter

api = Blueprint("requests_api", __name__)


class Addressed(Schema):
    """A role, or a person by id; those who are here if there is neither."""

    role: Role | None = None
    person: str | None = None


class NewRequest(Schema):
    """A request to open. A text given as a string is the same in both languages.

    `hour` is the start of the hour of coverage that it is about; `moment` and `alarm` name the
    entry of the programme and the alarm that it comes from. It is due in an hour unless `due` says.
    """

    text: Text | str
    id: str | None = None
    team: str | None = None
    place: str | None = None
    kind: Kind | None = None
    lang: Lang | None = None
    tags: tuple[str, ...] = ()
    due: Timestamp | None = None
    to: Addressed = Addressed()
    hour: Timestamp | None = None
    moment: str | None = None
    alarm: str | None = None


class RequestReceipt(pydantic.BaseModel):
    """The answer to a change; `seq` is its number in the journal, which live lists follow."""

    id: str
    status: Status
    seq: int


class FoundRequest(pydantic.BaseModel):
    """A request as the crew sees it."""

    id: str
    status: Status
    due: str
    answers: list[str]
    model_config = pydantic.ConfigDict(extra="allow")


class RequestPage(pydantic.BaseModel):
    """A page of requests, ordered by id; the `Link` header has the next page."""

    items: list[FoundRequest]


@api.post("/requests")
@limiter.limit(lambda: current_app.config["MIXROOM_SUBMIT_RATE"])
@documented(
    "Ask those who are here, a role or a person for something",
    {201: RequestReceipt, 200: RequestReceipt},
    body=NewRequest,
)
def ask() -> tuple[Response, int]:
    """Open a request; a retry with the same id gets the same answer, with 200."""
    by, sent = member(), parse(NewRequest)
    if sent.id is not None and not is_id(sent.id):
        raise InvalidError("id", "malformed")
    text = Text(fr=sent.text, en=sent.text) if isinstance(sent.text, str) else sent.text
    team, place = labels(by.event_id, sent.team, sent.place)
    wanted = Wanted(
        text=Bilingual.of(text.fr, text.en),
        team=team,
        place=place,
        kind=sent.kind,
        lang=sent.lang,
        tags=sent.tags,
        hour=sent.hour,
        moment=sent.moment or None,
        alarm=sent.alarm or None,
    )
    to = To(sent.to.role, sent.to.person)
    answer, new = actions.ask(by, wanted, to=to, due=sent.due, request_id=sent.id)
    return jsonify(answer), 201 if new else 200


@api.get("/requests/<key>")
@documented("Read a request", {200: FoundRequest})
def read(key: str) -> Response:
    """Return a request."""
    return jsonify(queries.item(member(), key))


@api.get("/requests")
@documented(
    "List the requests of the event",
    {200: RequestPage},
    query={
        "status": "One status.",
        **paging.QUERY,
    },
)
def listed() -> Response:
    """Return a page of requests, with a link to the next one."""
    by, page = member(), paging.wanted()
    items = queries.page(by, paging.one_of(Status, "status"), after=page.after, limit=page.limit)
    return paging.answer(page, items)


@api.post("/requests/<key>/taking")
@documented("Take a request: say that one is on it", {200: RequestReceipt})
def take(key: str) -> Response:
    """Take a request; 409 names the person who holds it already."""
    return jsonify(actions.take(member(), key))


@api.post("/requests/<key>/giving-back")
@documented("Give back a request that one has taken", {200: RequestReceipt})
def give_back(key: str) -> Response:
    """Give a request back, so that it is open again."""
    return jsonify(actions.give_back(member(), key))


@api.post("/requests/<key>/cancellation")
@documented("Cancel a request, as its asker or a lead", {200: RequestReceipt})
def cancel(key: str) -> Response:
    """Cancel a request."""
    return jsonify(actions.cancel(member(), key))


@api.post("/requests/<key>/thanks")
@documented("Thank the person who answered, as the asker or a lead", {200: RequestReceipt})
def thank(key: str) -> Response:
    """Thank for an answer."""
    return jsonify(actions.thank(member(), key))
