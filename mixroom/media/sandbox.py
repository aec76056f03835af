"""One child process per photo or clip, so that no file can harm more than itself.

The worker is a single-threaded process with the decoders loaded. It forks a child for each photo,
which takes three milliseconds; the child may read the files that the worker has opened for it, use
some seconds of one core and a gigabyte, and answer through a pipe. It can open nothing else, reach
no network and start nothing (`confinement`). A clip's child may take minutes, and writes the clip
into a file that is open too. A child that crashes, hangs or swells is a refusal, never an exception
in the worker; what the server lacks, such as room on the disk, is a ServerTroubleError there.
"""

import ctypes
import errno
import faulthandler
import gc
import io
import json
import logging
import os
import re
import resource
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar

from mixroom.core.errors import UnavailableError
from mixroom.media import confinement, imaging
from mixroom.media.model import (
    CLIP_LONG,
    LOGO,
    LONGEST_CLIP,
    MOST_CLIP_BYTES,
    WALL_MAX,
    Clip,
    Format,
    Mark,
    Photo,
    Print,
    Progress,
    Refusal,
    Refused,
    RefusedError,
)
from mixroom.media.retouch import PLAIN, Retouch

MAX_ANSWER = 32 << 20  # bytes in all; a wall rendition has half a million


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use; the worst photo that is accepted needs a third of it."""

    memory: int = 1 << 30  # bytes, beyond what the worker has mapped
    cpu: int = 15  # seconds
    deadline: float = 30  # seconds; shorter than the lease of a job
    files: int = 48
    nice: int = 5
    written: int = 0  # bytes of a file; a photo's child writes into its pipe only


DEFAULT = Limits()
FOR_CLIPS = Limits(memory=2 << 30, cpu=900, deadline=900, nice=10, written=MOST_CLIP_BYTES)

Answer = Photo | Print | Refused
Word = Answer | Progress | Clip
_W = TypeVar("_W")
datetime.strptime("2015", "%Y")  # noqa: DTZ007  a child cannot import what this imports at first use


class ServerTroubleError(UnavailableError):
    """The child could not go on for want of something that is the server's to give."""

    code = "unavailable"


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
            _tell(out, imaging.develop(_read(source), retouch, shown=seen))

        child = _Child.born(work, limits, sabotage, keep=_present(source, preview))
    try:
        while not child.done:
            yield from child.hear(_understood, limits.deadline)
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
            _tell(out, _trimmed(_read(source)))

        child = _Child.born(work, limits, sabotage, keep=(source,))
    try:
        while not child.done:
            if words := child.hear(_understood_of_a_logo, limits.deadline):
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
                _tell(out, clips.convert(clip, made))

        read = os.open(source, os.O_RDONLY)
        try:
            self._child = _Child.born(work, limits, sabotage, keep=(read, target))
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
        return self._child.hear(_understood_of_a_clip, patience)

    def end(self) -> None:
        """End the child, whatever it is doing."""
        self._child.end()


_FRAME = struct.Struct(">II")  # bytes of JSON, bytes of picture
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PDEATHSIG, _NO_NEW_PRIVS = 1, 38


