"""One child process per photo, so that no file can harm more than itself.

The worker is a single-threaded process with the decoders loaded. It forks a child for each photo,
which takes three milliseconds; the child may read that one file, use some seconds of one core and
a gigabyte, and answer through a pipe. A child that crashes, hangs or swells is a refusal, never
an exception in the worker.
"""

import ctypes
import faulthandler
import gc
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
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NoReturn

from mixroom.media import imaging
from mixroom.media.model import WALL_MAX, Format, Photo, Print, Refusal, Refused

MAX_ANSWER = 32 << 20  # bytes in all; a wall rendition has half a million


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use; the worst photo that is accepted needs a third of it."""

    memory: int = 1 << 30  # bytes, beyond what the worker has mapped
    cpu: int = 15  # seconds
    deadline: float = 30  # seconds; shorter than the lease of a job
    files: int = 48
    nice: int = 5


DEFAULT = Limits()


def develop(
    file: Path, limits: Limits = DEFAULT, *, sabotage: Callable[[], object] | None = None
) -> Iterator[Photo | Print | Refused]:
    """Yield what the photo is, then its prints (thumb, card, wall), each as soon as it is made.

    Ends with a Refused where the photo cannot be used. Closing the iterator ends the child.
    `sabotage` is called in the child before it begins; tests have it die there.
    """
    child = _Child.born(file, limits, sabotage)
    try:
        yield from child.messages()
    except EOFError:
        yield _obituary(child.end())
    except TimeoutError:
        yield Refused(Refusal.TOO_COMPLEX, "deadline")
    except (ValueError, KeyError, TypeError) as error:  # it was taken over and talks nonsense
        yield Refused(Refusal.UNDECODABLE, f"garbled answer: {error!r}"[:200])
    finally:
        child.end()


_FRAME = struct.Struct(">II")  # bytes of JSON, bytes of picture
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PDEATHSIG, _NO_NEW_PRIVS = 1, 38


class _Child:
    """The child as the worker knows it: a process id and the end of a pipe."""

    def __init__(self, pid: int, pipe: int, deadline: float) -> None:
        self.pid = pid
        self.pipe = pipe
        self.deadline = deadline
        self.left = MAX_ANSWER
        self.status: int | None = None

    @classmethod
    def born(cls, file: Path, limits: Limits, sabotage: Callable[[], object] | None) -> "_Child":
        """Fork. The deadline runs from now."""
        pipe, pen = os.pipe()
        worker = os.getpid()
        pid = os.fork()
        if pid == 0:
            _live(file, pen, limits, worker, sabotage)
        os.close(pen)
        return cls(pid, pipe, time.monotonic() + limits.deadline)

    def messages(self) -> Iterator[Photo | Print | Refused]:
        """Yield what the child says until it is done.

        Raises EOFError where it died, TimeoutError at the deadline, ValueError and its like for
        nonsense.
        """
        message: Photo | Print | Refused | None = None
        while not isinstance(message, Refused):
            said, picture = (self._read(size) for size in _FRAME.unpack(self._read(_FRAME.size)))
            message = _understood(json.loads(said), picture)
            if message is None:
                return
            yield message

    def end(self) -> int:
        """Reap the child, dead or alive; return its status."""
        if self.status is None:
            os.close(self.pipe)
            os.kill(self.pid, signal.SIGKILL)  # changes nothing for one that has ended
            _, self.status = os.waitpid(self.pid, 0)
        return self.status

    def _read(self, size: int) -> bytes:
        self.left -= size
        if self.left < 0:
            raise ValueError("too long")
        parts = []
        while size:
            patience = self.deadline - time.monotonic()
            if patience <= 0 or not select.select([self.pipe], [], [], patience)[0]:
                raise TimeoutError
            part = os.read(self.pipe, min(size, 1 << 20))
            if not part:
                raise EOFError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)


def _obituary(status: int) -> Refused:
    """Say what a child died of, from its wait status."""
    if not os.WIFSIGNALED(status):
        return Refused(Refusal.UNDECODABLE, f"exit {os.waitstatus_to_exitcode(status)}")
    cause = signal.Signals(os.WTERMSIG(status))
    tired = cause in (signal.SIGXCPU, signal.SIGKILL)  # the kernel kills who uses too much
    return Refused(Refusal.TOO_COMPLEX if tired else Refusal.UNDECODABLE, cause.name)


_SHAPES = {
    "sha256": r"[0-9a-f]{64}",
    "dhash": r"[0-9a-f]{16}",
    "phash": r"[0-9a-f]{16}",
    "color": r"#[0-9a-f]{6}",
    "placeholder": r"data:image/webp;base64,[A-Za-z0-9+/=]{1,2000}",
}


def _understood(said: dict[str, Any], picture: bytes) -> Photo | Print | Refused | None:
    """Return what the child says; believe nothing that does not have the right shape."""
    kind = said.pop("kind")
    if kind == "refused":
        return Refused(Refusal(said["reason"]), str(said["detail"])[:200])
    if kind == "photo":
        if wrong := [key for key, shape in _SHAPES.items() if not re.fullmatch(shape, said[key])]:
            raise ValueError(wrong)
        taken_at = said.pop("taken_at")
        said["taken_at"] = datetime.fromisoformat(taken_at) if taken_at else None
        said["format"] = Format(said["format"])
        said["width"], said["height"] = int(said["width"]), int(said["height"])
        return Photo(**said)
    if kind == "print":
        sound = said["name"] in ("thumb", "card", "wall") and picture.startswith(b"\xff\xd8\xff")
        if not sound or not 0 < min(said["width"], said["height"]) <= WALL_MAX:
            raise ValueError("no print")
        return Print(said["name"], int(said["width"]), int(said["height"]), picture)
    if kind == "done":
        return None
    raise ValueError(kind)


def _live(
    file: Path, pen: int, limits: Limits, worker: int, sabotage: Callable[[], object] | None
) -> NoReturn:
    """Be the child; never return to the worker's code."""
    try:
        _confine(pen, limits, worker)
        if sabotage:
            sabotage()
        with os.fdopen(pen, "wb") as out:
            _work(file, out)
    finally:
        os._exit(0)


