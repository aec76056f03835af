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
from typing import IO, BinaryIO

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
    file: BinaryIO,
    limits: Limits = DEFAULT,
    *,
    retouch: Retouch = PLAIN,
    shown: BinaryIO | None = None,
    sabotage: Callable[[], object] | None = None,
) -> Iterator[Answer]:
    """Yield the facts of the photo, then its prints (thumb, card, wall) as soon as each is made.

    `file` is open and has a descriptor. If the photo is retouched, the picture without it follows
    as `plain`. If `shown` is a preview that people have seen, the Photo says whether it differs.

    Ends with a Refused if the photo cannot be used. Closing the iterator ends the child.
    `sabotage` is called in the child before it begins; tests have it die there.
    """

    def work(out: IO[bytes]) -> None:
        seen = _read(shown) if shown else None
        send_all(out, imaging.develop(_read(file), retouch, shown=seen))

    lent = [each.fileno() for each in (file, shown) if each]
    child = Child.fork(work, limits, sabotage, keep=lent)
    try:
        while not child.done:
            yield from child.hear(parse_photo, limits.deadline)
    finally:
        child.end()


def trim(
    file: BinaryIO, limits: Limits = DEFAULT, *, sabotage: Callable[[], object] | None = None
) -> Mark | Refused:
    """Return a logo made clean, or why it cannot be used."""

    def work(out: IO[bytes]) -> None:
        send_all(out, _trimmed(_read(file)))

    child = Child.fork(work, limits, sabotage, keep=(file.fileno(),))
    try:
        while not child.done:
            if words := child.hear(parse_logo, limits.deadline):
                return words[0]
    finally:
        child.end()
    return Refused(Refusal.UNDECODABLE, "nothing was said")


class Conversion:
    """A clip that is being converted by a child, which reports how far it is.

    `source` is open and has a descriptor, and may be closed once the child has begun. `target` is
    the descriptor of the file that is made, open for reading and writing.
    """

    def __init__(
        self,
        source: BinaryIO,
        target: int,
        limits: Limits = FOR_CLIPS,
        *,
        sabotage: Callable[[], object] | None = None,
    ) -> None:
        from mixroom.media import clips  # by a worker that converts clips, and once for all of them

        def work(out: IO[bytes]) -> None:
            with os.fdopen(read, "rb", closefd=False) as clip, io.FileIO(target, "r+") as made:
                send_all(out, clips.convert(clip, made))

        read = source.fileno()
        self._child = Child.fork(work, limits, sabotage, keep=(read, target))

    @property
    def done(self) -> bool:
        """Return whether nothing more will come."""
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


def _read(file: BinaryIO) -> bytes:
    with os.fdopen(file.fileno(), "rb", closefd=False) as own:
        return own.read()


def _trimmed(data: bytes) -> Iterator[Mark]:
    yield logos.trim(data)
