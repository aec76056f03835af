"""The rehearsal's requests and announcements, read from a day's file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from mixroom.core.data_files import HourOfDay, Pair, must_be_one_of, parse
from mixroom.core.text import Bilingual
from mixroom.demo.cast import CAST, PLACES, TEAMS


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `taken_by` takes it two minutes later; an entry that names its key answers it."""

    day: int
    at: str
    key: str
    by: str
    text: Bilingual
    kind: str | None = None
    team: str | None = None
    place: str | None = None
    taken_by: str | None = None


@dataclass(frozen=True, slots=True)
class Announced:
    """A word from the lead to the crew."""

    day: int
    at: str
    by: str
    text: Bilingual


class _Asked(Pair):
    """A request as the file has it."""

    at: HourOfDay
    key: str
    by: str = "amelie"
    kind: Literal["post", "quote", "photo"] | None = None
    team: str | None = None
    place: str | None = None
    taken_by: str | None = None


class _Announced(Pair):
    """An announcement as the file has it."""

    at: HourOfDay
    by: str = "amelie"


def requests_of(day: int, tables: Iterable[dict[str, Any]], file: str) -> Iterator[Asked]:
    """Yield the requests of a day; raises WordsError with the place of the mistake."""
    people = {person.key for person in CAST}
    for number, table in enumerate(tables, 1):
        place = f"{file}, request {number}"
        written = parse(_Asked, table, place)
        must_be_one_of(written.by, people, "by", place)
        must_be_one_of(written.taken_by, people, "taken_by", place)
        must_be_one_of(written.team, TEAMS, "team", place)
        must_be_one_of(written.place, PLACES, "place", place)
        yield Asked(day, text=written.text, **written.model_dump(exclude={"fr", "en"}))


def announcements_of(day: int, tables: Iterable[dict[str, Any]], file: str) -> Iterator[Announced]:
    """Yield the announcements of a day; raises WordsError with the place of the mistake."""
    for number, table in enumerate(tables, 1):
        place = f"{file}, announcement {number}"
        written = parse(_Announced, table, place)
        must_be_one_of(written.by, {person.key for person in CAST}, "by", place)
        yield Announced(day, written.at, written.by, written.text)
