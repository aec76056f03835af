"""Keeps the server's files private, so that no other user of the machine can read them."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

OTHERS = 0o077


def from_now_on() -> None:
    """Make new files private, in this process and in those that it starts."""
    os.umask(OTHERS)


def keep(places: Iterable[Path]) -> str | None:
    """Make existing files private; return a sentence about one that cannot be, or None.

    An earlier release left files that anyone could read.
    """
    for path in _open(places):
        try:
            path.chmod(path.stat().st_mode & 0o700)
        except OSError:
            continue
    return fault(places)


def fault(places: Iterable[Path]) -> str | None:
    """Return a sentence about a file that other users can read, or None."""
    found = next(_open(places), None)
    if found is None:
        return None
    return f"Others can read {found}: run `mixroom serve` as its owner, or chmod -R go= {found}."


def _open(places: Iterable[Path]) -> Iterator[Path]:
    return (path for place in places for path in _within(place) if _is_open(path))


def _within(place: Path) -> Iterator[Path]:
    if not place.exists():
        return
    yield place
    for folder, folders, files in os.walk(place):
        yield from (Path(folder, name) for name in (*folders, *files))


def _is_open(path: Path) -> bool:
    try:
        return not path.is_symlink() and bool(path.stat().st_mode & OTHERS)
    except OSError:  # deleted in the meantime
        return False
