"""The bodies and answers of the screens' API."""

from typing import Annotated, Any

import pydantic
from pydantic import Field

from mixroom.core.text import Bilingual, Lang
from mixroom.submissions.api import Receipt
from mixroom.submissions.content import MAX_TEXT_LENGTH
from mixroom.wall.actions import ScreenReport
from mixroom.wall.model import Dim, Filters, Layout, Light, Room, ScreenSettings, Theme
from mixroom.web.api import Schema, Text

Key = Annotated[str, Field(max_length=36)]
Name = Annotated[str, Field(max_length=200)]
Word = Annotated[str, Field(max_length=24)]
Pixels = Annotated[int, Field(ge=0, le=20_000)]
Number = Annotated[int, Field(ge=0, lt=2**53)]
Letters = Annotated[int, Field(ge=1, le=MAX_TEXT_LENGTH)]


class RoomBody(Schema):
    """The room, in metres: the height of the image and the distance of the last row."""

    height: float
    distance: float
    light: Light = Light.DIM


class FiltersBody(Schema):
    """The filters of a screen: one day (from 0), one team by name, one language."""

    day: int | None = None
    team: Annotated[str | None, Field(max_length=120)] = None
    lang: Lang | None = None


class DimBody(Schema):
    """Hours of each day (`22:00`) with `percent` less light; they may pass midnight."""

    starts: str
    ends: str
    percent: int


class SettingsBody(Schema):
    """The settings of a screen; if `room` is null, the screen takes the usual one for its shape."""

    filters: FiltersBody = FiltersBody()
    theme: Theme = Theme.AUTO
    layout: Layout = Layout.MIXED
    room: RoomBody | None = None
    dims: tuple[DimBody, ...] = ()

    def as_settings(self) -> ScreenSettings:
        """Return the settings; the action checks them."""
        room, filters = self.room, self.filters
        return ScreenSettings(
            Filters(filters.day, filters.team or None, filters.lang),
            self.theme,
            self.layout,
            Room(room.height, room.distance, room.light) if room else None,
            tuple(Dim(each.starts, each.ends, each.percent) for each in self.dims),
        )


class MessageBody(Schema):
    """A message for the whole screen, and how long it stays."""

    text: Text
    minutes: int = 5

    def as_text(self) -> Bilingual:
        """Return the text, trimmed."""
        return Bilingual.of(self.text.fr, self.text.en)


class SpotlightBody(Schema):
    """An approved item to show now."""

    key: str


class PlayedWrap(Schema):
    """The id of a wrap to play, and whether it begins again at its end."""

    wrap: Key
    loop: bool = False


class Title(Schema):
    """The title of a scene without items: a team, an entry of the programme, a sponsor."""

    fr: Name | None = None
    en: Name | None = None


class SceneBody(Schema):
    """The scene on a screen: its name, the keys of its items, and a title if it has no items."""

    scene: Word
    keys: Annotated[tuple[Key, ...], Field(max_length=80)] = ()
    title: Title | None = None


class RemovedItem(Schema):
    """An item that the screen has removed, and the number of the journal at that time."""

    key: Key
    seq: Number = 0


class ReportBody(Schema):
    """A screen's report on itself.

    `seq` is the last number of the journal that it has, `longest` the number of letters in a
    caption that its last row can read, `held` the number of items that it keeps.
    """

    showing: SceneBody
    seq: Number
    fps: Annotated[float, Field(ge=0, le=1000)] = 0
    version: Word = ""
    viewport: tuple[Pixels, Pixels] = (0, 0)
    held: Number = 0
    longest: Letters | None = None
    gone: Annotated[tuple[RemovedItem, ...], Field(max_length=200)] = ()

    def as_report(self) -> ScreenReport:
        """Return the report as the action takes it."""
        content = self.model_dump(mode="json", exclude={"seq", "gone"})
        return ScreenReport(content, self.seq, tuple(each.key for each in self.gone))


class ReportAnswer(pydantic.BaseModel):
    """The release and the edition that the server has now, and its time."""

    release: str
    edition: str
    now: str


class ReportState(pydantic.BaseModel):
    """A screen's last report.

    `here` is true for a minute after it; `lag` counts the facts that the screen did not have yet;
    `title` is that of the item, the team or the sponsor it shows.
    """

    at: str
    here: bool
    showing: dict[str, Any]
    title: dict[str, str | None] | None
    fps: float
    lag: int
    version: str
    viewport: tuple[int, int]
    held: int
    longest: int | None = None


class ScreenState(pydantic.BaseModel):
    """A screen: its settings, the commands it follows (`asked`), and its last report."""

    id: str
    name: str
    number: int
    settings: dict[str, Any]
    asked: dict[str, Any]
    report: ReportState | None


class ScreenStates(pydantic.BaseModel):
    """The screens of the event."""

    items: list[ScreenState]


class ReceiptState(pydantic.BaseModel):
    """A screen's receipt for a recall; `gone_at` is null until the screen has removed the item."""

    id: str
    name: str
    gone_at: str | None


class Recalled(Receipt):
    """The answer to a recall, with the screens that have to remove the item."""

    screens: list[ReceiptState]


class RecallState(pydantic.BaseModel):
    """A recalled item, with the screens that had to remove it."""

    id: str
    status: str
    screens: list[ReceiptState]
