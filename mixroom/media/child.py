"""A forked process with next to no rights, and the pipe on which it answers."""

import ctypes
import faulthandler
import gc
import json
import logging
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NoReturn, TypeVar

from mixroom.core.errors import UnavailableError
from mixroom.media import confinement
from mixroom.media.findings import Refused
from mixroom.media.messages import FRAME, MAX_ANSWER
from mixroom.media.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child; the worst photo that is accepted needs a third of them."""

    memory: int = 1 << 30  # bytes, beyond what the worker has mapped
    cpu: int = 15  # seconds
    deadline: float = 30  # seconds; shorter than the lease of a job
    files: int = 48
    nice: int = 5
    written: int = 0  # bytes of a file; a photo's child writes into its pipe only


class ServerTroubleError(UnavailableError):
    """The child could not go on for want of something that is the server's to give."""

    code = "unavailable"


_W = TypeVar("_W")
datetime.strptime("2015", "%Y")  # noqa: DTZ007  a child cannot import what this imports at first use
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PDEATHSIG, _NO_NEW_PRIVS = 1, 38


class Child:
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
    def fork(
        cls,
        work: Callable[[IO[bytes]], None],
        limits: Limits,
        sabotage: Callable[[], object] | None,
        keep: Collection[int] = (),
    ) -> "Child":
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
            _run_child(work, pen, limits, worker, sabotage, keep)
        os.close(pen)
        os.set_blocking(pipe, False)
        return cls(pid, pipe, time.monotonic() + limits.deadline)

    def hear(self, parse: Callable[[dict[str, Any], bytes], _W], patience: float) -> list[_W]:
        """Return the findings that the child has sent, after `patience` seconds at most.

        If it died, sent nonsense or is past its deadline, the last one is a Refused and the
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
                words.append(parse(said, picture))
                if isinstance(words[-1], Refused):
                    self.done = True
                    return words
            if ended:
                words.append(_cause_of_death(self.end()))
        except TimeoutError:
            words.append(Refused(Refusal.TOO_COMPLEX, "deadline", again=True))
            self.done = True
        except (ValueError, KeyError, TypeError) as error:  # someone took it over
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
        while len(self._heard) >= FRAME.size:
            said, picture = FRAME.unpack_from(self._heard)
            whole = FRAME.size + said + picture
            if whole > MAX_ANSWER:
                raise ValueError("too long")
            if len(self._heard) < whole:
                return
            text = self._heard[FRAME.size : FRAME.size + said]
            data = self._heard[FRAME.size + said : whole]
            self._heard = self._heard[whole:]
            message = json.loads(text)
            if not isinstance(message, dict):
                raise TypeError("no message")
            yield message, data


def _cause_of_death(status: int) -> Refused:
    """Return the refusal that a child's wait status stands for.

    Only the CPU limit surely blames the picture. When memory is short the kernel kills some child,
    which need not be the one that took it.
    """
    if not os.WIFSIGNALED(status):
        code = os.waitstatus_to_exitcode(status)
        return Refused(Refusal.UNDECODABLE, f"exit {code}", again=True)
    cause = signal.Signals(os.WTERMSIG(status))
    if cause is signal.SIGXCPU:
        return Refused(Refusal.TOO_COMPLEX, cause.name)
    tired = cause is signal.SIGKILL
    return Refused(Refusal.TOO_COMPLEX if tired else Refusal.UNDECODABLE, cause.name, again=True)


def _run_child(
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
    """Give up everything that decoding does not need: time, memory, files, sockets, privileges."""
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
