"""The server's files are private: no other user of the machine can read them."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

OTHERS = 0o077


def from_now_on() -> None:
    """Have this process, and those that it starts, make files that are theirs alone."""
    os.umask(OTHERS)


def keep(places: Iterable[Path]) -> str | None:
    """Take what is open to others back, in these files and folders; return what stays open.

    An earlier release left files that anyone could read.
    """
    for path in _open(places):
        try:
            path.chmod(path.stat().st_mode & 0o700)
        except OSError:
            continue
    return fault(places)


def fault(places: Iterable[Path]) -> str | None:
    """Say, in a sentence, what other users of the machine can read; None where they can nothing."""
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
    except OSError:  # it has gone meanwhile
        return False
