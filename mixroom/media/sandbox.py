"""Opens each file in a child process of its own, so that a malicious file can do no harm.

The worker is a single-threaded process with the decoders loaded. It forks a child for each photo,
which takes three milliseconds. The child can read the files that the worker has opened for it, use
some seconds of one core and a gigabyte of memory, and answer through a pipe. It can open no other
file, reach no network and start no process (`confinement`). A child that converts a clip may take
minutes, and writes the clip into a file that is open too. If a child crashes, hangs or uses too
much, its file is refused. If the server lacks something, such as room on the disk, the worker gets
a ServerTroubleError.
"""

import io
import os
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO

from mixroom.media import imaging, logos, stripping
from mixroom.media.child import Child, Limits
from mixroom.media.findings import Mark, Refused
from mixroom.media.limits import MAX_CLIP_BYTES
from mixroom.media.messages import (
    ClipFinding,
    DocumentFinding,
    PhotoFinding,
    parse_clip,
    parse_document,
    parse_logo,
    parse_photo,
    send_all,
)
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouch

DEFAULT = Limits()
FOR_STRIPPING = Limits(written=200_000_000)
FOR_CLIPS = Limits(memory=2 << 30, cpu=900, deadline=900, nice=10, written=MAX_CLIP_BYTES)


def develop(
    file: BinaryIO,
    limits: Limits = DEFAULT,
    *,
    retouch: Retouch = PLAIN,
    shown: BinaryIO | None = None,
    sabotage: Callable[[], object] | None = None,
) -> Iterator[PhotoFinding]:
    """Yield the facts of the photo, then its renditions (thumb, card, wall) as they are made.

    `file` is open and has a descriptor. With a `retouch`, `plain` follows: the picture without it.
    With a preview that people have seen (`shown`), the Photo says whether it differs.

    The last finding is a Refused if the photo cannot be used. Closing the iterator ends the child.
    `sabotage` is called in the child before it begins; tests let the child die there.
    """

    def work(out: IO[bytes]) -> None:
        seen = _read(shown) if shown else None
        send_all(out, imaging.develop(_read(file), retouch, shown=seen))

    lent = [each.fileno() for each in (file, shown) if each]
    child = Child.fork(work, limits, sabotage, keep=lent)
    try:
        while not child.done:
            yield from child.receive(parse_photo, limits.deadline)
    finally:
        child.end()


def trim(
    file: BinaryIO, limits: Limits = DEFAULT, *, sabotage: Callable[[], object] | None = None
) -> Mark | Refused:
    """Return a clean logo, or the reason why it cannot be used."""

    def work(out: IO[bytes]) -> None:
        send_all(out, _trimmed(_read(file)))

    child = Child.fork(work, limits, sabotage, keep=(file.fileno(),))
    try:
        while not child.done:
            if findings := child.receive(parse_logo, limits.deadline):
                return findings[0]
    finally:
        child.end()
    return Refused(Refusal.UNDECODABLE, "the child sent nothing")


def draw(
    file: BinaryIO, limits: Limits = DEFAULT, *, sabotage: Callable[[], object] | None = None
) -> Iterator[DocumentFinding]:
    """Yield the facts of a PDF, then its first pages as they are drawn.

    The last finding is a Refused if the PDF cannot be used. Closing the iterator ends the child.
    """
    from mixroom.media import documents  # loads PDFium, only in a worker that opens a PDF

    def work(out: IO[bytes]) -> None:
        send_all(out, documents.draw_pages(_read(file)))

    child = Child.fork(work, limits, sabotage, keep=(file.fileno(),))
    try:
        while not child.done:
            yield from child.receive(parse_document, limits.deadline)
    finally:
        child.end()


def strip(file: BinaryIO, target: int, limits: Limits = FOR_STRIPPING) -> Refused | None:
    """Write a picture's file, without what it says about its making, to the descriptor `target`.

    Return None, or why it could not be done.
    """

    def work(out: IO[bytes]) -> None:
        send_all(out, _stripped(file, target))

    child = Child.fork(work, limits, None, keep=(file.fileno(), target))
    try:
        while not child.done:
            for each in child.receive(parse_photo, limits.deadline):
                return each if isinstance(each, Refused) else None
    finally:
        child.end()
    return None


class Conversion:
    """The conversion of a clip in a child process, which reports its progress.

    `source` is open and has a descriptor; it may be closed once the child has begun. `target` is a
    descriptor for the new clip, open for reading and writing.
    """

    def __init__(
        self,
        source: BinaryIO,
        target: int,
        limits: Limits = FOR_CLIPS,
        *,
        sabotage: Callable[[], object] | None = None,
    ) -> None:
        from mixroom.media import clips  # loads PyAV, only in a worker that converts clips

        def work(out: IO[bytes]) -> None:
            with os.fdopen(read, "rb", closefd=False) as clip, io.FileIO(target, "r+") as made:
                send_all(out, clips.convert(clip, made))

        read = source.fileno()
        self._child = Child.fork(work, limits, sabotage, keep=(read, target))

    @property
    def done(self) -> bool:
        """Return whether the child will send nothing more."""
        return self._child.done

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when the child has sent something."""
        return self._child.pipe

    def receive(self, patience: float = 0) -> list[ClipFinding]:
        """Return the findings that the child has sent, waiting up to `patience` seconds.

        They are those of a photo, Progress and Clip; a Refused is the last one.
        """
        return self._child.receive(parse_clip, patience)

    def end(self) -> None:
        """Kill the child if it still runs."""
        self._child.end()


def _read(file: BinaryIO) -> bytes:
    with os.fdopen(file.fileno(), "rb", closefd=False) as own:
        return own.read()


def _stripped(file: BinaryIO, target: int) -> Iterator[Mark]:
    """Write the stripped file; there is nothing to yield."""
    left = memoryview(stripping.strip(_read(file)))
    with io.FileIO(target, "r+", closefd=False) as made:
        while left:
            left = left[made.write(left) :]
    yield from ()


def _trimmed(data: bytes) -> Iterator[Mark]:
    yield logos.trim(data)
