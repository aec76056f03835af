"""The rules that propose a day's pieces: its key moments, then its best photographs.

Pure: the same candidates give the same proposal, in whatever order they come.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mixroom.media.twins import alike

MAX_MOMENTS = 12
MAX_PHOTOS = 12
LARGE = 1600  # pixels of the longer side that fill a projector
SMALL = 1000  # pixels of the longer side below which a photo is no candidate
LANDSCAPE = 1.2  # width to height
ENOUGH = 30  # candidates of a stretch: more than can be chosen from it
STRETCH = timedelta(minutes=90)  # each such part of the day has its turn before any has a second


@dataclass(frozen=True, slots=True)
class Picture:
    """The first picture of a candidate: its size in pixels, and its two hashes."""

    id: str
    width: int = 0
    height: int = 0
    dhash: str | None = None
    phash: str | None = None
    twins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An approved submission of the day: all that the rules know of it."""

    id: str
    at: datetime
    key_moment: bool = False
    press: bool = False
    both_languages: bool = False
    team: str | None = None
    picture: Picture | None = None


def propose(
    candidates: Iterable[Candidate],
    *,
    chosen: Sequence[str] = (),
    removed: Collection[str] = frozenset(),
) -> list[str]:
    """Return the ids of the pieces of a day: those chosen by hand, and the proposed ones.

    `chosen` are ids in the order that a person gave them; they stay, in that order. `removed` are
    never proposed. A proposed piece stands where its time puts it among the chosen ones.
    """
    known = {each.id: each for each in sorted(candidates, key=_by_time)}
    kept = [known[key] for key in chosen if key in known]
    free = [each for each in known.values() if each.id not in removed and each.id not in chosen]
    moments = _moments(free, kept)
    photos = _photos([each for each in free if each not in moments], [*kept, *moments])
    new = [*moments, *apart([each for each in photos if each.picture])]
    return merged(list(chosen), [each.id for each in new], known)


def merged(chosen: Sequence[str], new: Sequence[str], known: dict[str, Candidate]) -> list[str]:
    """Put new ids among the chosen ones; each of the two keeps its own order."""
    result, waiting = list[str](), list(new)
    for key in chosen:
        if key in known:
            place = _place(known[key])
            while waiting and _place(known[waiting[0]]) < place:
                result.append(waiting.pop(0))
        result.append(key)
    return result + waiting


def apart(pieces: Sequence[Candidate]) -> list[Candidate]:
    """Return the pieces in order of time, with no team twice in a row where that can be avoided."""
    waiting, result = sorted(pieces, key=_by_time), list[Candidate]()
    while waiting:
        last = result[-1].team if result else None
        others = [each for each in waiting if each.team is None or each.team != last]
        safe = (each for each in others if _can_end(waiting, each))
        result.append(next(safe, next(iter(others), waiting[0])))
        waiting.remove(result[-1])
    return result


def _can_end(waiting: Sequence[Candidate], first: Candidate) -> bool:
    """Return whether the others can follow `first` with no team twice in a row."""
    left = Counter(each.team for each in waiting if each is not first and each.team)
    count = len(waiting) - 1
    return all(
        number <= (count // 2 if team == first.team else (count + 1) // 2)
        for team, number in left.items()
    )


def _moments(free: Sequence[Candidate], kept: Sequence[Candidate]) -> list[Candidate]:
    most = max(0, MAX_MOMENTS - sum(each.key_moment for each in kept))
    found: list[Candidate] = []
    for each in free:
        if each.key_moment and len(found) < most and not _seen(each, [*kept, *found]):
            found.append(each)
    return found


def _photos(free: Sequence[Candidate], before: Sequence[Candidate]) -> list[Candidate]:
    """Return the best photographs, spread over the day and over the teams."""
    most = MAX_PHOTOS - sum(not each.key_moment for each in before)
    waiting = _best_of_each_stretch(
        [each for each in free if _is_fit(each) and not each.key_moment]
    )
    found: list[Candidate] = []
    while waiting and len(found) < most:
        shown = [*before, *found]
        stretches = Counter(_stretch(each) for each in shown)
        teams = Counter(each.team for each in shown)
        teams[None] = 0  # no team at all is no reason to wait
        best = min(
            waiting,
            key=lambda each: (
                stretches[_stretch(each)],
                teams[each.team] - _worth(each),
                _by_time(each),
            ),
        )
        waiting.remove(best)
        if not _seen(best, shown):
            found.append(best)
    return found


def _best_of_each_stretch(free: Sequence[Candidate]) -> list[Candidate]:
    """Return so few that a day of thousands is quickly decided."""
    stretches: dict[int, list[Candidate]] = {}
    for each in sorted(free, key=lambda each: (-_worth(each), _by_time(each))):
        stretches.setdefault(_stretch(each), []).append(each)
    return [each for some in stretches.values() for each in some[:ENOUGH]]


def _is_fit(candidate: Candidate) -> bool:
    picture = candidate.picture
    return picture is not None and max(picture.width, picture.height) >= SMALL


def _worth(candidate: Candidate) -> int:
    """Return the points of a photo; one that a team already has costs as much as one point."""
    picture = candidate.picture
    assert picture is not None
    return (
        3 * candidate.press
        + 2 * candidate.both_languages
        + 2 * (picture.width >= LANDSCAPE * picture.height)
        + (max(picture.width, picture.height) >= LARGE)
    )


def _seen(candidate: Candidate, before: Iterable[Candidate]) -> bool:
    """Return whether one of the others shows nearly the same picture."""
    one = candidate.picture
    if one is None:
        return False
    others = [each.picture for each in before if each.picture]
    return any(one.id in each.twins or each.id in one.twins or alike(one, each) for each in others)


def _stretch(candidate: Candidate) -> int:
    return int(candidate.at.timestamp() // STRETCH.total_seconds())


def _by_time(candidate: Candidate) -> tuple[datetime, str]:
    return candidate.at, candidate.id


def _place(candidate: Candidate) -> tuple[bool, datetime, str]:
    return not candidate.key_moment, candidate.at, candidate.id
