"""Reads data files in TOML that people edit; errors name the file and the entry."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pydantic

from mixroom.core.errors import StartError
from mixroom.core.text import Bilingual

MESSAGES = {  # in place of Pydantic's, for the most common mistakes
    "extra_forbidden": "is not a name that is known here",
    "missing": "is missing",
    "string_pattern_mismatch": "must look like {pattern}",
}


class WordsError(StartError):
    """A mistake in a data file; the message names the file, the entry and the field."""


class Table(pydantic.BaseModel):
    """A table of a data file; unknown fields and wrong types are errors."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


class Pair(Table):
    """A text in both languages."""

    fr: str
    en: str

    @property
    def text(self) -> Bilingual:
        """Return the pair as a Bilingual."""
        return Bilingual.of(self.fr, self.en)


HourOfDay = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
T = TypeVar("T", bound=Table)


def read(path: Path) -> dict[str, Any]:
    """Return the content of a data file; raises WordsError."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"{path.name}: {error}") from error


def parse(shape: type[T], table: Any, place: str) -> T:
    """Return a table as this type; raises WordsError with the place."""
    try:
        return shape.model_validate(table)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        named = ".".join(str(part) for part in first["loc"])
        words = MESSAGES.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
        raise WordsError(f"{place}: {f'`{named}` ' if named else ''}{words}") from error


def must_be_one_of(value: str | None, known: Collection[str], name: str, place: str) -> None:
    """Raise WordsError if a value is given and is not one of the known ones."""
    if value is not None and value not in known:
        choice = ", ".join(sorted(known))
        raise WordsError(f"{place}: `{name}` {value!r} is none of {choice}")
