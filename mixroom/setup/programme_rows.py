"""The programme as a table: rows as people edit them, and as they come from other programs."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from mixroom.core.errors import InvalidError
from mixroom.event.model import Event
from mixroom.event.programme import MAX_DAYS, ProgrammeEntry, read_programme, write_programme

MAX_ROWS = 400
MAX_TITLE = 120  # characters of a title that comes from another program
A_DAY = timedelta(days=1)
WEEKDAYS = {
    word: number
    for number, words in enumerate(
        (
            ("lundi", "lun", "monday", "mon"),
            ("mardi", "mar", "tuesday", "tue"),
            ("mercredi", "mer", "wednesday", "wed"),
            ("jeudi", "jeu", "thursday", "thu"),
            ("vendredi", "ven", "friday", "fri"),
            ("samedi", "sam", "saturday", "sat"),
            ("dimanche", "dim", "sunday", "sun"),
        )
    )
    for word in words
}
TIME = re.compile(
    r"\d{1,2}\s*(?:h(?:eures?)?(?:\s*[0-5]\d)?|:[0-5]\d(?:\s*[ap]\.?m\.?)?|\s*[ap]\.?m\.?)",
    re.IGNORECASE,
)
EVENT = re.compile(rb"BEGIN:VEVENT\r?\n.*?END:VEVENT", re.DOTALL)


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
    entries: list[ProgrammeEntry] = []
    for n, row in enumerate(rows, 1):
        if row:
            try:
                entries += read_programme(_line(row))
            except InvalidError as error:
                typed = " ".join(filter(None, (row.day, row.at, row.fr or row.en)))
                rule = "no_row" if error.rule == "no_moment" else "no_wish_in_row"
                raise InvalidError("programme", rule, n=n, line=typed[:MAX_TITLE]) from error
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.at)))


def version_of(programme: tuple[ProgrammeEntry, ...]) -> str:
    """Return a short text that changes with the programme."""
    return hashlib.sha256(write_programme(programme).encode()).hexdigest()[:16]


def rows_of_text(text: str, event: Event) -> list[Row]:
    """Return a row for each line that was pasted; what is not understood stays in its row.

    A line has a day, a time and titles, divided by tabs or semicolons, as a spreadsheet copies it,
    or is one of `read_programme`. A day is its number, a date, or a weekday; it holds for the lines
    after it.
    """
    rows, day = [], "1"
    for line in filter(None, map(str.strip, text.splitlines()[:MAX_ROWS])):
        cells = [cell.strip() for cell in re.split(r"\t|;", line)]
        row = _row_of_line(line, day) if len(cells) == 1 else _row_of_cells(cells, day, event)
        rows.append(row)
        day = row.day
    return rows


def rows_of_calendar(data: bytes, event: Event) -> Iterator[Row]:
    """Yield a row for each entry of an iCalendar file (RFC 5545), by the museum's clock.

    Entries outside the event's days and those of a whole day are left out; one that cannot be read
    is a row of its words. Yields one after the other, because each takes some milliseconds.
    """
    for block in EVENT.findall(data)[:MAX_ROWS]:
        row = _row_of_block(block, event)
        if row:
            yield row


def _line(row: Row) -> str:
    titles = [title.replace("|", "/").replace(">", "›") for title in (row.fr, row.en) if title]
    asks = f" > {row.asks}" if row.asks else ""
    return " ".join(f"{row.day} {row.at} {' | '.join(titles)}{asks}".split())


def _row_of_line(line: str, day: str) -> Row:
    try:
        (row,) = rows_of(read_programme(line))
    except InvalidError:
        found = TIME.match(line)
        at = found.group() if found else ""
        return Row(day, at, line[len(at) :].strip(" -–—:,")[:MAX_TITLE])
    return row


def _row_of_cells(cells: Sequence[str], day: str, event: Event) -> Row:
    rest = list(cells)
    if found := _day(rest[0], event):
        day = found
        rest.pop(0)
    elif not rest[0]:
        rest.pop(0)
    at = ""
    if rest and (found_time := TIME.match(rest[0])):
        at = found_time.group()
        rest.pop(0)
    titles = [cell[:MAX_TITLE] for cell in rest if cell] + ["", ""]
    return Row(day, at, titles[0], titles[1])


def _day(text: str, event: Event) -> str | None:
    """Return the number of a day of the event that is written as a number, date or weekday."""
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= MAX_DAYS:
        return text
    date_of = _date(text)
    if date_of is None:
        words = re.findall(r"[a-zé]+", text.lower())
        weekday = next((WEEKDAYS[word] for word in words if word in WEEKDAYS), None)
        date_of = next((day for day in event.days if day.weekday() == weekday), None)
    if date_of is None or date_of not in event.days:
        return None
    return str((date_of - event.starts_on).days + 1)


def _date(text: str) -> date | None:
    if found := re.search(r"(\d{4})-(\d\d)-(\d\d)", text):
        year, month, day = map(int, found.groups())
    elif found := re.search(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        day, month, year = map(int, found.groups())
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _row_of_block(block: bytes, event: Event) -> Row | None:
    import icalendar

    try:
        entry = icalendar.Event.from_ical(block)
        starts = entry.decoded("DTSTART")
    except (ValueError, KeyError, TypeError, IndexError):
        entry, starts = None, None
    if entry is None or not isinstance(starts, date):
        words = re.search(rb"^SUMMARY[^:\r\n]*:([^\r\n]*)", block, re.MULTILINE)
        return Row("1", "", words[1].decode(errors="replace")[:MAX_TITLE] if words else "?")
    if not isinstance(starts, datetime):
        return None
    local = _at_the_museum(starts, event.zone)
    day = (local.date() - event.starts_on) // A_DAY
    if not 0 <= day < len(event.days):
        return None
    fr, _, en = " ".join(str(entry.get("SUMMARY", "")).split()).partition(" | ")
    return Row(str(day + 1), f"{local:%H:%M}", fr[:MAX_TITLE], en[:MAX_TITLE])


def _at_the_museum(starts: datetime, zone: ZoneInfo) -> datetime:
    """Return a time by the museum's clock; a floating one (RFC 5545, 3.3.5) is that already."""
    return starts.astimezone(zone) if starts.tzinfo else starts.replace(tzinfo=zone)
