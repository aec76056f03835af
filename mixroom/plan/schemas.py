"""The requests and answers of the API of the plan."""

from datetime import date
from typing import Annotated, Any

import pydantic

from mixroom.core.text import Lang
from mixroom.event.model import Moment
from mixroom.plan.aims import Gauge
from mixroom.plan.channels import Channel
from mixroom.plan.moves import Status
from mixroom.web.api import Schema, Text, Timestamp

# With a zone, or by the museum's clock; the API reads it itself, to refuse an hour that is skipped.
Due = Annotated[str, pydantic.Field(json_schema_extra={"format": "date-time"})]
Words = Text | str  # a string is the same in both languages


class SentPicture(Schema):
    """A picture of something that the message draws on; `focus` is `[x, y]`, each from 0 to 1."""

    media: str
    alt: Text = Text()
    credit: str | None = None
    focus: tuple[float, float] = (0.5, 0.5)


class SentChange(Schema):
    """A change of the website: the page, and what to change there."""

    address: str = ""
    what: Text = Text()


class SentMessage(Schema):
    """A message. Without a title, its first words are its name.

    `overrides` has texts of one channel that differ; an empty one leaves that language out there.
    `due` is a time with its zone, or one by the museum's clock. Without `pictures`, it gets the
    photos of the `submissions` that it newly draws on. Its owner is who adds it, unless it says so.
    """

    id: str | None = None
    title: str = ""
    campaign: str | None = None
    channels: tuple[Channel, ...] = ()
    text: Text = Text()
    overrides: dict[Channel, Text] = pydantic.Field(default_factory=dict)
    due: Due | None = None
    owner: str | None = None
    submissions: tuple[str, ...] = ()
    pictures: tuple[SentPicture, ...] = ()
    change: SentChange = SentChange()
    link: str | None = None


class SentPublication(Schema):
    """A message that is out: now, unless `at` says; without `lang`, in all of its languages."""

    channel: Channel
    lang: Lang | None = None
    url: str | None = None
    at: Timestamp | None = None


class SentCampaign(Schema):
    """A campaign; its moment is the present one unless it says so."""

    name: Words
    moment: Moment | None = None
    starts_on: date | None = pydantic.Field(None, alias="from")
    ends_on: date | None = pydantic.Field(None, alias="to")
    owner: str | None = None


class SentObjective(Schema):
    """An objective: `target` of `unit` by a day, and how it is measured.

    By `gauge` the program counts by itself what is `published` (on a `channel` or on all), how
    often short links were `followed`, the submissions that are `approved` (in all, or those with
    words in French, `approved_fr`, or in English, `approved_en`), or their `photos`. Of a
    campaign, only its own publications and links count.
    """

    what: Words
    target: float | None = None
    unit: Words = Text()
    by: date | None = None
    measure: Words = Text()
    campaign: str | None = None
    gauge: Gauge = Gauge.HAND
    channel: Channel | None = None


class SentNumber(Schema):
    """The number of an objective that is measured by hand, as it was on a day: today by itself."""

    number: float
    on: date | None = None


class FoundMessage(pydantic.BaseModel):
    """A message; `counts` has the length of each text as its channel counts it, and the limit."""

    id: str
    status: Status
    version: int
    due: str | None
    counts: dict[str, dict[str, dict[str, Any]]]
    model_config = pydantic.ConfigDict(extra="allow")


class MessagePage(pydantic.BaseModel):
    """A page of messages, ordered by id; the `Link` header has the next page."""

    items: list[FoundMessage]


class FoundCampaign(pydantic.BaseModel):
    """A campaign."""

    id: str
    name: dict[str, str | None]
    moment: Moment
    model_config = pydantic.ConfigDict(extra="allow")


class CampaignPage(pydantic.BaseModel):
    """A page of campaigns, ordered by id; the `Link` header has the next page."""

    items: list[FoundCampaign]


class FoundObjective(pydantic.BaseModel):
    """An objective; `number` is its present one, noted by hand on `number_on`, or counted now."""

    id: str
    what: dict[str, str | None]
    target: float | None
    gauge: Gauge
    number: float | None
    number_on: date | None
    model_config = pydantic.ConfigDict(extra="allow")


class ObjectivePage(pydantic.BaseModel):
    """A page of objectives, ordered by id; the `Link` header has the next page."""

    items: list[FoundObjective]
