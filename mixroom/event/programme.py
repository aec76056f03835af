"""The programme: its entries, and the text lines in which people edit it."""

import re
from dataclasses import dataclass

from mixroom.core.errors import InvalidError
from mixroom.core.kinds import Kind
from mixroom.core.text import LANGS, Bilingual, Lang

MAX_DAYS = 21
MAX_AFTER = 600  # minutes from a moment to what it asks for
MAX_KEY = 200  # characters
NOON = 12
LINE = re.compile(
    r"(?P<day>\d{1,2})[\s.,]+(?P<hour>\d{1,2})"
    r"(?:(?:\s*h(?:eures?)?(?:\s*(?P<m>[0-5]\d)\b)?|(?::(?P<minute>[0-5]\d))?(?P<half>\s*[ap]\.?\s?m\b\.?)|"
    r":(?P<minutes>[0-5]\d)))[:,]?\s+(?P<fr>[^|]+)(?:\|(?P<en>.*))?",
    re.IGNORECASE,
)
STORED_LINE = re.compile(r"(?P<day>\d+) (?P<at>\d\d:\d\d) (?P<fr>[^|]*)(?:\|(?P<en>.*))?")
ASKS = re.compile(r"(?P<line>.*?\S)\s+>\s*(?P<asks>[^>|]*)")
STORED_ASKS = re.compile(r"(?P<line>.*) > (?P<asks>(?:[a-z]+ )*[a-z]+|(?:[a-z]+ )*\+\d+)")
KINDS = {
    **dict.fromkeys(("photo", "photos"), Kind.PHOTO),
    **dict.fromkeys(("video", "vidéo", "clip", "film"), Kind.VIDEO),
    **dict.fromkeys(("quote", "citation"), Kind.QUOTE),
    **dict.fromkeys(("post", "texte", "text", "billet"), Kind.POST),
}


@dataclass(frozen=True, slots=True)
class Asks:
    """A moment's own request: for a kind, in some languages, `after` so many minutes."""

    kind: Kind | None = None
    langs: tuple[Lang, ...] = ()
    after: int = 0

    def __str__(self) -> str:
        after = [f"+{self.after}"] if self.after else []
        return " ".join([*([self.kind.value] if self.kind else []), *self.langs, *after])


@dataclass(frozen=True, slots=True)
class ProgrammeEntry:
    """An entry of the programme, on a day of the event (from 0), at `HH:MM` local time."""

    day: int
    at: str
    title: Bilingual
    asks: Asks | None = None

    @property
    def key(self) -> str:
        """Return what names the entry: its day, its time and its title."""
        return f"{self.day + 1} {self.at} {self.title['fr']}"[:MAX_KEY]

    def as_dict(self) -> dict[str, object]:
        """Return the entry as the wall gets it."""
        return {"day": self.day, "at": self.at, "title": self.title.as_dict()}


def read_programme(text: str) -> tuple[ProgrammeEntry, ...]:
    """Read a typed programme, with a line for each entry; raises InvalidError for a wrong line.

    A line is the day (from 1), the time, and the title in French and English:
    `2 14 h Table ronde | Round table`. The time may be `14h`, `11 h 20`, `14:00` or `2 pm`.

    A line may end with what the moment asks for by itself: `> photo fr en +10` is a photo in both
    languages, ten minutes after the time.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    entries = [_entry(n, line) for n, line in lines]
    return tuple(sorted(entries, key=lambda entry: (entry.day, entry.at)))


def write_programme(programme: tuple[ProgrammeEntry, ...]) -> str:
    """Write the programme as lines, for people and for `stored_programme`."""
    return "\n".join(map(_written, programme))


def stored_programme(text: str) -> tuple[ProgrammeEntry, ...]:
    """Read the lines of `write_programme`, which need no checks."""
    return tuple(filter(None, map(_stored, text.splitlines())))


def read_asks(text: str) -> Asks | None:
    """Return what the words ask for, or None if one of them is not understood or is there twice."""
    kinds, langs, waits = [], set(), []
    for word in re.sub(r"\+\s+", "+", text.lower()).split():
        if word in KINDS:
            kinds.append(KINDS[word])
        elif word in LANGS and word not in langs:
            langs.add(word)
        elif re.fullmatch(r"\+\d{1,3}", word) and int(word) <= MAX_AFTER:
            waits.append(int(word))
        else:
            return None
    if len(kinds) > 1 or len(waits) > 1 or not (kinds or langs):
        return None
    return Asks(next(iter(kinds), None), tuple(lang for lang in LANGS if lang in langs), sum(waits))


def _written(entry: ProgrammeEntry) -> str:
    fr, en = entry.title.fr or "", entry.title.en
    title = f"{fr} | {en}" if en else fr
    asks = f" > {entry.asks}" if entry.asks else ""
    return f"{entry.day + 1} {entry.at} {title}{asks}"


def _stored(line: str) -> ProgrammeEntry | None:
    asks = None
    if (found := STORED_ASKS.fullmatch(line)) and (asks := read_asks(found["asks"])):
        line = found["line"]
    each = STORED_LINE.fullmatch(line)
    if each is None:
        return None
    title = Bilingual.of(each["fr"], each["en"])
    return ProgrammeEntry(int(each["day"]) - 1, each["at"], title, asks)


def _entry(n: int, line: str) -> ProgrammeEntry:
    asks, whole = None, line
    if split := ASKS.fullmatch(line):
        line, asks = split["line"], read_asks(split["asks"])
        if asks is None:
            raise InvalidError("programme", "no_wish", n=n, line=whole[-80:])
    found = LINE.fullmatch(line)
    if found and 1 <= int(found["day"]) <= MAX_DAYS:
        hour = int(found["hour"])
        minute = int(found["m"] or found["minute"] or found["minutes"] or 0)
        if half := found["half"]:
            hour = hour % NOON + (NOON if "p" in half.lower() else 0) if 1 <= hour <= NOON else 99
        if (at := f"{hour:02}:{minute:02}") <= "24:00":
            title = Bilingual.of(found["fr"], found["en"])
            return ProgrammeEntry(int(found["day"]) - 1, at, title, asks)
    raise InvalidError("programme", "no_moment", n=n, line=whole[:80])
