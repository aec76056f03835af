"""Reads the data files of the rehearsal, and says in which file and entry a mistake is.

The files are in the folder `words`; docs/rehearsal.md says how to edit them.
"""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any, TypeVar

import pydantic

from mixroom.core.errors import StartError
from mixroom.core.text import Bilingual

FOLDER = Path(__file__).parent / "words"
PLAIN_WORDS = {  # for what Pydantic says of the commonest mistakes
    "extra_forbidden": "is not a name that is known here",
    "missing": "is missing",
    "string_pattern_mismatch": "must look like {pattern}",
}


class WordsError(StartError):
    """A data file has a mistake; the message names the file, the entry and the name in it."""


class Table(pydantic.BaseModel):
    """A table of a data file: no name that is not known, no type that is not meant."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True)


class Pair(Table):
    """A text in both languages."""

    fr: str
    en: str

    @property
    def text(self) -> Bilingual:
        """Return the text as the product keeps it."""
        return Bilingual.of(self.fr, self.en)


HourOfDay = Annotated[str, pydantic.Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
T = TypeVar("T", bound=Table)


def read(path: Path) -> dict[str, Any]:
    """Return a data file as tables; raises WordsError."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordsError(f"{path.name}: {error}") from error


def parse(shape: type[T], table: Any, place: str) -> T:
    """Return a table as a value of this shape; raises WordsError, which begins with the place."""
    try:
        return shape.model_validate(table)
    except pydantic.ValidationError as error:
        first = error.errors(include_url=False)[0]
        named = ".".join(str(part) for part in first["loc"])
        words = PLAIN_WORDS.get(first["type"], first["msg"]).format(**first.get("ctx", {}))
        raise WordsError(f"{place}: {f'`{named}` ' if named else ''}{words}") from error


def must_be_one_of(value: str | None, known: Collection[str], name: str, place: str) -> None:
    """Raise WordsError if a name that was written is none of those that are known."""
    if value is not None and value not in known:
        choice = ", ".join(sorted(known))
        raise WordsError(f"{place}: `{name}` {value!r} is none of {choice}")
