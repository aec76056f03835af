"""The programme and the entries of the rehearsal, for the three days of 2015.

Times are local to the museum; days count from 0 (Friday).
"""

from functools import cache
from pathlib import Path

from pydantic import Field

from mixroom.core.data_files import HourOfDay, Pair, Table, parse, read
from mixroom.demo.coverage import Announced, Asked, announcements_of, requests_of
from mixroom.demo.entry import Entry, entries_of
from mixroom.demo.words import FOLDER
from mixroom.event.programme import ProgrammeEntry

DAYS = ("friday", "saturday", "sunday")


class _Planned(Pair):
    """An entry of the programme."""

    at: HourOfDay


class _Day(Table):
    """The content of a day's file."""

    programme: list[_Planned]
    entry: list[dict[str, object]]
    request: list[dict[str, object]] = Field(default_factory=list)
    announcement: list[dict[str, object]] = Field(default_factory=list)


@cache
def programme() -> tuple[ProgrammeEntry, ...]:
    """Return the programme of the three days."""
    return tuple(
        ProgrammeEntry(number, line.at, line.text)
        for number, name in enumerate(DAYS)
        for line in _day(_file(name)).programme
    )


@cache
def requests() -> tuple[Asked, ...]:
    """Return all requests."""
    days = ((number, _file(name)) for number, name in enumerate(DAYS))
    return tuple(
        each for number, file in days for each in requests_of(number, _day(file).request, file.name)
    )


@cache
def announcements() -> tuple[Announced, ...]:
    """Return all announcements."""
    days = ((number, _file(name)) for number, name in enumerate(DAYS))
    return tuple(
        each
        for number, file in days
        for each in announcements_of(number, _day(file).announcement, file.name)
    )


@cache
def entries() -> tuple[Entry, ...]:
    """Return all entries in the order of time."""
    sent = [each for number, name in enumerate(DAYS) for each in day(number, _file(name))]
    return tuple(sorted(sent, key=lambda entry: (entry.day, entry.at)))


def day(number: int, path: Path) -> list[Entry]:
    """Return the entries of a day's file; raises WordsError."""
    return list(entries_of(number, _day(path).entry, path.name))


def _day(path: Path) -> _Day:
    return parse(_Day, read(path), path.name)


def _file(name: str) -> Path:
    return FOLDER / f"{name}.toml"