class _Child:
    """The child as the worker knows it: a process id and the end of a pipe."""

    def __init__(self, pid: int, pipe: int, deadline: float) -> None:
        self.pid = pid
        self.pipe = pipe
        self.deadline = deadline
        self.done = False
        self._left = MAX_ANSWER
        self._heard = b""
        self._status: int | None = None

    @classmethod
    def born(
        cls,
        work: Callable[[IO[bytes]], None],
        limits: Limits,
        sabotage: Callable[[], object] | None,
        keep: Collection[int] = (),
    ) -> "_Child":
        """Fork; the child works with the descriptors `keep`. The deadline runs from now."""
        pipe, pen = os.pipe()
        worker = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # no memory for it
            os.close(pipe)
            os.close(pen)
            raise
        if pid == 0:
            _live(work, pen, limits, worker, sabotage, keep)
        os.close(pen)
        os.set_blocking(pipe, False)
        return cls(pid, pipe, time.monotonic() + limits.deadline)

    def hear(self, understood: Callable[[dict[str, Any], bytes], _W], patience: float) -> list[_W]:
        """Return what the child has said, after `patience` seconds at most.

        Where it died, said nonsense or is past its deadline, the last word is a Refused and the
        child is done.
        """
        words: list[Any] = []
        try:
            ended = self._read(patience)
            for said, picture in self._messages():
                if said["kind"] == "trouble":
                    self.done = True
                    raise ServerTroubleError(str(said["detail"])[:200])
                if said == {"kind": "done"}:
                    self.done = True
                    return words
                words.append(understood(said, picture))
                if isinstance(words[-1], Refused):
                    self.done = True
                    return words
            if ended:
                words.append(_obituary(self.end()))
        except TimeoutError:
            words.append(Refused(Refusal.TOO_COMPLEX, "deadline", again=True))
            self.done = True
        except (ValueError, KeyError, TypeError) as error:  # it was taken over and talks nonsense
            words.append(Refused(Refusal.UNDECODABLE, f"garbled answer: {error!r}"[:200]))
            self.done = True
        return words

    def end(self) -> int:
        """Reap the child, dead or alive; return its status."""
        self.done = True
        if self._status is None:
            os.close(self.pipe)
            os.kill(self.pid, signal.SIGKILL)  # changes nothing for one that has ended
            _, self._status = os.waitpid(self.pid, 0)
        return self._status

    def _read(self, patience: float) -> bool:
        """Read what is there; say whether it was the end. Raises TimeoutError at the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not select.select([self.pipe], [], [], min(patience, left))[0]:
            return False
        part = os.read(self.pipe, 1 << 20)
        self._left -= len(part)
        if self._left < 0:
            raise ValueError("too long")
        self._heard += part
        return not part

    def _messages(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Take the messages that are complete out of what was heard."""
        while len(self._heard) >= _FRAME.size:
            said, picture = _FRAME.unpack_from(self._heard)
            whole = _FRAME.size + said + picture
            if whole > MAX_ANSWER:
                raise ValueError("too long")
            if len(self._heard) < whole:
                return
            text = self._heard[_FRAME.size : _FRAME.size + said]
            data = self._heard[_FRAME.size + said : whole]
            self._heard = self._heard[whole:]
            message = json.loads(text)
            if not isinstance(message, dict):
                raise TypeError("no message")
            yield message, data


def _obituary(status: int) -> Refused:
    """Say what a child died of, from its wait status.

    Only the limit of computing is surely the picture's own. The kernel kills some child when memory
    is short, and it need not be the one that took it.
    """
    if not os.WIFSIGNALED(status):
        code = os.waitstatus_to_exitcode(status)
        return Refused(Refusal.UNDECODABLE, f"exit {code}", again=True)
    cause = signal.Signals(os.WTERMSIG(status))
    if cause is signal.SIGXCPU:
        return Refused(Refusal.TOO_COMPLEX, cause.name)
    tired = cause is signal.SIGKILL
    return Refused(Refusal.TOO_COMPLEX if tired else Refusal.UNDECODABLE, cause.name, again=True)


PRINTS = ("thumb", "card", "wall", "plain")
_SHAPES = {
    "sha256": r"[0-9a-f]{64}",
    "dhash": r"[0-9a-f]{16}",
    "phash": r"[0-9a-f]{16}",
    "color": r"#[0-9a-f]{6}",
    "placeholder": r"data:image/webp;base64,[A-Za-z0-9+/=]{1,2000}",
}


def _understood(said: dict[str, Any], picture: bytes) -> Answer:
    """Return what the child says; believe nothing that does not have the right shape."""
    kind = said.pop("kind")
    if kind == "refused":
        return _refused(said)
    if kind == "photo":
        if wrong := [key for key, shape in _SHAPES.items() if not re.fullmatch(shape, said[key])]:
            raise ValueError(wrong)
        taken_at = said.pop("taken_at")
        said["taken_at"] = datetime.fromisoformat(taken_at) if taken_at else None
        said["format"] = Format(said["format"])
        said["width"], said["height"] = int(said["width"]), int(said["height"])
        said["differs"] = said["differs"] is not False
        return Photo(**said)
    if kind == "print":
        sound = said["name"] in PRINTS and picture.startswith(b"\xff\xd8\xff")
        if not sound or not 0 < min(said["width"], said["height"]) <= WALL_MAX:
            raise ValueError("no print")
        return Print(said["name"], int(said["width"]), int(said["height"]), picture)
    raise ValueError(kind)


