"""Who supports the event, what each was promised, and when the walls thank nobody."""

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

MOST_SHARE = 33.0  # percent for one: the same sponsor comes every third time at most
WALL_DAY = timedelta(hours=10)  # over which what was promised for a day is spread
LONGEST_NAME = 80
LONGEST_URL = 500
MOST_SPONSORS = 60
MOST_BLACKOUTS = 40
MOST_LOGO_BYTES = 8_000_000
LONGEST_EXPOSURE = 60.0  # seconds; a screen tells of a longer one in parts
MOST_EXPOSURES = 500  # in one batch
FROM_THE_FUTURE = timedelta(minutes=10)  # by which a screen's clock may be ahead of ours
MOMENT = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


PERMISSIONS = declare(
    {
        "sponsor.edit": LEADS,
        "exposure.count": SCREENS,
    }
)


class Fact(StrEnum):
    """What the journal says of sponsors."""

    ADDED = "sponsor.added"
    EDITED = "sponsor.edited"
    REMOVED = "sponsor.removed"
    SILENCED = "sponsor.silenced"


class Tier(StrEnum):
    """How large a part a sponsor has."""

    PRINCIPAL = "principal"
    MAJOR = "major"
    PARTNER = "partner"
    FRIEND = "friend"


class Unit(StrEnum):
    """What a promise counts."""

    PERCENT = "percent"
    SECONDS = "seconds"


class Where(StrEnum):
    """Where on a screen a sponsor was thanked."""

    STRIP = "strip"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Promise:
    """A share of the wall's time in percent, or seconds for each day of the event."""

    amount: float = 0.0
    unit: Unit = Unit.PERCENT

    @property
    def percent(self) -> float:
        """Return the share of the wall's time that keeps the promise."""
        if self.unit is Unit.PERCENT:
            return self.amount
        return 100 * self.amount / WALL_DAY.total_seconds()

    def over(self, time: timedelta) -> float:
        """Return how many seconds are promised for so much of the wall's time."""
        return self.percent / 100 * time.total_seconds()


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo as it is shown: `ink` is the part of its box it covers, `pale` needs dark ground."""

    file: str
    width: int
    height: int
    ink: float
    pale: bool


@dataclass(frozen=True, slots=True)
class Sponsor:
    """A sponsor of an event; `upload` is the logo that was sent last and is not looked at yet."""

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
        """Return the name in the store of one of the sponsor's files."""
        return f"{self.id}/{file}"

    @property
    def address(self) -> str | None:
        """Return where the logo can be fetched."""
        return f"/sponsors/{self.id}/{self.logo.file}" if self.logo else None


@dataclass(frozen=True, slots=True)
class Blackout:
    """A part of a day (from 0) in which no sponsor is shown: from `starts` until before `ends`."""

    id: str
    day: int
    starts: str
    ends: str

    def as_dict(self) -> dict[str, object]:
        """Return the blackout as the walls read it."""
        return {"day": self.day, "from": self.starts, "to": self.ends}


@dataclass(frozen=True, slots=True)
class Exposure:
    """A sponsor was on a screen for some seconds; `id` is made by the screen.

    Time in which someone could have been thanked and nobody was owed anything is told too, with
    None: all of them together are the time that promises are a share of.
    """

    id: str
    sponsor_id: str | None
    began_at: datetime
    seconds: float
    where: Where

    @property
    def hour(self) -> datetime:
        """Return the hour that it counts for: the one in which it began."""
        return self.began_at.replace(minute=0, second=0, microsecond=0)

    def is_sound(self, now: datetime) -> bool:
        """Say whether it can be true."""
        return 0 < self.seconds <= LONGEST_EXPOSURE and self.began_at < now + FROM_THE_FUTURE


@dataclass(frozen=True, slots=True)
class Shown:
    """For how long a sponsor was on the screens in an hour, all screens together."""

    sponsor_id: str | None
    hour: datetime
    seconds: float
    where: Where

    def as_dict(self) -> dict[str, object]:
        """Return the sum as the API writes it."""
        return {
            "sponsor": self.sponsor_id,
            "hour": rfc3339(self.hour),
            "where": self.where.value,
            "seconds": round(self.seconds, 1),
        }


def checked_sponsor(sponsor: Sponsor) -> Sponsor:
    """Return the sponsor; raises InvalidError where its name or address make no sense."""
    if not sponsor.name:
        raise InvalidError("name", "missing")
    if sponsor.name.longest() > LONGEST_NAME:
        raise InvalidError("name", "too_long", most=LONGEST_NAME)
    if sponsor.promise.amount < 0:
        raise InvalidError("promise", "malformed")
    if sponsor.promise.percent > MOST_SHARE:
        raise InvalidError("promise", "more_than_a_third")
    _check_url(sponsor.url)
    return sponsor


def check_promises(sponsors: Iterable[Sponsor]) -> None:
    """Raise InvalidError where more is promised than there is time."""
    if sum(each.promise.percent for each in sponsors) > 100 + 1e-9:
        raise InvalidError("promise", "more_than_all")


def checked_blackout(blackout: Blackout, days: int) -> Blackout:
    """Return the blackout; raises InvalidError where it is no part of one of the event's days."""
    if not 0 <= blackout.day < days:
        raise InvalidError("day", "unknown")
    for field, at in (("from", blackout.starts), ("to", blackout.ends)):
        if not MOMENT.fullmatch(at) and at != "24:00":
            raise InvalidError(field, "malformed")
    if blackout.ends <= blackout.starts:
        raise InvalidError("to", "before_start")
    return blackout


def _check_url(url: str | None) -> None:
    if url is None:
        return
    if len(url) > LONGEST_URL:
        raise InvalidError("url", "too_long", most=LONGEST_URL)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidError("url", "malformed") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise InvalidError("url", "malformed")
