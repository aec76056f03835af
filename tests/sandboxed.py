"""The sandbox for files that lie on the disk: each is open for as long as its child needs it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mixroom.media import sandbox
from mixroom.media.findings import Mark, Refused
from mixroom.media.messages import PhotoFinding


def develop(path: Path, *more: Any, **named: Any) -> Iterator[PhotoFinding]:
    with path.open("rb") as file:
        yield from sandbox.develop(file, *more, **named)


def trim(path: Path, **named: Any) -> Mark | Refused:
    with path.open("rb") as file:
        return sandbox.trim(file, **named)


def conversion(path: Path, target: int, *more: Any, **named: Any) -> sandbox.Conversion:
    with path.open("rb") as file:
        return sandbox.Conversion(file, target, *more, **named)
