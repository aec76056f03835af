"""Screens: settings, commands, reports and receipts, and their rules."""

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
from mixroom.submissions.moves import Status

ITEM_SCENES = frozenset({"hero", "again", "pinned", "moment", "trio"})  # scenes that show items
TAKEN_OFF = frozenset({Status.RECALLED, Status.WITHDRAWN})  # screens send receipts for these
PRESENT_FOR = timedelta(seconds=60)  # after its last report a screen counts as present
MAY_SHOW_FOR = timedelta(hours=12)  # after its last report a screen may still show the wall
MIN_REPORT_INTERVAL = timedelta(seconds=1)  # between two reports that are saved
MAX_MESSAGE = 200  # characters, so that the last row can read it
MAX_MESSAGE_MINUTES = 240
MAX_DIMS = 6  # of one screen
MAX_DIM_PERCENT = 90  # less light: a screen never turns black by itself
IMAGE_HEIGHT = (0.3, 30.0)  # metres, from and to
DISTANCE = (0.5, 200.0)  # metres to the farthest viewer, from and to


PERMISSIONS = declare(
    {
        "screen.drive": REVIEWERS,
        "screen.report": SCREENS,
        "screen.read": CREW,
    }
)


class Fact(StrEnum):
    """The facts about screens in the journal."""

    CHANGED = "screen.changed"
    ACKNOWLEDGED = "screen.acknowledged"


class Theme(StrEnum):
    """The colours of a wall; `auto` depends on the light in the room."""

    AUTO = "auto"
    NOIR = "noir"
    BLANC = "blanc"


class Light(StrEnum):
    """The light in the room; a projector cannot show black in a bright one."""

    DIM = "dim"
    BRIGHT = "bright"


class Layout(StrEnum):
    """The scenes between new items: all kinds, the hang only, or one item after another."""

    MIXED = "mixed"
    MOSAIC = "mosaic"
    HEROES = "heroes"


class CountedCommand(StrEnum):
    """A command to do something once, kept as a count.

    A screen obeys when the count differs from the last one that it obeyed.
    """

    NEXT = "next"
    IDENTIFY = "identify"
    RELOAD = "reload"


class NotShownError(ConflictError):
    """Only an approved item can be shown on a screen."""

    code = "not_shown"


@dataclass(frozen=True, slots=True)
class Room:
    """The room of a screen: the height of the image and the distance of the last row, in metres."""

    height: float
    distance: float
    light: Light = Light.DIM


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a screen: one day of the event (from 0), one team by name, one language."""

    day: int | None = None
    team: str | None = None
    lang: Lang | None = None


@dataclass(frozen=True, slots=True)
class Dim:
    """Hours of each day (`HH:MM`) with `percent` less light; they may pass midnight."""

    starts: str
    ends: str
    percent: int


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """The settings of a screen; without a room, the screen takes the usual one for its shape."""

    filters: Filters = Filters()
    theme: Theme = Theme.AUTO
    layout: Layout = Layout.MIXED
    room: Room | None = None
    dims: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreenMessage:
    """A message that covers the screen until a time."""

    text: Bilingual
    until: datetime


@dataclass(frozen=True, slots=True)
class WrapCommand:
    """A command to play the wrap of a day; a screen plays each number `n` once, or in a loop."""

    id: str
    n: int
    loop: bool = False


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands that a screen follows: states, and counts of commands to do something once.

    `spotlight` is the key of the item to show, and `spotlights` the count of that command; `wraps`
    is the count of wraps that were asked for.
    """

    paused: bool = False
    blank: bool = False
    panic: bool = False
    testcard: bool = False
    message: ScreenMessage | None = None
    spotlight: str | None = None
    spotlights: int = 0
    wrap: WrapCommand | None = None
    wraps: int = 0
    next: int = 0
    identify: int = 0
    reload: int = 0

    def with_one_more(self, command: CountedCommand) -> "Commands":
        """Return the commands with one count increased."""
        return replace(self, **{command.value: getattr(self, command.value) + 1})

    def with_spotlight(self, key: str) -> "Commands":
        """Return the commands with an item to show on the whole screen."""
        return replace(self, spotlight=key, spotlights=self.spotlights + 1)

    def with_wrap(self, wrap_id: str, *, loop: bool) -> "Commands":
        """Return the commands with a wrap to play."""
        return replace(self, wrap=WrapCommand(wrap_id, self.wraps + 1, loop), wraps=self.wraps + 1)

    def as_dict(self) -> dict[str, Any]:
        """Return the commands as a screen gets them."""
        message = self.message
        shown = message.text.as_dict() | {"until": rfc3339(message.until)} if message else None
        spotlight = {"key": self.spotlight, "n": self.spotlights}
        counts = ("spotlights", "wraps")
        flat = {name: value for name, value in asdict(self).items() if name not in counts}
        return flat | {"message": shown, "spotlight": spotlight}


@dataclass(frozen=True, slots=True)
class Screen:
    """The state of a screen; `id` is that of its person, who has the role `screen`."""

    id: str
    event_id: str
    settings: ScreenSettings = ScreenSettings()
    commands: Commands = Commands()


@dataclass(frozen=True, slots=True)
class LastReport:
    """A screen's last report: the body that it sent, and `lag`, the number of facts it lacked."""

    at: datetime
    content: Mapping[str, Any]

    def is_here(self, now: datetime) -> bool:
        """Return whether the screen still counts as present."""
        return now - self.at <= PRESENT_FOR


@dataclass(frozen=True, slots=True)
class RecallReceipt:
    """A screen that has to remove a recalled item; `gone_at` is when it reported that it had."""

    submission_id: str
    screen_id: str
    gone_at: datetime | None = None


def edition(event: Event) -> str:
    """Return a hash of those parts of the event that a wall's page contains.

    A screen reloads its page when it differs.
    """
    contained = (event.name, event.days, event.timezone, event.programme, event.languages)
    return sha256(repr(contained).encode()).hexdigest()[:12]


def checked_settings(settings: ScreenSettings, days: int) -> ScreenSettings:
    """Return the settings; raises InvalidError if a day, a room or hours are not acceptable.

    `days` is the number of days of the event.
    """
    day, room = settings.filters.day, settings.room
    if day is not None and not 0 <= day < days:
        raise InvalidError("filters.day", "unknown")
    if room and not IMAGE_HEIGHT[0] <= room.height <= IMAGE_HEIGHT[1]:
        raise InvalidError("room.height", "malformed")
    if room and not DISTANCE[0] <= room.distance <= DISTANCE[1]:
        raise InvalidError("room.distance", "malformed")
    if len(settings.dims) > MAX_DIMS:
        raise InvalidError("dims", "too_many", most=MAX_DIMS)
    for dim in settings.dims:
        if not TIME_OF_DAY.fullmatch(dim.starts) or not TIME_OF_DAY.fullmatch(dim.ends):
            raise InvalidError("dims", "malformed")
        if dim.starts == dim.ends or not 1 <= dim.percent <= MAX_DIM_PERCENT:
            raise InvalidError("dims", "malformed")
    return settings


def checked_message(text: Bilingual, minutes: int, now: datetime) -> ScreenMessage:
    """Return a message that stays for `minutes`; raises InvalidError."""
    if not text:
        raise InvalidError("text", "missing")
    if text.longest() > MAX_MESSAGE:
        raise InvalidError("text", "too_long", most=MAX_MESSAGE)
    if not 1 <= minutes <= MAX_MESSAGE_MINUTES:
        raise InvalidError("minutes", "malformed")
    return ScreenMessage(text, now + timedelta(minutes=minutes))
