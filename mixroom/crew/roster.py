"""A list of people as a lead pastes it: one a line, from a spreadsheet, a mail or a text.

Each line is understood as a whole, or not at all: then it stays with her, and the reason beside it.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from mixroom.core.contacts import checked_email, checked_telephone
from mixroom.core.errors import InvalidError
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew.model import MAX_NAME, Person
from mixroom.crew.roster_words import HEADERS, LANGUAGES, ROLES, Column, folded

MAX_LINES = 300
LOCAL_NUMBER = 7  # digits of a telephone number without its area
MAX_TEXT = 100_000  # characters
Fault = Literal[
    "no_name",
    "long_name",
    "name",
    "email",
    "telephone",
    "role",
    "lang",
    "unknown",
    "twice",
    "known",
    "above",
]

_BULLET = re.compile(r"^\s*(?:[-–•*·]|\d{1,3}[.)])\s+")
_ANGLED = re.compile(r"^(.*?)\s*<([^<>]+)>$")
_BETWEEN = re.compile(r"(?<=>)\s*[;,]\s*(?=[^<>]+<)")  # of a mail's “To:”, on one line
_WITH_EMAIL = re.compile(r"(.*?)[\s:–—-]*\s[\s(]*(\S+@[^\s()]+)\)?")
MAX_ABOVE = 5  # lines above the one that names the columns


@dataclass(frozen=True, slots=True)
class Guest:
    """A person to invite."""

    name: str
    role: Role
    lang: Lang
    email: str | None = None
    telephone: str | None = None
    bilingual: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: the guest that it names, or its `fault`, which is `about` a part."""

    number: int
    text: str
    guest: Guest | None = None
    fault: Fault | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The lines of a list, and the columns that its first line names and nobody needs."""

    lines: tuple[Line, ...]
    unused: tuple[str, ...] = ()
    header: str | None = None

    @property
    def guests(self) -> list[Guest]:
        """Return those who can be invited."""
        return [each.guest for each in self.lines if each.guest]

    @property
    def left(self) -> str:
        """Return the lines that were not understood, as they were, below the columns' names."""
        left = [each.text for each in self.lines if not each.guest and each.fault != "above"]
        return "\n".join([self.header, *left] if self.header and left else left)


class _NotUnderstoodError(Exception):
    def __init__(self, fault: Fault, about: str = "") -> None:
        super().__init__(fault)
        self.fault: Fault = fault
        self.about = about


class _Names:
    """People by address and by name; two with one name are told apart by their addresses."""

    def __init__(self) -> None:
        self._emails: dict[str, int] = {}
        self._names: dict[str, dict[str, int]] = {}

    def add(self, name: str, email: str | None, number: int) -> None:
        if email:
            self._emails[email.lower()] = number
        self._names.setdefault(folded(name), {})[(email or "").lower()] = number

    def find(self, guest: Guest) -> int | None:
        """Return the number of the same person, or None."""
        if guest.email and guest.email.lower() in self._emails:
            return self._emails[guest.email.lower()]
        same = self._names.get(folded(guest.name), {})
        if not guest.email:
            return next(iter(same.values()), None)
        return same.get("")


def still_new(guests: Iterable[Guest], crew: Iterable[Person]) -> list[Guest]:
    """Return those of a list who are not on the crew, which may have grown since it was read."""
    there = _Names()
    for each in crew:
        there.add(each.name, each.email, 0)
    return [each for each in guests if there.find(each) is None]


def read_roster(text: str, role: Role, lang: Lang, crew: Iterable[Person] = ()) -> Roster:
    """Read a list; `role` and `lang` are those of lines that name none, `crew` is there already.

    Raises InvalidError if the list is too long.
    """
    if len(text) > MAX_TEXT:
        raise InvalidError("text", "too_long", most=MAX_TEXT)
    rows = [
        (number, row)
        for number, whole in enumerate(text.splitlines(), 1)
        for row in _BETWEEN.split(whole)
        if row.strip(' \t;,"')
    ]
    if len(rows) > MAX_LINES + 1:
        raise InvalidError("text", "too_many", most=MAX_LINES)
    first, columns = _find_columns([row for _, row in rows])
    above = [Line(number, row.strip(), fault="above") for number, row in rows[: max(first - 1, 0)]]
    header = rows[first - 1][1].rstrip() if columns else None
    unused = tuple(name for name, column in columns if column is None and name) if columns else ()
    there, listed = _Names(), _Names()
    for each in crew:
        there.add(each.name, each.email, 0)
    lines = above
    for number, row in rows[first:]:
        line = Line(number, row.strip())
        try:
            cells = _cells(row)
            found = (
                _by_header(cells, columns) if columns else _by_look(cells, last_first=", " in row)
            )
            guest = _guest(found, role, lang)
            _must_be_new(guest, there, listed)
            listed.add(guest.name, guest.email, number)
            lines.append(replace(line, guest=guest))
        except _NotUnderstoodError as error:
            lines.append(replace(line, fault=error.fault, about=error.about))
    return Roster(tuple(lines), unused, header)


