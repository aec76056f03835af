"""A plan as a table: read from any spreadsheet, and written as one.

Columns are found by their names, in French or English, in any order. A row is understood as a
whole, or it names what is wrong with it and stays with its words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.event.times import read_time
from mixroom.plan.channels import Channel
from mixroom.setup.pasted_rows import MONTHS as MONTH_NAMES

MAX_ABOVE = 5  # lines above the one that names the columns


class Column(StrEnum):
    """The columns of a plan, in the order in which they are written."""

    DAY = "day"
    TIME = "time"
    CAMPAIGN = "campaign"
    TITLE = "title"
    CHANNELS = "channels"
    FR = "fr"
    EN = "en"
    OWNER = "owner"
    STATUS = "status"
    KEY = "key"  # of a message that was exported, and its version: `0199…/3`


HEADINGS: Mapping[Column, tuple[str, ...]] = {
    Column.DAY: ("date", "jour", "day", "échéance", "due", "publication", "quand", "when", "le"),
    Column.TIME: ("heure", "time", "hour", "à", "at", "heure de publication"),
    Column.CAMPAIGN: ("campagne", "campaign", "phase"),
    Column.TITLE: ("titre", "title", "sujet", "subject", "message", "quoi", "what"),
    Column.CHANNELS: ("canaux", "canal", "channels", "channel", "réseau", "réseaux", "network"),
    Column.FR: ("français", "french", "fr", "texte", "texte français", "text", "contenu"),
    Column.EN: ("anglais", "english", "en", "texte anglais", "english text"),
    Column.OWNER: ("responsable", "owner", "qui", "who", "personne"),
    Column.STATUS: ("état", "status", "statut", "state"),
    Column.KEY: ("id", "identifiant", "identifier"),
}
_OF_HEADING = {name: column for column, names in HEADINGS.items() for name in names}
_CHANNELS: Mapping[str, Channel] = {
    **{each.value: each for each in Channel},
    "twitter": Channel.X,
    "x (twitter)": Channel.X,
    "fb": Channel.FACEBOOK,
    "ig": Channel.INSTAGRAM,
    "insta": Channel.INSTAGRAM,
    "infolettre": Channel.NEWSLETTER,
    "courriel": Channel.NEWSLETTER,
    "site web": Channel.SITE,
    "website": Channel.SITE,
    "web": Channel.SITE,
    "bsky": Channel.BLUESKY,
    "museomix global": Channel.GLOBAL,
}
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{2}))?")
_FIGURES = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})(?:[ T](\d{1,2}:\d{2}))?")
_DAY_MONTH = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)??(\d{1,2})(?:er|st|nd|rd|th)?\s+(?:of\s+)?([^\W\d_]+)\.?,?\s+(\d{4})"
)
_MONTH_DAY = re.compile(
    r"(?:[^\W\d_]+\.?,?\s+)??([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"
)
_SERIAL = re.compile(r"([2-7]\d{4})(?:[.,](\d+))?")  # days of Excel, from 1954 to 2119
_FRACTION = re.compile(r"0[.,](\d+)")  # of a day
EPOCH = date(1899, 12, 30)  # of Excel's days
DAY_MINUTES = 24 * 60
CENTURY, MONTHS = 2000, 12
SHORT_YEAR = 2  # figures, as in 15 for 2015


class DateOrder(StrEnum):
    """How a file writes a date in figures: the day first, or the month."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a plan: what was understood, and the codes of what was not, by column."""

    number: int
    cells: Mapping[Column, str]
    day: date | None = None
    time: str | None = None
    channels: tuple[Channel, ...] = ()
    faults: Mapping[Column, str] | None = None

    def text(self, column: Column) -> str:
        """Return the words of a cell."""
        return self.cells.get(column, "")

    @property
    def named(self) -> tuple[str, int] | None:
        """Return the id of the message that it was exported from, and its version then."""
        key, _, version = self.text(Column.KEY).partition("/")
        return (key, int(version)) if re.fullmatch(r"[0-9]{1,9}", version) else None


