"""Sponsors and exposures over HTTP, under /api/v1."""

from datetime import datetime
from typing import Annotated

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.db import reading
from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.text import Bilingual
from mixroom.sponsors import actions, store
from mixroom.sponsors.live import as_item
from mixroom.sponsors.model import MOST_EXPOSURES, Exposure, Promise, Tier, Unit, Where
from mixroom.team.asking import member
from mixroom.web.api import Moment, Schema, documented, moment, parse
from mixroom.web.limits import limiter

OFTEN_ENOUGH = "120/minute"  # a screen that was away for a day has some fifty batches to tell


class SponsorName(Schema):
    """A name in one language or in both."""

    fr: str | None = None
    en: str | None = None


class Promised(Schema):
    """A share of the wall's time in percent, or seconds for each day."""

    amount: Annotated[float, pydantic.Field(ge=0, allow_inf_nan=False)] = 0
    unit: Unit = Unit.PERCENT


class SponsorTold(Schema):
    """A sponsor, as it is entered."""

    name: SponsorName
    tier: Tier = Tier.PARTNER
    promise: Promised = Promised()
    url: str | None = None


class SponsorLogo(pydantic.BaseModel):
    """A logo; `ink` is the part of its box that it covers, `pale` that it needs dark ground."""

    src: str
    width: int
    height: int
    ink: float
    pale: bool


class SponsorState(pydantic.BaseModel):
    """A sponsor; `share` of the wall's time, from 0 to 1."""

    id: str
    name: dict[str, str | None]
    tier: Tier
    share: float
    position: int
    url: str | None
    logo: SponsorLogo | None


class SponsorList(pydantic.BaseModel):
    """The sponsors, in their order."""

    items: list[SponsorState]


class ExposureTold(Schema):
    """A sponsor was shown; `sponsor` is null for time in which nobody was owed anything."""

    id: str
    sponsor: str | None
    began_at: Moment
    seconds: Annotated[float, pydantic.Field(allow_inf_nan=False)]
    where: Where


class ExposureBatch(Schema):
    """What a screen has shown; told again, it counts once."""

    items: Annotated[list[ExposureTold], pydantic.Field(max_length=MOST_EXPOSURES)]


class ExposuresCounted(pydantic.BaseModel):
    """How many were counted now, were counted before, and cannot be true."""

    counted: int
    known: int
    refused: int


class ExposureSum(pydantic.BaseModel):
    """The seconds of one sponsor (null: of nobody) in the hour that begins at `hour`."""

    sponsor: str | None
    hour: str
    where: Where
    seconds: float


class ExposureSums(pydantic.BaseModel):
    """Sums, in the order of the clock."""

    items: list[ExposureSum]


api = Blueprint("sponsors_api", __name__)


@api.get("/sponsors")
@documented("List the sponsors", {200: SponsorList})
def sponsors() -> Response:
    by = member()
    by.must("sponsor.edit")
    with reading() as tx:
        found = store.of_event(tx, by.event_id)
    return jsonify({"items": [as_item(each) for each in found]})


@api.post("/sponsors")
@documented("Add a sponsor", {201: SponsorState}, body=SponsorTold)
def add() -> tuple[Response, int]:
    by = member()
    by.must("sponsor.edit")
    told = parse(SponsorTold)
    new = actions.add(
        by, name=_name(told), tier=told.tier, promise=_promise(told), url=told.url or None
    )
    return jsonify(as_item(new)), 201


@api.put("/sponsors/<sponsor_id>")
@documented("Change a sponsor", {200: SponsorState}, body=SponsorTold)
def edit(sponsor_id: str) -> Response:
    by = member()
    by.must("sponsor.edit")
    told = parse(SponsorTold)
    changes = {"tier": told.tier, "promise": _promise(told), "url": told.url or None}
    edited = actions.edit(by, sponsor_id, name=_name(told), **changes)
    return jsonify(as_item(edited))


@api.delete("/sponsors/<sponsor_id>")
@documented("Thank a sponsor no more", {204: None})
def remove(sponsor_id: str) -> tuple[str, int]:
    actions.remove(member(), sponsor_id)
    return "", 204


@api.post("/exposures")
@limiter.limit(OFTEN_ENOUGH)
@documented("Tell what a screen has shown", {200: ExposuresCounted}, body=ExposureBatch)
def count() -> Response:
    by = member()
    by.must("exposure.count")
    counted = actions.count(by, [_exposure(each) for each in parse(ExposureBatch).items])
    return jsonify({"counted": counted.counted, "known": counted.known, "refused": counted.refused})


@api.get("/exposures")
@documented(
    "Say for how long each sponsor was shown, hour by hour",
    {200: ExposureSums},
    query={
        "sponsor": "Only this one's.",
        "from": "From this moment on (RFC 3339); whole hours are counted.",
        "to": "Before this moment.",
    },
)
def exposures() -> Response:
    found = actions.shown(
        member(),
        sponsor_id=request.args.get("sponsor"),
        since=_moment("from"),
        until=_moment("to"),
    )
    return jsonify({"items": [each.as_dict() for each in found]})


def _name(told: SponsorTold) -> Bilingual:
    return Bilingual.of(told.name.fr, told.name.en)


def _promise(told: SponsorTold) -> Promise:
    return Promise(told.promise.amount, told.promise.unit)


def _exposure(told: ExposureTold) -> Exposure:
    if not is_id(told.id):
        raise InvalidError("id", "malformed")
    return Exposure(told.id, told.sponsor, told.began_at, told.seconds, told.where)


def _moment(name: str) -> datetime | None:
    text = request.args.get(name)
    return None if text is None else moment(text, name)
