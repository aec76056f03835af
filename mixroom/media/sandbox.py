"""One child process per photo or clip, so that no file can harm more than itself.

The worker is a single-threaded process with the decoders loaded. It forks a child for each photo,
which takes three milliseconds; the child may read the files that the worker has opened for it, use
some seconds of one core and a gigabyte, and answer through a pipe. It can open nothing else, reach
no network and start nothing (`confinement`). A clip's child may take minutes, and writes the clip
into a file that is open too. A child that crashes, hangs or swells is a refusal, never an exception
in the worker; what the server lacks, such as room on the disk, is a ServerTroubleError there.
"""

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from mixroom.media import imaging, logos
from mixroom.media.child import Child, Limits
from mixroom.media.findings import Mark, Refused
from mixroom.media.limits import MAX_CLIP_BYTES
from mixroom.media.messages import (
    Answer,
    Word,
    parse_clip,
    parse_logo,
    parse_photo,
    send_all,
)
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouch

DEFAULT = Limits()
FOR_CLIPS = Limits(memory=2 << 30, cpu=900, deadline=900, nice=10, written=MAX_CLIP_BYTES)


def develop(
    file: Path,
    limits: Limits = DEFAULT,
    *,
    retouch: Retouch = PLAIN,
    shown: Path | None = None,
    sabotage: Callable[[], object] | None = None,
) -> Iterator[Answer]:
    """Yield what the photo is, then its prints (thumb, card, wall), each as soon as it is made.

    Retouched ones are followed by the picture as it was, `plain`. Where `shown` is a preview that
    people have seen, the Photo says whether it shows the same.

    Ends with a Refused where the photo cannot be used. Closing the iterator ends the child.
    `sabotage` is called in the child before it begins; tests have it die there.
    """
    with _opened(file, shown) as (source, preview):
        if source is None:
            yield Refused(Refusal.LOST)
            return

        def work(out: IO[bytes]) -> None:
            seen = _read(preview) if preview is not None else b"" if shown else None
            send_all(out, imaging.develop(_read(source), retouch, shown=seen))

        child = Child.fork(work, limits, sabotage, keep=_present(source, preview))
    try:
        while not child.done:
            yield from child.hear(parse_photo, limits.deadline)
    finally:
        child.end()


def trim(
    file: Path, limits: Limits = DEFAULT, *, sabotage: Callable[[], object] | None = None
) -> Mark | Refused:
    """Return a logo made clean, or why it cannot be used."""
    with _opened(file) as (source,):
        if source is None:
            return Refused(Refusal.LOST)

        def work(out: IO[bytes]) -> None:
            send_all(out, _trimmed(_read(source)))

        child = Child.fork(work, limits, sabotage, keep=(source,))
    try:
        while not child.done:
            if words := child.hear(parse_logo, limits.deadline):
                return words[0]
    finally:
        child.end()
    return Refused(Refusal.UNDECODABLE, "nothing was said")


class Conversion:
    """A clip that is being converted by a child; whoever waits for it asks now and then.

    `target` is a descriptor of the file that is made, open for reading and writing.
    """

    def __init__(
        self,
        source: Path,
        target: int,
        limits: Limits = FOR_CLIPS,
        *,
        sabotage: Callable[[], object] | None = None,
    ) -> None:
        from mixroom.media import clips  # by a worker that converts clips, and once for all of them

        def work(out: IO[bytes]) -> None:
            with os.fdopen(read, "rb", closefd=False) as clip, io.FileIO(target, "r+") as made:
                send_all(out, clips.convert(clip, made))

        read = os.open(source, os.O_RDONLY)
        try:
            self._child = Child.fork(work, limits, sabotage, keep=(read, target))
        finally:
            os.close(read)

    @property
    def done(self) -> bool:
        """Say whether nothing more will come."""
        return self._child.done

    def fileno(self) -> int:
        """Return what becomes readable when the child has said something."""
        return self._child.pipe

    def hear(self, patience: float = 0) -> list[Word]:
        """Return what the child has said, after `patience` seconds at most.

        It says what a photo's does, and Progress and Clip; a Refused is the last word.
        """
        return self._child.hear(parse_clip, patience)

    def end(self) -> None:
        """End the child, whatever it is doing."""
        self._child.end()


@contextmanager
def _opened(*files: Path | None) -> Iterator[tuple[int | None, ...]]:
    """Open files for a child, which cannot; None for one that is not there."""
    numbers: list[int | None] = []
    try:
        for file in files:
            numbers.append(None)
            if file is not None:
                with suppress(FileNotFoundError):
                    numbers[-1] = os.open(file, os.O_RDONLY)
        yield tuple(numbers)
    finally:
        for number in _present(*numbers):
            os.close(number)


def _present(*numbers: int | None) -> tuple[int, ...]:
    return tuple(number for number in numbers if number is not None)


def _read(number: int) -> bytes:
    with os.fdopen(number, "rb") as file:
        return file.read()


def _trimmed(data: bytes) -> Iterator[Mark]:
    yield logos.trim(data)
