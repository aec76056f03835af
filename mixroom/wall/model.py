"""A screen: what it is set to, what is asked of it, what it says of itself. Rules, without I/O."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from mixroom.core.clock import rfc3339
from mixroom.core.errors import ConflictError, InvalidError
from mixroom.core.roles import CREW, REVIEWERS, SCREENS, declare
from mixroom.core.text import Bilingual, Lang
from mixroom.event.model import Event
from mixroom.sponsors.model import TIME_OF_DAY

OF_ITEMS = frozenset({"hero", "again", "pinned", "moment", "trio"})  # scenes
HERE = timedelta(seconds=60)  # a screen that reported within it is there
HOLDS = timedelta(hours=12)  # a screen that reported within it may hold what it was shown
MIN_BETWEEN_REPORTS = timedelta(seconds=1)  # two reports that are kept
MAX_MESSAGE = 200  # characters that the last row can read
MAX_MINUTES = 240  # minutes of a message
MAX_DIMS = 6
DARKEST = 90  # percent: a screen never goes black by itself
IMAGE = (0.3, 30.0)  # metres of height
DISTANCE = (0.5, 200.0)  # metres to the farthest viewer


PERMISSIONS = declare(
    {
        "screen.drive": REVIEWERS,
        "screen.report": SCREENS,
        "screen.read": CREW,
    }
)


class Fact(StrEnum):
    """What the journal says of screens."""

    CHANGED = "screen.changed"
    ACKNOWLEDGED = "screen.acknowledged"


class Theme(StrEnum):
    """The wall's colours; `auto` goes by the room's light."""

    AUTO = "auto"
    NOIR = "noir"
    BLANC = "blanc"


class Light(StrEnum):
    """How light the room is: a projector cannot show black in a lit one."""

    DIM = "dim"
    BRIGHT = "bright"


class Layout(StrEnum):
    """What comes between news: all in turn, the hang alone, or one item after another."""

    MIXED = "mixed"
    MOSAIC = "mosaic"
    HEROES = "heroes"


class Count(StrEnum):
    """What is asked once. A screen compares the count with the last one that it followed."""

    NEXT = "next"
    IDENTIFY = "identify"
    RELOAD = "reload"


class NotShownError(ConflictError):
    """Only what is approved can be put on a screen."""

    code = "not_shown"


@dataclass(frozen=True, slots=True)
class Room:
    """Where a screen hangs, in metres: the image's height, and how far away the last row is."""

    height: float
    distance: float
    light: Light = Light.DIM


@dataclass(frozen=True, slots=True)
class Filters:
    """What a screen shows: of one day of the event (from 0), of one team, in one language."""

    day: int | None = None
    team: str | None = None
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Dim:
    """Hours of each day with so many percent less light; they may go on past midnight."""

    starts: str
    ends: str
    percent: int


@dataclass(frozen=True, slots=True)
class Settings:
    """What a screen is set to; a room of None is what is usual for its shape."""

    filters: Filters = Filters()
    theme: Theme = Theme.AUTO
    layout: Layout = Layout.MIXED
    room: Room | None = None
    dims: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """Words on the whole screen, until a moment."""

    text: Bilingual
    until: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a screen now: states, and counts of what is asked once."""

    paused: bool = False
    blank: bool = False
    panic: bool = False
    testcard: bool = False
    message: Message | None = None
    spotlight: str | None = None
    spotlights: int = 0
    next: int = 0
    identify: int = 0
    reload: int = 0

    def once_more(self, count: Count) -> "Asked":
        """Return what is asked after one more of a count."""
        return replace(self, **{count.value: getattr(self, count.value) + 1})

    def showing(self, key: str) -> "Asked":
        """Return what is asked after someone wants to see an item."""
        return replace(self, spotlight=key, spotlights=self.spotlights + 1)

    def as_dict(self) -> dict[str, Any]:
        """Return what is asked, as a screen follows it."""
        message = self.message
        said = message.text.as_dict() | {"until": rfc3339(message.until)} if message else None
        spotlight = {"key": self.spotlight, "n": self.spotlights}
        flat = {name: value for name, value in asdict(self).items() if name != "spotlights"}
        return flat | {"message": said, "spotlight": spotlight}


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen's state; it is a person of the role `screen`, by the same id."""

    id: str
    event_id: str
    settings: Settings = Settings()
    asked: Asked = Asked()


@dataclass(frozen=True, slots=True)
class Report:
    """What a screen said of itself last; `lag` counts the facts that it had not heard yet."""

    at: datetime
    told: Mapping[str, Any]

    def is_here(self, now: datetime) -> bool:
        """Say whether the screen is there."""
        return now - self.at <= HERE


@dataclass(frozen=True, slots=True)
class Receipt:
    """That a screen was told of a recall, and when it said that the item was gone."""

    submission_id: str
    screen_id: str
    gone_at: datetime | None = None


def edition(event: Event) -> str:
    """Return a short name of what a wall's page says of the event, which changes with any of it."""
    said = (event.name, event.days, event.timezone, event.programme, event.languages)
    return sha256(repr(said).encode()).hexdigest()[:12]


def checked_settings(settings: Settings, days: int) -> Settings:
    """Return the settings; raises InvalidError where a room, a day or hours are none."""
    day, room = settings.filters.day, settings.room
    if day is not None and not 0 <= day < days:
        raise InvalidError("filters.day", "unknown")
    if room and not IMAGE[0] <= room.height <= IMAGE[1]:
        raise InvalidError("room.height", "malformed")
    if room and not DISTANCE[0] <= room.distance <= DISTANCE[1]:
        raise InvalidError("room.distance", "malformed")
    if len(settings.dims) > MAX_DIMS:
        raise InvalidError("dims", "too_many", most=MAX_DIMS)
    for dim in settings.dims:
        if not TIME_OF_DAY.fullmatch(dim.starts) or not TIME_OF_DAY.fullmatch(dim.ends):
            raise InvalidError("dims", "malformed")
        if dim.starts == dim.ends or not 1 <= dim.percent <= DARKEST:
            raise InvalidError("dims", "malformed")
    return settings


def checked_message(text: Bilingual, minutes: int, now: datetime) -> Message:
    """Return a message for so many minutes; raises InvalidError."""
    if not text:
        raise InvalidError("text", "missing")
    if text.longest() > MAX_MESSAGE:
        raise InvalidError("text", "too_long", most=MAX_MESSAGE)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidError("minutes", "malformed")
    return Message(text, now + timedelta(minutes=minutes))
