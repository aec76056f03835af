"""An entry of the rehearsal: a submission and what happens to it, read from a day's file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from mixroom.core.data_files import HourOfDay, Table, WordsError, must_be_one_of, parse
from mixroom.core.text import Bilingual
from mixroom.demo.cast import CAST, PLACES, TEAMS, volunteer
from mixroom.demo.scenes import FAMILIES, LANDSCAPE, PORTRAIT, SIZES, Size, seed
from mixroom.submissions.moves import Fact
from mixroom.submissions.reasons import REASONS

Action = Literal["approve", "return", "reject", "hold"]


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo to draw: the seed of its scene, its size, and whether it is stored rotated."""

    seed: int
    size: Size = LANDSCAPE
    sideways: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The reviewer's decision, `minutes` after the submission; `reason` is a code of `REASONS`."""

    action: Action = "approve"
    minutes: int = 4
    reason: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission and what happens to it.

    `mended` is the text that the author sends after a return; then it is approved. `released` says
    that an entry on hold is approved in the end. `withdrawn_after` and `recalled_after` are minutes
    after the approval, or after the submission if it is not approved. `answers` is the key of a
    request.
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
    answers: str | None = None


class _Returned(Table):
    """Returned for a reason, then sent again with this text and approved."""

    reason: str
    note: str
    fr: str | None = None
    en: str | None = None


class _Rejected(Table):
    """Rejected for a reason."""

    reason: str
    note: str | None = None


class _Held(Table):
    """Put on hold for a reason; approved later if `released`."""

    reason: str
    note: str
    released: bool = False


class _Written(Table):
    """An entry as the file has it."""

    at: HourOfDay
    author: str
    kind: Literal["post", "quote", "photo"]
    fr: str | None = None
    en: str | None = None
    said_by: str | None = None
    pictures: list[str] = Field(default_factory=list)
    size: str | list[int] = "landscape"
    alt_fr: str | None = None
    alt_en: str | None = None
    team: str | None = None
    place: str | None = None
    tags: list[str] = Field(default_factory=list)
    consent: Literal["not_needed", "pending", "cleared"] = "not_needed"
    approved_after: int = 4
    withdrawn_after: int | None = None
    recalled_after: int | None = None
    answers: str | None = None
    returned: _Returned | None = None
    rejected: _Rejected | None = None
    held: _Held | None = None


def entries_of(day: int, tables: Iterable[dict[str, Any]], file: str) -> Iterator[Entry]:
    """Yield the entries of a day; raises WordsError with the place of the mistake."""
    for number, table in enumerate(tables, 1):
        named = [str(table[name]) for name in ("at", "author") if name in table]
        yield _entry(day, table, f"{file}, entry {number} ({' '.join(named) or 'without author'})")


def _entry(day: int, table: dict[str, Any], place: str) -> Entry:
    written = parse(_Written, table, place)
    must_be_one_of(written.author, {person.key for person in CAST}, "author", place)
    must_be_one_of(written.team, TEAMS, "team", place)
    must_be_one_of(written.place, PLACES, "place", place)
    _must_fit_its_kind(written, place)
    return Entry(
        day=day,
        at=written.at,
        author=written.author,
        kind=written.kind,
        text=Bilingual.of(written.fr, written.en),
        alt=Bilingual.of(written.alt_fr, written.alt_en),
        credit=written.said_by or volunteer(written.author).credit,
        team=written.team,
        place=written.place,
        pictures=tuple(_pictures(written, place)),
        tags=tuple(written.tags),
        consent=written.consent,
        verdict=_verdict(written, place),
        mended=Bilingual.of(written.returned.fr, written.returned.en) if written.returned else None,
        released=bool(written.held and written.held.released),
        withdrawn_after=written.withdrawn_after,
        recalled_after=written.recalled_after,
        answers=written.answers,
    )


def _must_fit_its_kind(written: _Written, place: str) -> None:
    """Raise WordsError if a field is missing, or does not belong to this kind of entry."""
    faults = {
        "a photo needs `pictures`, `alt_fr` and `alt_en`": written.kind == "photo"
        and not (written.pictures and written.alt_fr and written.alt_en),
        "only a photo has `pictures`, `alt_fr` and `alt_en`": written.kind != "photo"
        and bool(written.pictures or written.alt_fr or written.alt_en),
        "a quote needs `said_by`, and nothing else has it": (written.kind == "quote")
        != bool(written.said_by),
        "the text is missing: `fr` or `en`": not (written.fr or written.en or written.returned),
    }
    for fault, found in faults.items():
        if found:
            raise WordsError(f"{place}: {fault}")


def _pictures(written: _Written, place: str) -> Iterator[Picture]:
    """Yield the pictures; `size` is that of the first one, and portraits are stored rotated."""
    size = _size(written.size, place)
    for named in written.pictures:
        family, _, take = named.partition(" ")
        must_be_one_of(family, FAMILIES, "pictures", place)
        if not take.isdecimal():
            raise WordsError(f"{place}: `pictures` {named!r} needs a number, as in '{family} 3'")
        yield Picture(seed(family, int(take)), size, sideways=size == PORTRAIT)
        size = LANDSCAPE


def _size(written: str | list[int], place: str) -> Size:
    if isinstance(written, str):
        must_be_one_of(written, SIZES, "size", place)
        return SIZES[written]
    if len(written) != len(LANDSCAPE):
        raise WordsError(f"{place}: `size` needs a width and a height, as in [1600, 900]")
    return written[0], written[1]


def _verdict(written: _Written, place: str) -> Verdict:
    decided = [each for each in (written.returned, written.rejected, written.held) if each]
    if len(decided) > 1:
        raise WordsError(f"{place}: only one of `returned`, `rejected` and `held` can be")
    if written.returned:
        must_be_one_of(written.returned.reason, REASONS[Fact.RETURNED], "returned.reason", place)
        return Verdict("return", 5, written.returned.reason, written.returned.note)
    if written.rejected:
        must_be_one_of(written.rejected.reason, REASONS[Fact.REJECTED], "rejected.reason", place)
        return Verdict("reject", 6, written.rejected.reason, written.rejected.note)
    if written.held:
        must_be_one_of(written.held.reason, REASONS[Fact.HELD], "held.reason", place)
        return Verdict("hold", 3, written.held.reason, written.held.note)
    return Verdict(minutes=written.approved_after)
