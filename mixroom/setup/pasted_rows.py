"""The programme's rows as they are pasted: from a spreadsheet, a mail or a text."""

import re
from collections.abc import Sequence
from datetime import date

from mixroom.core.errors import InvalidError
from mixroom.event.model import Event
from mixroom.event.programme import MAX_DAYS, read_programme
from mixroom.event.times import read_time, split_time
from mixroom.setup.programme_rows import MAX_ROWS, Row, rows_of

MAX_WORDS = 4  # of a line that names a day
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
MONTHS = {
    word: number
    for number, words in enumerate(
        (
            ("janvier", "janv", "january", "jan"),
            ("février", "fevrier", "févr", "february", "feb"),
            ("mars", "march", "mar"),
            ("avril", "avr", "april", "apr"),
            ("mai", "may"),
            ("juin", "june", "jun"),
            ("juillet", "juil", "july", "jul"),
            ("août", "aout", "august", "aug"),
            ("septembre", "september", "sept", "sep"),
            ("octobre", "october", "oct"),
            ("novembre", "november", "nov"),
            ("décembre", "decembre", "déc", "december", "dec"),
        ),
        1,
    )
    for word in words
}
HEADERS = re.compile(
    r"jour|day|date|heures?|hours?|time|horaire|d[ée]but|start|fin|end|fran[çc]ais|french|anglais"
    r"|english|titres?|titles?|fr|en|activit[ée]s?|activity|lieu|place"
    r"|quoi|what|o[ùu]|where|moments?|[ée]v[ée]nements?|events?|descriptions?|salles?|rooms?"
)


def rows_of_text(text: str, event: Event) -> list[Row]:
    """Return a row for each line that was pasted; what is not understood stays in its row.

    A line has a day, a time and titles, divided by tabs or semicolons, as a spreadsheet copies it,
    or is one of `read_programme`. A day is its number, a date, or a weekday; it holds for the lines
    after it, and may have a line of its own. A first line that names the columns is no row.
    """
    rows, day = [], "1"
    for n, line in enumerate(filter(None, map(str.strip, text.splitlines()[:MAX_ROWS]))):
        cells = [_unquoted(cell) for cell in re.split(r"\t|;", line)]
        if n == 0 and _names_columns(cells):
            continue
        if heading := _heading(cells, event):
            day = heading
            continue
        row = _row_of_line(line, day, event) if len(cells) == 1 else _row(cells, day, event)
        rows.append(row)
        day = row.day
    return rows


def _unquoted(cell: str) -> str:
    cell = cell.strip()
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        cell = cell[1:-1].replace('""', '"').strip()
    return cell


def _names_columns(cells: Sequence[str]) -> bool:
    words = [re.findall(r"\w+", cell.lower()) for cell in cells if cell]
    return len(words) > 1 and all(each and HEADERS.fullmatch(each[0]) for each in words)


def _heading(cells: Sequence[str], event: Event) -> str | None:
    """Return the day that a line names and nothing else, such as `Samedi 7 novembre`."""
    filled = [cell for cell in cells if cell]
    if len(filled) != 1 or re.fullmatch(r"\d+", filled[0]) or len(filled[0].split()) > MAX_WORDS:
        return None
    words = re.findall(r"[^\W\d_]+", filled[0].lower())
    known = {*WEEKDAYS, *MONTHS, "le", "the", "of", "th", "st", "nd", "rd", "er"}
    return _day(filled[0], event) if set(words) <= known else None


def _row_of_line(line: str, day: str, event: Event) -> Row:
    try:
        (row,) = rows_of(read_programme(line))
    except InvalidError:
        row = None
    if row and not re.match(r"[-–—à]", row.fr):  # else the line has a time span
        return row
    named, rest = _split_day(line, event)
    at, title = split_time(rest)
    if not (named and at):
        named, (at, title) = None, split_time(line)
    fr, _, en = title.partition(" | ")
    return Row(named or day, at, fr.strip(), en.strip())


def _split_day(line: str, event: Event) -> tuple[str | None, str]:
    """Return the day with which a line begins, `Samedi 7 novembre, 9 h Accueil`, and the rest."""
    if numbered := re.match(r"(\d{1,2})[\s.,]+", line):
        return _day(numbered[1], event), line[numbered.end() :]
    found = re.match(
        r"(?P<day>[^\W\d_]{3,}\.?(?:\s+\d{1,2}(?!\s*[h:\d]))?(?:\s+[^\W\d_]{3,}\.?)?)", line
    )
    if found is None:
        return None, line
    for text in (found["day"], found["day"].split()[0]):
        day = _heading([text], event)
        if day:
            return day, line[len(text) :].strip(" ,:-–—")
    return None, line


def _row(cells: Sequence[str], day: str, event: Event) -> Row:
    rest = list(cells)
    if found := _day(rest[0], event):
        day = found
        rest.pop(0)
    elif not rest[0]:
        rest.pop(0)
    at = ""
    if rest and rest[0] and read_time(rest[0]):
        at = rest.pop(0)
        if len(rest) > 1 and read_time(rest[0]):  # when it ends
            rest.pop(0)
    if not at and len(rest) > 1 and read_time(rest[1]):  # the first cell is not a day of the event
        at = rest.pop(1)
    titles = [cell for cell in rest if cell]
    fr, en, *more = [*titles, "", ""]
    return Row(day, at, fr, " · ".join(filter(None, (en, *more))))


def _day(text: str, event: Event) -> str | None:
    """Return the number of a day of the event that is written as a number, date or weekday."""
    if re.fullmatch(r"\d{1,2}", text) and 1 <= int(text) <= MAX_DAYS:
        return text
    words = re.findall(r"[^\W\d_]+", text.lower())
    written = _date(text, words, event)
    if written is None:
        weekday = next((WEEKDAYS[word] for word in words if word in WEEKDAYS), None)
        written = next((day for day in event.days if day.weekday() == weekday), None)
    if written is None or written not in event.days:
        return None
    return str((written - event.starts_on).days + 1)


def _date(text: str, words: Sequence[str], event: Event) -> date | None:
    """Return a date; where it has no year, that of the event."""
    if found := re.search(r"(\d{4})-(\d\d)-(\d\d)", text):
        year, month, day = map(int, found.groups())
    elif found := re.search(r"\b(\d{1,2})[/.](\d{1,2})(?:[/.](\d{4}))?\b", text):
        day, month, year = (int(each or event.starts_on.year) for each in found.groups())
    elif (number := re.search(r"\b(\d{1,2})(?:st|nd|rd|th|er)?\b", text)) and (
        named := next((MONTHS[word] for word in words if word in MONTHS), None)
    ):
        day, month, year = int(number[1]), named, event.starts_on.year
        if event.starts_on.year != event.ends_on.year and named == event.ends_on.month:
            year = event.ends_on.year
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
