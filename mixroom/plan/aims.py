"""Objectives and campaigns, and the rules for them."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.text import LANGS, Bilingual, Lang
from mixroom.event.model import Moment
from mixroom.plan.channels import Channel

MAX_LABEL = 200  # characters of a campaign's name, an objective's unit
MAX_TARGET = 1_000_000_000


class Gauge(StrEnum):
    """How an objective is measured: a lead notes the number, or the program counts something."""

    HAND = "hand"
    PUBLISHED = "published"  # what is out, once for each channel and language
    FOLLOWED = "followed"  # how often short links were
    APPROVED = "approved"  # submissions
    APPROVED_FR = "approved_fr"  # those with words in French
    APPROVED_EN = "approved_en"
    PHOTOS = "photos"  # of approved submissions

    @property
    def lang(self) -> Lang | None:
        """Return the language of the submissions that are counted, if that is one."""
        return {Gauge.APPROVED_FR: LANGS[0], Gauge.APPROVED_EN: LANGS[1]}.get(self)


@dataclass(frozen=True, slots=True)
class Objective:
    """An objective: `target` of `unit` by a day, and how it is measured.

    `measure` says it in words; `gauge` is what the program counts, on one `channel` or on all.
    `number` was noted by hand, on a day.
    """

    id: str
    event_id: str
    what: Bilingual
    target: float | None = None
    unit: Bilingual = Bilingual()
    by: date | None = None
    measure: Bilingual = Bilingual()
    campaign_id: str | None = None
    gauge: Gauge = Gauge.HAND
    channel: Channel | None = None
    number: float | None = None
    number_on: date | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The present number of an objective: none yet, noted by hand `on` a day, or counted now."""

    number: float | None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign: messages with one aim, before, during or after the event."""

    id: str
    event_id: str
    name: Bilingual
    moment: Moment
    starts_on: date | None = None
    ends_on: date | None = None
    owner_id: str | None = None

    def renewed(self, key: str, event_id: str, later: timedelta) -> "Campaign":
        """Return it for another edition, so many days later, without an owner."""
        starts_on, ends_on = self.starts_on and self.starts_on + later, self.ends_on
        ends_on = ends_on and ends_on + later
        return Campaign(key, event_id, self.name, self.moment, starts_on, ends_on)


def checked_campaign(campaign: Campaign) -> Campaign:
    """Return a campaign; raises InvalidError."""
    if not campaign.name:
        raise InvalidError("name", "missing")
    if campaign.name.longest() > MAX_LABEL:
        raise InvalidError("name", "too_long", most=MAX_LABEL)
    if campaign.starts_on and campaign.ends_on and campaign.ends_on < campaign.starts_on:
        raise InvalidError("to", "before_start")
    return campaign


def checked_objective(objective: Objective) -> Objective:
    """Return an objective; raises InvalidError."""
    if not objective.what:
        raise InvalidError("what", "missing")
    fields = {"what": objective.what, "unit": objective.unit, "measure": objective.measure}
    for name, text in fields.items():
        if text.longest() > MAX_LABEL:
            raise InvalidError(name, "too_long", most=MAX_LABEL)
    if objective.target is not None and not 0 <= objective.target <= MAX_TARGET:
        raise InvalidError("target", "malformed")
    return objective if objective.gauge is Gauge.PUBLISHED else replace(objective, channel=None)


def checked_number(number: float | None) -> float:
    """Return the number of an objective that somebody noted; raises InvalidError."""
    if number is None:
        raise InvalidError("number", "missing")
    if not 0 <= number <= MAX_TARGET:
        raise InvalidError("number", "malformed")
    return number
