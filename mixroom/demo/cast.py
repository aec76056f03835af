"""The people, teams, places and firms of the rehearsal, as `words/cast.toml` has them."""

from pathlib import Path
from typing import Literal

from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.demo.studio.emblems import SIGNS
from mixroom.demo.words import FOLDER, Pair, Table, must_be_one_of, parse, read


class Volunteer(Table):
    """Someone of the media room. `role` is one of the team's roles."""

    key: str
    name: str
    role: str
    lang: Lang = "fr"

    @property
    def credit(self) -> str:
        """Return the name as it stands under a photo: first name and initial."""
        first, *_, last = self.name.split()
        return f"{first} {last[0]}."


class Sponsor(Table):
    """A firm that pays for some of it: its share of the wall, and how its logo is drawn."""

    name: str
    tier: Literal["principal", "partner", "friend"]
    percent: float
    sign: str
    colour: str
    under: bool = False


class Cast(Table):
    """The whole file."""

    name: Pair
    timezone: str
    people: list[Volunteer]
    sponsors: list[Sponsor]
    teams: dict[str, Pair]
    places: dict[str, Pair]


def read_cast(path: Path) -> Cast:
    """Return the file's content; raises WordsError."""
    cast = parse(Cast, read(path), path.name)
    for person in cast.people:
        must_be_one_of(person.role, set(Role), "role", f"{path.name}, {person.key}")
    for sponsor in cast.sponsors:
        must_be_one_of(sponsor.sign, SIGNS, "sign", f"{path.name}, {sponsor.name}")
    return cast


_present = read_cast(FOLDER / "cast.toml")
NAME = _present.name.text
TIMEZONE = _present.timezone
CAST = tuple(_present.people)
SPONSORS = tuple(_present.sponsors)
TEAMS = {key: pair.text for key, pair in _present.teams.items()}
PLACES = {key: pair.text for key, pair in _present.places.items()}


def volunteer(key: str) -> Volunteer:
    """Return someone of the cast."""
    return next(person for person in CAST if person.key == key)
