"""The people, teams, places and sponsors of the rehearsal, read from `words/cast.toml`."""

from pathlib import Path
from typing import Literal

from pydantic import Field

from mixroom.core.data_files import HourOfDay, Pair, Table, must_be_one_of, parse, read
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.demo.studio.emblems import SIGNS
from mixroom.demo.words import FOLDER


class Volunteer(Table):
    """A person of the crew; `role` is a `Role`."""

    key: str
    name: str
    role: str
    lang: Lang = "fr"

    @property
    def credit(self) -> str:
        """Return the credit under a photo: first name and initial."""
        first, *_, last = self.name.split()
        return f"{first} {last[0]}."


class Sponsor(Table):
    """A sponsor: its share of the wall, in percent, and how to draw its logo."""

    name: str
    tier: Literal["principal", "partner", "friend"]
    percent: float
    sign: str
    colour: str
    under: bool = False


class Shift(Table):
    """A shift on each day: `people` are on it, by their keys."""

    starts: HourOfDay = Field(alias="from")
    ends: HourOfDay = Field(alias="to")
    role: str
    place: str
    seats: int
    people: list[str]


class Cast(Table):
    """The content of the file."""

    name: Pair
    timezone: str
    people: list[Volunteer]
    sponsors: list[Sponsor]
    shifts: list[Shift]
    teams: dict[str, Pair]
    places: dict[str, Pair]


def read_cast(path: Path) -> Cast:
    """Return the file's content; raises WordsError."""
    cast = parse(Cast, read(path), path.name)
    for person in cast.people:
        must_be_one_of(person.role, set(Role), "role", f"{path.name}, {person.key}")
    keys = {person.key for person in cast.people}
    for number, shift in enumerate(cast.shifts, 1):
        place = f"{path.name}, shift {number}"
        must_be_one_of(shift.role, set(Role), "role", place)
        must_be_one_of(shift.place, cast.places, "place", place)
        for key in shift.people:
            must_be_one_of(key, keys, "people", place)
    for sponsor in cast.sponsors:
        must_be_one_of(sponsor.sign, SIGNS, "sign", f"{path.name}, {sponsor.name}")
    return cast


_read = read_cast(FOLDER / "cast.toml")
NAME = _read.name.text
TIMEZONE = _read.timezone
CAST = tuple(_read.people)
SHIFTS = tuple(_read.shifts)
SPONSORS = tuple(_read.sponsors)
TEAMS = {key: pair.text for key, pair in _read.teams.items()}
PLACES = {key: pair.text for key, pair in _read.places.items()}


def volunteer(key: str) -> Volunteer:
    """Return a person of the cast by key."""
    return next(person for person in CAST if person.key == key)
