"""Coverage: approved items by row and hour, and the gaps where none is.

Each kind of row (`By`) has a row for every value, and one for items without any, so that an item
is in exactly one cell of each kind.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from mixroom.core import ids
from mixroom.core.text import Bilingual
from mixroom.event.hours import HOUR

NOTHING = "none"  # the row of items without a team, a place or words
BOTH = "both"  # the row of items in both languages
STAMP = "%Y%m%dT%H%M"


class By(StrEnum):
    """The kinds of rows."""

    TEAM = "team"
    PLACE = "place"
    LANG = "lang"
    KIND = "kind"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Placed:
    """An item as the coverage sees it; `hour` is the beginning of its hour, in UTC."""

    key: str
    captured_at: datetime
    hour: datetime
    team: Bilingual | None
    place: Bilingual | None
    langs: frozenset[str]
    kind: str
    author_id: str

    @property
    def lang(self) -> str:
        """Return the row of the item's languages: `fr`, `en`, `both` or `none`."""
        return BOTH if len(self.langs) > 1 else next(iter(self.langs), NOTHING)

    def row(self, by: By) -> str:
        """Return the key of the item's row among the rows of a kind."""
        match by:
            case By.TEAM:
                return label_key(self.team)
            case By.PLACE:
                return label_key(self.place)
            case By.LANG:
                return self.lang
            case By.KIND:
                return self.kind
            case By.PERSON:
                return self.author_id


class CellKey(NamedTuple):
    """A cell: a row of one kind, in one hour."""

    by: By
    hour: datetime
    row: str

    def __str__(self) -> str:
        return f"{self.by}.{self.hour.astimezone(UTC).strftime(STAMP)}.{self.row}"


class Gap(NamedTuple):
    """Hours of the programme, one after the other, in which a row has no item."""

    row: str
    start: datetime
    end: datetime

    def age(self, now: datetime) -> timedelta:
        """Return for how long nothing has come."""
        return now - self.start


def label_key(label: Bilingual | None) -> str:
    """Return the key of the row of a team or a place, which is the same as long as its name is."""
    return ids.digest(f"{label.fr}\n{label.en}")[:12] if label else NOTHING


def read_key(text: str) -> CellKey | None:
    """Read what `CellKey` writes; None if it is not one."""
    by, _, rest = text.partition(".")
    stamp, _, row = rest.partition(".")
    try:
        return CellKey(By(by), datetime.strptime(stamp, STAMP).replace(tzinfo=UTC), row)
    except ValueError:
        return None


def cells_of(item: Placed) -> Iterable[CellKey]:
    """Return the cells of an item: one of each kind."""
    return (CellKey(by, item.hour, item.row(by)) for by in By)


def cells(items: Iterable[Placed]) -> dict[CellKey, list[Placed]]:
    """Return the items of each cell that has some."""
    found: dict[CellKey, list[Placed]] = {}
    for item in items:
        for key in cells_of(item):
            found.setdefault(key, []).append(item)
    return found


def gaps(
    rows: Sequence[str],
    covered: Mapping[str, Collection[datetime]],
    wanted: Sequence[datetime],
    now: datetime,
) -> list[Gap]:
    """Return the gaps of the rows: hours in `wanted` that have begun, without an item.

    `covered` has the hours of each row in which there is an item. Consecutive hours are one gap.
    """
    begun = [hour for hour in wanted if hour <= now]
    return [gap for row in rows for gap in _gaps_of(row, covered.get(row, ()), begun)]


def _gaps_of(row: str, covered: Collection[datetime], begun: Sequence[datetime]) -> Iterable[Gap]:
    start: datetime | None = None
    for hour, after in zip_longest(begun, begun[1:]):
        if hour in covered:
            continue
        start = start or hour
        if after is None or after in covered:
            yield Gap(row, start, after or hour + HOUR)
            start = None
