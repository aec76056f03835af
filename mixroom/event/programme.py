"""The programme: its entries, and the text lines in which people edit it."""

import re
from dataclasses import dataclass

from mixroom.core.errors import InvalidError
from mixroom.core.text import Bilingual

MAX_DAYS = 21
NOON = 12
LINE = re.compile(
    r"(?P<day>\d{1,2})[\s.,]+(?P<hour>\d{1,2})"
    r"(?:(?:\s*h(?:eures?)?(?:\s*(?P<m>[0-5]\d)\b)?|(?::(?P<minute>[0-5]\d))?(?P<half>\s*[ap]\.?\s?m\b\.?)|"
    r":(?P<minutes>[0-5]\d)))[:,]?\s+(?P<fr>[^|]+)(?:\|(?P<en>.*))?",
    re.IGNORECASE,
)
STORED_LINE = re.compile(r"(?P<day>\d+) (?P<at>\d\d:\d\d) (?P<fr>[^|]+)(?:\|(?P<en>.*))?")


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """An entry of the programme, on a day of the event (from 0), at `HH:MM` local time."""

    day: int
    at: str
    title: Bilingual

    def as_dict(self) -> dict[str, object]:
        """Return the entry as the wall gets it."""
        return {"day": self.day, "at": self.at, "title": self.title.as_dict()}


def read_programme(text: str) -> tuple[ProgrammeEntry, ...]:
    """Read a typed programme, with a line for each entry; raises InvalidError for a wrong line.

    A line is the day (from 1), the time, and the title in French and English:
    `2 14 h Table ronde | Round table`. The time may be `14h`, `11 h 20`, `14:00` or `2 pm`.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    entries = [_entry(n, line) for n, line in lines]
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.at)))


def write_programme(programme: tuple[ProgrammeEntry, ...]) -> str:
    """Write the programme as lines, for people and for `stored_programme`."""
    titles = [" | ".join(filter(None, (m.title.fr, m.title.en))) for m in programme]
    return "\n".join(
        f"{m.day + 1} {m.at} {title}" for m, title in zip(programme, titles, strict=True)
    )


def stored_programme(text: str) -> tuple[ProgrammeEntry, ...]:
    """Read the lines of `write_programme`, which need no checks."""
    found = (STORED_LINE.fullmatch(line) for line in text.splitlines())
    return tuple(
        ProgrammeEntry(int(each["day"]) - 1, each["at"], Bilingual.of(each["fr"], each["en"]))
        for each in found
        if each
    )


def _entry(n: int, line: str) -> ProgrammeEntry:
    found = LINE.fullmatch(line)
    if found and 1 <= int(found["day"]) <= MAX_DAYS:
        hour = int(found["hour"])
        minute = int(found["m"] or found["minute"] or found["minutes"] or 0)
        if half := found["half"]:
            hour = hour % NOON + (NOON if "p" in half.lower() else 0) if 1 <= hour <= NOON else 99
        if (at := f"{hour:02}:{minute:02}") <= "24:00":
            return ProgrammeEntry(int(found["day"]) - 1, at, Bilingual.of(found["fr"], found["en"]))
    raise InvalidError("programme", "no_moment", n=n, line=line[:80])
