"""What is sent in the rehearsal and what becomes of it, and short ways to write it down."""

from dataclasses import dataclass, replace
from typing import Literal

from mixroom.core.text import Bilingual
from mixroom.demo.cast import volunteer
from mixroom.demo.scenes import LANDSCAPE, PORTRAIT, Size, seed

Action = Literal["approve", "return", "reject", "hold"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo to draw: its scene's seed, its size, and whether the phone stored it lying down."""

    seed: int
    size: Size = LANDSCAPE
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the reviewer does, some minutes after it came; `reason` is a code of that decision."""

    action: Action = "approve"
    minutes: int = 4
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission and what becomes of it.

    `mended` is what the author sends again after a return, which is then approved. `released`:
    what was held is approved in the end. The last two are minutes after the approval, or after
    the sending where nobody decided.
    """

    day: int
    at: str
    author: str
    kind: Literal["post", "quote", "photo"]
    text: Bilingual
    alt: Bilingual = Bilingual()
    credit: str | None = None
    team: str | None = None
    place: str | None = None
    pictures: tuple[Picture, ...] = ()
    tags: tuple[str, ...] = ()
    consent: str = "not_needed"
    verdict: Verdict = Verdict()
    mended: Bilingual | None = None
    released: bool = False
    withdrawn_after: int | None = None
    recalled_after: int | None = None


def photo(
    when: str,
    author: str,
    family: str,
    take: int,
    text: tuple[str | None, str | None],
    alt: tuple[str, str],
    *,
    size: Size = LANDSCAPE,
    team: str | None = None,
    place: str | None = None,
    consent: str = "not_needed",
    more: tuple[tuple[str, int], ...] = (),
) -> Entry:
    """Return a photo; `when` is day and hour, `family` and `take` name the scene to draw."""
    first = Picture(seed(family, take), size, sideways=size == PORTRAIT)
    rest = tuple(Picture(seed(name, number)) for name, number in more)
    return Entry(
        day=int(when[0]),
        at=when[2:],
        author=author,
        kind="photo",
        text=Bilingual.of(*text),
        alt=Bilingual.of(*alt),
        credit=volunteer(author).credit,
        team=team,
        place=place,
        pictures=(first, *rest),
        consent=consent,
    )


def post(
    when: str,
    author: str,
    fr: str | None,
    en: str | None,
    *,
    team: str | None = None,
    place: str | None = None,
    tags: tuple[str, ...] = (),
) -> Entry:
    """Return a text."""
    return Entry(
        day=int(when[0]),
        at=when[2:],
        author=author,
        kind="post",
        text=Bilingual.of(fr, en),
        credit=volunteer(author).credit,
        team=team,
        place=place,
        tags=tags,
    )


def quote(
    when: str,
    author: str,
    said_by: str,
    fr: str | None,
    en: str | None,
    *,
    team: str | None = None,
    place: str | None = None,
) -> Entry:
    """Return what someone said."""
    said = post(when, author, fr, en, team=team, place=place)
    return replace(said, kind="quote", credit=said_by)


def returned(entry: Entry, reason: str, note: str, mended: Bilingual, minutes: int = 5) -> Entry:
    """Return an entry that is sent back once, then mended and approved."""
    return replace(entry, verdict=Verdict("return", minutes, reason, note), mended=mended)


def rejected(entry: Entry, reason: str, note: str | None = None) -> Entry:
    """Return an entry that is rejected."""
    return replace(entry, verdict=Verdict("reject", 6, reason, note))


def held(entry: Entry, reason: str, note: str, *, released: bool = False) -> Entry:
    """Return an entry that is kept aside, and approved later where it is `released`."""
    return replace(entry, verdict=Verdict("hold", 3, reason, note), released=released)