def _confine(pen: int, limits: Limits, worker: int) -> None:
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
    _close_all_but(pen)
    os.nice(limits.nice)
    for what, value in (
        (resource.RLIMIT_AS, _mapped() + limits.memory),
        (resource.RLIMIT_FSIZE, 0),  # it writes into a pipe only
        (resource.RLIMIT_NOFILE, max(limits.files, pen + 1)),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows some of them by name only
            resource.setrlimit(what, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))


def _close_all_but(pen: int) -> None:
    """Leave the child its pen, and /dev/null in place of the worker's input and output."""
    null = os.open(os.devnull, os.O_RDWR)
    for standard in range(3):
        os.dup2(null, standard)
    most = min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 1 << 16)
    os.closerange(3, pen)
    os.closerange(pen + 1, most)


def _mapped() -> int:
    """Return how many bytes of address space are mapped already, as the limit counts them."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _work(file: Path, out: IO[bytes]) -> None:
    """Develop the photo and tell of it."""
    try:
        for made in imaging.develop(file.read_bytes()):
            if isinstance(made, Print):
                size = {"name": made.name, "width": made.width, "height": made.height}
                _say(out, "print", size, made.data)
            else:
                _say(out, "photo", asdict(made))
        _say(out, "done", {})
    except imaging.RefusedError as refused:
        _say(out, "refused", {"reason": refused.reason, "detail": refused.detail})
    except MemoryError:
        _say(out, "refused", {"reason": Refusal.TOO_COMPLEX, "detail": "memory"})
    except FileNotFoundError:
        _say(out, "refused", {"reason": Refusal.LOST, "detail": ""})
    except Exception as error:
        _say(out, "refused", {"reason": Refusal.UNDECODABLE, "detail": repr(error)[:200]})


def _say(out: IO[bytes], kind: str, facts: dict[str, Any], picture: bytes = b"") -> None:
    said = json.dumps({"kind": kind, **facts}, default=datetime.isoformat).encode()
    out.write(_FRAME.pack(len(said), len(picture)) + said + picture)
    out.flush()
