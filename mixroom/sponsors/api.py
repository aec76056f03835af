"""Sponsors and exposures over HTTP, under /api/v1."""

from datetime import datetime
from typing import Annotated

import pydantic
from flask import Blueprint, Response, jsonify, request

from mixroom.core.errors import InvalidError
from mixroom.core.ids import is_id
from mixroom.core.text import Bilingual
from mixroom.crew.asking import member
from mixroom.sponsors import actions, queries
from mixroom.sponsors.live import as_item
from mixroom.sponsors.model import MAX_EXPOSURES, Exposure, Promise, Tier, Unit, Where
from mixroom.web.api import Schema, Timestamp, documented, parse, timestamp
from mixroom.web.limits import limiter

EXPOSURE_RATE = "120/minute"  # a screen that was offline for a day sends some fifty batches


class SponsorName(Schema):
    """A name in one language or in both."""

    fr: str | None = None
    en: str | None = None


class Promised(Schema):
    """A share of the wall's time in percent, or seconds for each day."""

    amount: Annotated[float, pydantic.Field(ge=0, allow_inf_nan=False)] = 0
    unit: Unit = Unit.PERCENT


class SponsorFields(Schema):
    """A sponsor as a lead enters it."""

    name: SponsorName
    tier: Tier = Tier.PARTNER
    promise: Promised = Promised()
    url: str | None = None


class SponsorLogo(pydantic.BaseModel):
    """A logo; `ink` is the part of its box that it covers, `pale` means it needs a dark ground."""

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
    """The sponsors, in order of position."""

    items: list[SponsorState]


class ExposureReport(Schema):
    """A time in which a sponsor was shown; `sponsor` is null if no sponsor was due."""

    id: str
    sponsor: str | None
    began_at: Timestamp
    seconds: Annotated[float, pydantic.Field(allow_inf_nan=False)]
    where: Where


class ExposureBatch(Schema):
    """The exposures of a screen; one that is sent again counts once."""

    items: Annotated[list[ExposureReport], pydantic.Field(max_length=MAX_EXPOSURES)]


class ExposuresCounted(pydantic.BaseModel):
    """The number of exposures counted now, counted before, and refused as impossible."""

    counted: int
    known: int
    refused: int


class ExposureSum(pydantic.BaseModel):
    """The seconds of one sponsor (null: of none) in the hour that begins at `hour`."""

    sponsor: str | None
    hour: str
    where: Where
    seconds: float


class ExposureSums(pydantic.BaseModel):
    """Sums, in order of time."""

    items: list[ExposureSum]


api = Blueprint("sponsors_api", __name__)


@api.get("/sponsors")
@documented("List the sponsors", {200: SponsorList})
def sponsors() -> Response:
    """Return the sponsors of the event."""
    return jsonify({"items": [as_item(each) for each in queries.sponsors(member())]})


@api.post("/sponsors")
@documented("Add a sponsor", {201: SponsorState}, body=SponsorFields)
def add() -> tuple[Response, int]:
    """Add a sponsor after the others."""
    by = member()
    by.must("sponsor.edit")
    sent = parse(SponsorFields)
    new = actions.add(
        by, name=_name(sent), tier=sent.tier, promise=_promise(sent), url=sent.url or None
    )
    return jsonify(as_item(new)), 201


@api.put("/sponsors/<sponsor_id>")
@documented("Change a sponsor", {200: SponsorState}, body=SponsorFields)
def edit(sponsor_id: str) -> Response:
    """Replace a sponsor's fields; its position and logo stay."""
    by = member()
    by.must("sponsor.edit")
    sent = parse(SponsorFields)
    changes = {"tier": sent.tier, "promise": _promise(sent), "url": sent.url or None}
    edited = actions.edit(by, sponsor_id, name=_name(sent), **changes)
    return jsonify(as_item(edited))


@api.delete("/sponsors/<sponsor_id>")
@documented("Remove a sponsor", {204: None})
def remove(sponsor_id: str) -> tuple[str, int]:
    """Take a sponsor off the walls."""
    actions.remove(member(), sponsor_id)
    return "", 204


@api.post("/exposures")
@limiter.limit(EXPOSURE_RATE)
@documented("Report what a screen has shown", {200: ExposuresCounted}, body=ExposureBatch)
def count() -> Response:
    """Count a screen's exposures."""
    by = member()
    by.must("exposure.count")
    counted = actions.count(by, [_exposure(each) for each in parse(ExposureBatch).items])
    return jsonify({"counted": counted.counted, "known": counted.known, "refused": counted.refused})


@api.get("/exposures")
@documented(
    "Read how long each sponsor was shown, by the hour",
    {200: ExposureSums},
    query={
        "sponsor": "Only this sponsor.",
        "from": "From this time on (RFC 3339); whole hours are counted.",
        "to": "Before this time.",
    },
)
def exposures() -> Response:
    """Return the sums of each hour, sponsor and place on the screen."""
    found = queries.shown(
        member(),
        sponsor_id=request.args.get("sponsor"),
        since=_time("from"),
        until=_time("to"),
    )
    return jsonify({"items": [each.as_dict() for each in found]})


def _name(sent: SponsorFields) -> Bilingual:
    return Bilingual.of(sent.name.fr, sent.name.en)


def _promise(sent: SponsorFields) -> Promise:
    return Promise(sent.promise.amount, sent.promise.unit)


def _exposure(sent: ExposureReport) -> Exposure:
    if not is_id(sent.id):
        raise InvalidError("id", "malformed")
    return Exposure(sent.id, sent.sponsor, sent.began_at, sent.seconds, sent.where)


def _time(name: str) -> datetime | None:
    text = request.args.get(name)
    return None if text is None else timestamp(text, name)
