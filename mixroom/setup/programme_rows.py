"""The programme as a table of rows, as people edit it."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual
from mixroom.event.programme import (
    MAX_DAYS,
    ProgrammeEntry,
    read_asks,
    write_programme,
)
from mixroom.event.times import read_time

MAX_ROWS = 400
MAX_TITLE = 120  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the programme's editor, as typed; `day` counts from 1, or is what was not a day."""

    day: str = ""
    at: str = ""
    fr: str = ""
    en: str = ""
    asks: str = ""

    def __bool__(self) -> bool:
        return any((self.at, self.fr, self.en, self.asks))


def rows_of(programme: Iterable[ProgrammeEntry]) -> list[Row]:
    """Return the rows of a programme."""
    return [
        Row(
            str(entry.day + 1),
            entry.at,
            entry.title.fr or "",
            entry.title.en or "",
            str(entry.asks or ""),
        )
        for entry in programme
    ]


def read_rows(rows: Sequence[Row]) -> tuple[ProgrammeEntry, ...]:
    """Read the rows, in any order; raises InvalidError, whose `n` is the number of the row.

    Empty rows are left out.
    """
    if len(rows) > MAX_ROWS:
        raise InvalidError("programme", "too_many", most=MAX_ROWS)
    entries = []
    for n, row in enumerate(rows, 1):
        if row:
            entries.append(_entry(n, row))
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.at)))


def version_of(programme: tuple[ProgrammeEntry, ...]) -> str:
    """Return a short text that changes with the programme."""
    return hashlib.sha256(write_programme(programme).encode()).hexdigest()[:16]


def _entry(n: int, row: Row) -> ProgrammeEntry:
    typed = " ".join(filter(None, (row.day, row.at, row.fr or row.en)))[:MAX_TITLE]
    day = int(row.day) if re.fullmatch(r"[0-9]{1,2}", row.day) else 0
    at = read_time(row.at)
    title = Bilingual.of(*(_title(text) for text in (row.fr, row.en)))
    if at is None or not title or not 1 <= day <= MAX_DAYS:
        raise InvalidError("programme", "no_row", n=n, line=typed)
    if title.longest() > MAX_TITLE:
        raise InvalidError("programme", "long_row", n=n, most=MAX_TITLE)
    asks = read_asks(row.asks) if row.asks else None
    if row.asks and asks is None:
        raise InvalidError("programme", "no_wish_in_row", n=n, line=typed)
    return ProgrammeEntry(day - 1, at, title, asks)


def _title(text: str) -> str:
    """Return a title without the signs that divide the parts of a programme's line."""
    return " ".join(text.replace("|", "/").replace(">", "›").split())