def _find_columns(
    rows: Sequence[str],
) -> tuple[int, list[tuple[str, Column | None]] | None]:
    """Return how many lines are no people, and the columns that the last of these names.

    Above the names of the columns a spreadsheet may have a title. Such a line has no address.
    """
    for at, row in enumerate(rows[: MAX_ABOVE + 1]):
        columns = _columns(_cells(row))
        if columns and (at == 0 or len([each for _, each in columns if each]) > 1):
            return at + 1, columns
        if "@" in row:
            break
    return 0, None


def _cells(row: str) -> list[str]:
    """Return the cells of a line: divided by tabs, else by semicolons, else by commas."""
    row = _BULLET.sub("", row)
    mark = next((sign for sign in ("\t", ";") if sign in row), ",")
    cells = next(csv.reader([row], delimiter=mark, skipinitialspace=True), [])
    return [" ".join(_visible(each).split()) for each in cells]


def _visible(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable() or sign.isspace())


def _columns(cells: Sequence[str]) -> list[tuple[str, Column | None]] | None:
    """Return what a first line says of each column, or None if it is a person."""
    found = [(cell, HEADERS.get(folded(cell))) for cell in cells]
    named = [column for _, column in found if column]
    if not named or (len(named) < 2 and len([cell for cell in cells if cell]) > 1):  # noqa: PLR2004
        return None
    if "last" in named and "first" not in named:  # « Nom » alone is the whole name
        return [(cell, "name" if column == "last" else column) for cell, column in found]
    return found


def _by_header(
    cells: Sequence[str], columns: Sequence[tuple[str, Column | None]]
) -> dict[Column, str]:
    found: dict[Column, str] = {}
    for cell, (_, column) in zip(cells, columns, strict=False):
        if cell and column:
            found[column] = cell
    for extra in cells[len(columns) :]:
        if extra:
            raise _NotUnderstoodError("unknown", extra)
    names = (found.pop("first", ""), found.pop("last", ""))
    if whole := " ".join(filter(None, names)):
        found["name"] = whole
    return found


def _by_look(cells: Sequence[str], *, last_first: bool) -> dict[Column, str]:
    """Return each cell under what it looks like; `last_first` is for « Gagnon, Chloé »."""
    found: dict[Column, str] = {}
    names: list[tuple[int, str]] = []
    for at, cell in enumerate(cells):
        for column, part in _looks(cell):
            if column == "name":
                names.append((at, part))
            elif column in found:
                raise _NotUnderstoodError("unknown", part)
            else:
                found[column] = part
    if not names:
        return found
    (at, name), *others = names
    apart = others and others[0][0] == at + 1 and " " not in name
    if others and not (apart and len(others) == 1):
        raise _NotUnderstoodError("unknown", others[-1][1])
    if not others and name.count(", ") == 1:  # « Gagnon, Chloé » in a cell of its own
        name = " ".join(reversed(name.split(", ")))
    parts = [name, *(each for _, each in others)]
    found["name"] = " ".join(reversed(parts) if last_first else parts)
    return found


def _looks(cell: str) -> Iterator[tuple[Column, str]]:
    if not cell:
        return
    if angled := _ANGLED.match(cell):
        if angled[1]:
            yield "name", angled[1].strip('"')
        yield "email", angled[2]
    elif (apart := _WITH_EMAIL.fullmatch(cell)) and apart[1]:
        yield "name", apart[1]
        yield "email", apart[2]
    elif "@" in cell:
        yield "email", cell.removeprefix("mailto:")
    elif folded(cell) in ROLES:
        yield "role", cell
    elif folded(cell) in LANGUAGES:
        yield "lang", cell
    elif sum(sign.isdigit() for sign in cell) >= LOCAL_NUMBER:
        yield "telephone", cell
    else:
        yield "name", cell


def _guest(found: dict[Column, str], role: Role, lang: Lang) -> Guest:
    name = found.get("name", "")
    if not name:
        raise _NotUnderstoodError("no_name")
    if len(name) > MAX_NAME:
        raise _NotUnderstoodError("long_name", f"{len(name)}")
    if "@" in name or not any(sign.isalpha() for sign in name):
        raise _NotUnderstoodError("name", name)
    bilingual = False
    if said := found.get("role"):
        if folded(said) not in ROLES:
            raise _NotUnderstoodError("role", said)
        role = ROLES[folded(said)]
    if said := found.get("lang"):
        if folded(said) not in LANGUAGES:
            raise _NotUnderstoodError("lang", said)
        lang, bilingual = LANGUAGES[folded(said)]
    email, telephone = found.get("email"), found.get("telephone")
    try:
        return Guest(
            name,
            role,
            lang,
            checked_email(email) if email else None,
            checked_telephone(telephone) if telephone else None,
            bilingual,
        )
    except InvalidError as error:
        if error.field == "email":
            raise _NotUnderstoodError("email", email or "") from error
        raise _NotUnderstoodError("telephone", telephone or "") from error


def _must_be_new(guest: Guest, there: _Names, listed: _Names) -> None:
    if there.find(guest) is not None:
        raise _NotUnderstoodError("known", guest.name)
    if (twin := listed.find(guest)) is not None:
        raise _NotUnderstoodError("twice", f"{twin}")
