"""Applications over HTTP, under /api/v1."""

from datetime import date, timedelta
from typing import Annotated

import pydantic
from flask import Blueprint, Response, g, jsonify

from mixroom.core import ids
from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew.asking import member
from mixroom.event.model import Event
from mixroom.recruiting import actions, applying, queries
from mixroom.recruiting.asking import (
    consent_of,
    present_event,
    program_limit,
    seal,
    tries_limit,
)
from mixroom.recruiting.items import whole
from mixroom.recruiting.model import Answers, Half, Keep, Part
from mixroom.recruiting.moves import Fact, Status
from mixroom.recruiting.signing import Way
from mixroom.web import paging, visitors
from mixroom.web.api import Schema, documented, parse

api = Blueprint("recruiting_api", __name__)
MAX_LISTED = 100  # entries of a list in a request


class HalfDay(Schema):
    """A half-day of the event; `day` is a date, or the number of the day, from 1."""

    day: Annotated[int, pydantic.Field(strict=True)] | date
    part: Part


class NewApplication(Schema):
    """An application. `note` says why, `needs` what the person needs (access, food, equipment).

    Sending it means agreeing to the wording that `/apply` shows for `keep`; it is kept beside it.
    """

    name: str
    email: str
    roles: list[Role] = pydantic.Field(max_length=MAX_LISTED)
    languages: list[Lang] = pydantic.Field(max_length=MAX_LISTED)
    availability: list[HalfDay] = pydantic.Field(max_length=MAX_LISTED)
    note: str | None = None
    id: str | None = None
    telephone: str | None = None
    links: list[str] = pydantic.Field(default=[], max_length=MAX_LISTED)
    needs: str | None = None
    keep: Keep = Keep.EVENT
    lang: Lang | None = None


class ApplicationReceipt(pydantic.BaseModel):
    """The answer to an applicant; `link` is their own page, where they change or withdraw it."""

    id: str
    status: Status
    link: str


class FoundApplication(pydantic.BaseModel):
    """An application as leads see it."""

    id: str
    status: Status
    name: str
    email: str
    model_config = pydantic.ConfigDict(extra="allow")


class ApplicationPage(pydantic.BaseModel):
    """A page of applications, ordered by id; the `Link` header has the next page."""

    items: list[FoundApplication]


class Decided(pydantic.BaseModel):
    """The answer to a decision; `person` is the id of the person of an accepted application."""

    id: str
    status: Status
    person: str | None = None


class InviteOnce(pydantic.BaseModel):
    """A personal invite, as a link and as a code; both are shown only once."""

    url: str
    code: str


class Accepted(Decided):
    """The answer to an acceptance; `invite` is there for the one that made the person."""

    invite: InviteOnce | None = None


class AcceptedAs(Schema):
    """The role of the new person: by default the first that they applied for."""

    role: Role | None = None


class LeadsNote(Schema):
    """A note for the leads of the event."""

    text: str


@api.post("/applications")
@tries_limit
@program_limit
@documented("Apply for the media room", {201: ApplicationReceipt}, body=NewApplication, public=True)
def apply() -> tuple[Response, int]:
    """Take an application; a letter asks the owner of the e-mail address to confirm it."""
    event, sent, signs = present_event(), parse(NewApplication), seal()
    if sent.id is not None and not is_id(sent.id):
        raise InvalidError("id", "malformed")
    lang: Lang = sent.lang or g.lang
    made = applying.apply(
        event,
        Answers(
            name=sent.name,
            email=sent.email,
            roles=tuple(sent.roles),
            languages=tuple(sent.languages),
            halves=tuple(Half(_day(event, each.day), each.part) for each in sent.availability),
            telephone=sent.telephone,
            links=tuple(sent.links),
            note=sent.note,
            needs=sent.needs,
        ),
        consent_of(event, sent.keep, lang),
        lang=lang,
        key=sent.id or ids.new(),
        sent_from=visitors.address(),
        seal=signs,
        form=False,
    )
    link = signs.link(made.id, made.turn, Way.SENDER)
    return jsonify({"id": made.id, "status": made.status.value, "link": link}), 201


@api.get("/applications")
@documented(
    "List the applications of the event, as a lead",
    {200: ApplicationPage},
    query={
        "status": "One status.",
        **paging.QUERY,
    },
)
def listed() -> Response:
    """Return a page of applications, with a link to the next one."""
    by, page = member(), paging.wanted()
    found = queries.page(by, paging.one_of(Status, "status"), after=page.after, limit=page.limit)
    return paging.answer(page, [whole(each) for each in found])


@api.get("/applications/<key>")
@documented("Read an application, as a lead", {200: FoundApplication})
def read(key: str) -> Response:
    """Return an application with the notes on it and those that look like the same person's."""
    found = queries.opened(member(), key)
    return jsonify(queries.as_opened(found))


@api.post("/applications/<key>/acceptance")
@documented(
    "Accept an application: make the person, the invite and the letter",
    {200: Accepted},
    body=AcceptedAs,
)
def accept(key: str) -> Response:
    """Accept an application; accepting it again answers the same, without the invite."""
    by, sent = member(), parse(AcceptedAs)
    accepted = actions.accept(by, key, seal(), role=sent.role)
    answer = _decided(accepted.application.id, accepted.application.status)
    answer["person"] = accepted.application.person_id
    if accepted.invite:
        answer["invite"] = {"url": accepted.url, "code": accepted.invite.code}
    return jsonify(answer)


@api.post("/applications/<key>/shortlisting")
@documented("Put an application on the shortlist", {200: Decided})
def shortlist(key: str) -> Response:
    """Put an application on the shortlist."""
    return _decide(key, Fact.SHORTLISTED)


@api.post("/applications/<key>/waiting")
@documented("Put an application on the waiting list; a letter says so", {200: Decided})
def wait(key: str) -> Response:
    """Put an application on the waiting list; the letter leaves ten minutes later."""
    return _decide(key, Fact.WAITING)


@api.post("/applications/<key>/decline")
@documented("Decline an application; a letter says so", {200: Decided})
def decline(key: str) -> Response:
    """Decline an application; the letter leaves ten minutes later."""
    return _decide(key, Fact.DECLINED)


@api.post("/applications/<key>/reopening")
@documented("Take a decision back; a letter that has not left is called off", {200: Decided})
def reopen(key: str) -> Response:
    """Take a decision back, other than an acceptance."""
    return _decide(key, Fact.REOPENED)


@api.delete("/applications/<key>")
@documented("Erase an application, at the applicant's wish", {204: None})
def erase(key: str) -> tuple[str, int]:
    """Erase an application with its notes and letters; a person of the crew stays."""
    actions.erase(member(), key)
    return "", 204


@api.post("/applications/<key>/notes")
@documented("Write a note on an application, for leads", {201: None}, body=LeadsNote)
def note(key: str) -> tuple[Response, int]:
    """Write a note, which only leads see."""
    actions.note(member(), key, parse(LeadsNote).text)
    return jsonify({}), 201


def _decide(key: str, fact: Fact) -> Response:
    after = actions.decide(member(), key, fact, seal())
    return jsonify(_decided(after.id, after.status))


def _decided(key: str, status: Status) -> dict[str, object]:
    return {"id": key, "status": status.value}


def _day(event: Event, day: int | date) -> date:
    """Return the date of a day that is given by its number; any other is checked later."""
    if isinstance(day, date):
        return day
    if not 1 <= day <= len(event.days):
        raise InvalidError("availability", "unknown")
    return event.starts_on + timedelta(days=day - 1)