def _refused(said: dict[str, Any]) -> Refused:
    reason, detail = Refusal(said["reason"]), str(said["detail"])[:200]
    return Refused(reason, detail, again=said.get("again") is True)


def _understood_of_a_clip(said: dict[str, Any], picture: bytes) -> Word:
    """Return what the child says of a clip, as little believed."""
    if said["kind"] == "progress":
        return Progress(min(99, max(0, int(said["percent"]))))
    if said["kind"] == "clip":
        width, height = int(said["width"]), int(said["height"])
        duration = float(said["duration"])
        if not (0 < min(width, height) <= max(width, height) <= CLIP_LONG):
            raise ValueError("no clip")
        if not 0 <= duration <= LONGEST_CLIP:
            raise ValueError("no duration")
        return Clip(width, height, duration, said["muted"] is True)
    return _understood(said, picture)


def _understood_of_a_logo(said: dict[str, Any], picture: bytes) -> Mark | Refused:
    """Return what the child says of a logo, as little believed."""
    if said["kind"] == "refused":
        return _refused(said)
    width, height, ink = int(said["width"]), int(said["height"]), float(said["ink"])
    if said["kind"] != "mark" or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("no logo")
    if not (0 < min(width, height) <= max(width, height) <= LOGO and 0 < ink <= 1):
        raise ValueError("no logo")
    return Mark(width, height, ink, said["pale"] is True, picture)


def _live(
    work: Callable[[IO[bytes]], None],
    pen: int,
    limits: Limits,
    worker: int,
    sabotage: Callable[[], object] | None,
    keep: Collection[int],
) -> NoReturn:
    """Be the child; never return to the worker's code."""
    try:
        _confine({pen, *keep}, limits, worker)
        if sabotage:
            sabotage()
        with os.fdopen(pen, "wb") as out:
            work(out)
    finally:
        os._exit(0)


def _confine(keep: Collection[int], limits: Limits, worker: int) -> None:
    """Give up whatever a picture does not need: time, memory, files, connections, privileges."""
    os.setsid()
    if _LIBC:
        _LIBC.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != worker:  # it died before we could ask to die with it
        os._exit(1)
    faulthandler.disable()
    logging.disable()
    gc.freeze()  # nothing of the worker's is finalised here: a database connection would hang up
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    _close_all_but(keep)
    os.nice(limits.nice)
    for what, value in (
        (resource.RLIMIT_AS, _mapped() + limits.memory),
        (resource.RLIMIT_FSIZE, limits.written),
        (resource.RLIMIT_NOFILE, max(limits.files, *(number + 1 for number in keep))),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(what, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    confinement.enter()


def _close_all_but(keep: Collection[int]) -> None:
    """Leave the child these, and /dev/null in place of the worker's input and output."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    most = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16)
    start = 3
    for number in sorted(keep):
        os.closerange(start, number)
        start = number + 1
    os.closerange(start, most)


def _mapped() -> int:
    """Return how many bytes of address space are mapped already, as the limit counts them."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


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
    yield imaging.trim(data)


def _tell(out: IO[bytes], words: Iterator[Photo | Print | Mark | Progress | Clip]) -> None:
    """Tell what is made, as it is made, and why nothing more is."""
    try:
        for made in words:
            if isinstance(made, Print):
                size = {"name": made.name, "width": made.width, "height": made.height}
                _say(out, "print", size, made.data)
            elif isinstance(made, Mark):
                facts = asdict(made)
                _say(out, "mark", facts, facts.pop("data"))
            else:
                _say(out, type(made).__name__.lower(), asdict(made))
        _say(out, "done", {})
    except RefusedError as refused:
        _say(out, "refused", {"reason": refused.reason, "detail": refused.detail})
    except MemoryError:
        _say(out, "refused", {"reason": Refusal.TOO_COMPLEX, "detail": "memory", "again": True})
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _THE_SERVERS:
            _say(out, "trouble", {"detail": repr(error)})
            return
        _say(out, "refused", {"reason": Refusal.UNDECODABLE, "detail": repr(error)[:200]})


_THE_SERVERS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS}


def _say(out: IO[bytes], kind: str, facts: dict[str, Any], picture: bytes = b"") -> None:
    said = json.dumps({"kind": kind, **facts}, default=datetime.isoformat).encode()
    out.write(_FRAME.pack(len(said), len(picture)) + said + picture)
    out.flush()