def read_plan(table: Sequence[Sequence[str]], field: str) -> list[SheetRow]:
    """Return the rows of a plan; raises InvalidError if no line names a column for texts."""
    head, columns = _columns(table)
    if columns is None:
        raise InvalidError(field, "no_columns")
    rows = [
        (number, {column: row[at] for column, at in columns.items() if at < len(row)})
        for number, row in enumerate(table[head + 1 :], head + 2)
    ]
    order = order_of(cells.get(Column.DAY, "") for _, cells in rows)
    return [_row(number, cells, order) for number, cells in rows if any(cells.values())]


def order_of(days: Iterable[str]) -> DateOrder:
    """Return how a file writes its dates: the day first, unless one of them shows otherwise."""
    found = [match for day in days if (match := _FIGURES.fullmatch(day))]
    first = any(int(each[1]) > MONTHS for each in found)
    second = any(int(each[2]) > MONTHS for each in found)
    return DateOrder.MONTH_FIRST if second and not first else DateOrder.DAY_FIRST


def read_day(text: str, order: DateOrder) -> tuple[date | None, str | None]:
    """Return the day that a cell says, and the time if it says one too.

    It may say it in figures, in words of either language, or as a spreadsheet counts days.
    """
    at = None
    if found := _SERIAL.fullmatch(text):
        return EPOCH + timedelta(days=int(found[1])), found[2] and _clock(found[2])
    if found := _ISO.fullmatch(text):
        year, month, day, at = int(found[1]), int(found[2]), int(found[3]), found[4]
    elif found := _FIGURES.fullmatch(text):
        one, other, year = int(found[1]), int(found[2]), int(found[3])
        year += CENTURY if len(found[3]) == SHORT_YEAR else 0
        day, month = (one, other) if order is DateOrder.DAY_FIRST else (other, one)
        at = found[4]
    elif found := _DAY_MONTH.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), int(found[3])
    elif found := _MONTH_DAY.fullmatch(text):
        day, month, year = int(found[2]), _month(found[1]), int(found[3])
    else:
        return None, None
    try:
        return date(year, month, day), at
    except ValueError:
        return None, None


def read_clock(text: str) -> str | None:
    """Return the time of day that a cell says, as people write it or as a share of a day."""
    if found := _FRACTION.fullmatch(text):
        return _clock(found[1])
    return read_time(text)


def read_channels(text: str) -> tuple[Channel, ...] | None:
    """Return the channels that a cell names, or None if it names another."""
    words = [word.strip().casefold() for word in re.split(r"[,;/+\n]| et | and ", text)]
    found = [_CHANNELS.get(word) for word in words if word]
    return None if None in found else tuple(dict.fromkeys(each for each in found if each))


def _clock(decimals: str) -> str:
    """Return the time of a share of a day, `395833` of 0.395833, to the minute."""
    minutes = min(round(float(f"0.{decimals}") * DAY_MINUTES), DAY_MINUTES - 1)
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _month(word: str) -> int:
    return MONTH_NAMES.get(word.casefold(), 0)


def _columns(table: Sequence[Sequence[str]]) -> tuple[int, dict[Column, int] | None]:
    """Return the line that names the columns, and where each is."""
    for n, row in enumerate(table[:MAX_ABOVE]):
        found: dict[Column, int] = {}
        for at, cell in enumerate(row):
            column = _OF_HEADING.get(" ".join(cell.casefold().strip(" :").split()))
            if column and column not in found:
                found[column] = at
        if found.keys() & {Column.FR, Column.EN, Column.TITLE} and len(found) > 1:
            return n, found
    return 0, None


def _row(number: int, cells: Mapping[Column, str], order: DateOrder) -> SheetRow:
    faults: dict[Column, str] = {}
    said_day, said_time = cells.get(Column.DAY, ""), cells.get(Column.TIME, "")
    day, beside = read_day(said_day, order)
    if said_day and day is None:
        faults[Column.DAY] = "day"
    time = read_clock(said_time) if said_time else beside
    if said_time and time is None:
        faults[Column.TIME] = "time"
    channels = read_channels(cells.get(Column.CHANNELS, ""))
    if channels is None:
        faults[Column.CHANNELS] = "channel"
    if not (cells.get(Column.TITLE) or cells.get(Column.FR) or cells.get(Column.EN)):
        faults[Column.TITLE] = "empty"
    return SheetRow(number, cells, day, time, channels or (), faults or None)
