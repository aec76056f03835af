"""Short links over HTTP, under /api/v1."""

from typing import Any

import pydantic
from flask import Blueprint, Response, jsonify

from mixroom.crew.asking import member
from mixroom.shortlinks import actions, queries
from mixroom.shortlinks.model import Link
from mixroom.web import paging
from mixroom.web.api import Schema, documented, parse
from mixroom.web.declaration import parts

api = Blueprint("shortlinks_api", __name__)


class NewShortLink(Schema):
    """A short link to make; without a `code` it gets a random one."""

    url: str
    title: str
    code: str = ""


class ShortLinkChange(Schema):
    """Where a short link leads from now on."""

    url: str
    title: str


class ShortLink(pydantic.BaseModel):
    """A short link, and how often people followed it."""

    id: str
    code: str
    short: str
    url: str
    title: str
    count: int


class DayCount(pydantic.BaseModel):
    """How often it was followed on a day, by the museum's clock."""

    day: str
    count: int


class ShortLinkWithDays(ShortLink):
    """A short link with its days."""

    days: list[DayCount]


class ShortLinkPage(pydantic.BaseModel):
    """A page of short links."""

    items: list[ShortLink]


@api.get("/shortlinks")
@documented("List the short links of the event", {200: ShortLinkPage}, query=paging.QUERY)
def listed() -> Response:
    """Return a page of short links with their counts, oldest first."""
    by, page = member(), paging.wanted()
    found = queries.page(by, after=page.after, limit=page.limit)
    return paging.answer(page, [_item(each) for each in found])


@api.post("/shortlinks")
@documented("Make a short link", {201: ShortLink}, body=NewShortLink)
def make() -> tuple[Response, int]:
    """Make a short link; 409 `code_taken` if another one has the code."""
    new = parse(NewShortLink)
    site = parts().settings.base_url
    return jsonify(_item(actions.make(member(), new.url, new.title, new.code, site=site))), 201


@api.get("/shortlinks/<key>")
@documented("Read a short link with its days", {200: ShortLinkWithDays})
def read(key: str) -> Response:
    """Return how often a short link was followed, in all and on each day."""
    link, days = queries.one(member(), key)
    by_day = [{"day": each.day.isoformat(), "count": each.count} for each in days]
    return jsonify(_item(link) | {"days": by_day})


@api.patch("/shortlinks/<key>")
@documented("Change where a short link leads", {204: None}, body=ShortLinkChange)
def change(key: str) -> tuple[str, int]:
    """Change where a short link leads; its code stays."""
    new = parse(ShortLinkChange)
    actions.change(member(), key, new.url, new.title, site=parts().settings.base_url)
    return "", 204


def _item(link: Link) -> dict[str, Any]:
    return {
        "id": link.id,
        "code": link.code,
        "short": f"{parts().settings.base_url}/l/{link.code}",
        "url": link.url,
        "title": link.title,
        "count": link.count,
    }
