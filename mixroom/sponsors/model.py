"""Sponsors: what each was promised, blackouts, exposures, and their rules."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit

from mixroom.core.clock import rfc3339
from mixroom.core.errors import InvalidError
from mixroom.core.roles import LEADS, SCREENS, declare
from mixroom.core.text import Bilingual

MAX_SHARE = 33.0  # percent for one sponsor, so that none comes more often than every third time
WALL_DAY = timedelta(hours=10)  # the daily time on which a promise in seconds is based
MAX_NAME = 80  # characters
MAX_URL = 500  # characters
MAX_SPONSORS = 60  # of an event
MAX_BLACKOUTS = 40  # of an event
MAX_LOGO_BYTES = 8_000_000
MAX_EXPOSURE = 60.0  # seconds; a screen reports a longer one in parts
MAX_EXPOSURES = 500  # in one batch
MAX_CLOCK_AHEAD = timedelta(minutes=10)  # a screen's clock may be this far ahead of ours
TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


PERMISSIONS = declare(
    {
        "sponsor.edit": LEADS,
        "exposure.count": SCREENS,
    }
)


class Fact(StrEnum):
    """The facts about sponsors in the journal."""

    ADDED = "sponsor.added"
    EDITED = "sponsor.edited"
    REMOVED = "sponsor.removed"
    SILENCED = "sponsor.silenced"


class Tier(StrEnum):
    """The size of a sponsor's contribution."""

    PRINCIPAL = "principal"
    MAJOR = "major"
    PARTNER = "partner"
    FRIEND = "friend"


class Unit(StrEnum):
    """The unit of a promise."""

    PERCENT = "percent"
    SECONDS = "seconds"


class Where(StrEnum):
    """The place on a screen where a sponsor was shown."""

    STRIP = "strip"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Promise:
    """A share of the wall's time in percent, or seconds for each day of the event."""

    amount: float = 0.0
    unit: Unit = Unit.PERCENT

    @property
    def percent(self) -> float:
        """Return the promised share of the wall's time, in percent."""
        if self.unit is Unit.PERCENT:
            return self.amount
        return 100 * self.amount / WALL_DAY.total_seconds()

    def over(self, time: timedelta) -> float:
        """Return the seconds promised out of `time` on the wall."""
        return self.percent / 100 * time.total_seconds()


@dataclass(frozen=True, slots=True)
class Logo:
    """A processed logo.

    `ink` is the part of its box that it covers, from 0 to 1; a `pale` one needs a dark ground.
    """

    file: str
    width: int
    height: int
    ink: float
    pale: bool


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A sponsor of an event; `upload` is the file of a logo that is not processed yet."""

    id: str
    event_id: str
    name: Bilingual
    tier: Tier
    promise: Promise
    position: int
    url: str | None = None
    logo: Logo | None = None
    upload: str | None = None
    refusal: str | None = None

    def stored(self, file: str) -> str:
        """Return the media store's name for one of the sponsor's files."""
        return f"{self.id}/{file}"

    @property
    def address(self) -> str | None:
        """Return the logo's URL path."""
        return f"/sponsors/{self.id}/{self.logo.file}" if self.logo else None


@dataclass(frozen=True, slots=True)
class Blackout:
    """A part of a day in which no sponsor is shown.

    `day` counts the event's days from 0; `starts` (inclusive) and `ends` (exclusive) are `HH:MM`.
    """

    id: str
    day: int
    starts: str
    ends: str

    def as_dict(self) -> dict[str, object]:
        """Return the blackout as the walls get it."""
        return {"day": self.day, "from": self.starts, "to": self.ends}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A time in which a sponsor was on a screen; the screen makes the `id`.

    `sponsor_id` is None for time in which a sponsor could have been shown but none was due. All
    exposures together are the time of which promises are shares.
    """

    id: str
    sponsor_id: str | None
    began_at: datetime
    seconds: float
    where: Where

    @property
    def hour(self) -> datetime:
        """Return the hour in which the exposure began, for which it counts."""
        return self.began_at.replace(minute=0, second=0, microsecond=0)

    def is_sound(self, now: datetime) -> bool:
        """Return whether the exposure can be true."""
        return 0 < self.seconds <= MAX_EXPOSURE and self.began_at < now + MAX_CLOCK_AHEAD


@dataclass(frozen=True, slots=True)
class ShownTime:
    """The seconds that a sponsor was shown in an hour, summed over all screens."""

    sponsor_id: str | None
    hour: datetime
    seconds: float
    where: Where

    def as_dict(self) -> dict[str, object]:
        """Return the sum as the API's JSON."""
        return {
            "sponsor": self.sponsor_id,
            "hour": rfc3339(self.hour),
            "where": self.where.value,
            "seconds": round(self.seconds, 1),
        }


def shortfall(promise: Promise, seconds: float, time: timedelta) -> float:
    """Return what a sponsor lacks, in percent of what it was promised out of `time` on the wall."""
    promised = promise.over(time)
    return max(0.0, 100 * (1 - seconds / promised)) if promised else 0.0


def checked_sponsor(sponsor: Sponsor) -> Sponsor:
    """Return the sponsor; raises InvalidError if its name, promise or URL is not acceptable."""
    if not sponsor.name:
        raise InvalidError("name", "missing")
    if sponsor.name.longest() > MAX_NAME:
        raise InvalidError("name", "too_long", most=MAX_NAME)
    if sponsor.promise.amount < 0:
        raise InvalidError("promise", "malformed")
    if sponsor.promise.percent > MAX_SHARE:
        raise InvalidError("promise", "more_than_a_third")
    _check_url(sponsor.url)
    return sponsor


def check_promises(sponsors: Iterable[Sponsor]) -> None:
    """Raise InvalidError if the promises add up to more than 100%."""
    if sum(each.promise.percent for each in sponsors) > 100 + 1e-9:
        raise InvalidError("promise", "more_than_all")


def checked_blackout(blackout: Blackout, days: int) -> Blackout:
    """Return the blackout; raises InvalidError unless it is part of one of the event's days."""
    if not 0 <= blackout.day < days:
        raise InvalidError("day", "unknown")
    for field, at in (("from", blackout.starts), ("to", blackout.ends)):
        if not TIME_OF_DAY.fullmatch(at) and at != "24:00":
            raise InvalidError(field, "malformed")
    if blackout.ends <= blackout.starts:
        raise InvalidError("to", "before_start")
    return blackout


def _check_url(url: str | None) -> None:
    if url is None:
        return
    if len(url) > MAX_URL:
        raise InvalidError("url", "too_long", most=MAX_URL)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidError("url", "malformed") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise InvalidError("url", "malformed")
