"""A forked child process with next to no rights, and the pipe for its answers."""

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
from mixroom.media import confinement, heap
from mixroom.media.findings import Refused
from mixroom.media.messages import FRAME, MAX_ANSWER
from mixroom.media.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a child; the most demanding photo that is accepted needs a third of them."""

    memory: int = 1 << 30  # bytes, beyond what the worker has mapped
    cpu: int = 15  # seconds
    deadline: float = 30  # seconds; shorter than the lease of a job
    files: int = 48  # open descriptors
    nice: int = 5
    written: int = 0  # bytes in a file; a child that develops a photo writes to its pipe only


class ServerTroubleError(UnavailableError):
    """The server lacks something that the child needs, such as room on the disk."""

    code = "unavailable"


_W = TypeVar("_W")
datetime.strptime("2015", "%Y")  # noqa: DTZ007  a child cannot import what this imports at first use
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PDEATHSIG, _NO_NEW_PRIVS = 1, 38


class Child:
    """A child process, seen by the worker: its process id and the reading end of its pipe."""

    def __init__(self, pid: int, pipe: int, deadline: float) -> None:
        self.pid = pid
        self.pipe = pipe
        self.deadline = deadline
        self.done = False
        self._left = MAX_ANSWER
        self._buffer = b""
        self._status: int | None = None

    @classmethod
    def fork(
        cls,
        work: Callable[[IO[bytes]], None],
        limits: Limits,
        sabotage: Callable[[], object] | None,
        keep: Collection[int] = (),
    ) -> "Child":
        """Fork a child that keeps the descriptors `keep` and calls `work`."""
        pipe, pen = os.pipe()
        worker = os.getpid()
        try:
            pid = os.fork()
        except OSError:  # not enough memory
            os.close(pipe)
            os.close(pen)
            raise
        if pid == 0:
            _run_child(work, pen, limits, worker, sabotage, keep)
        os.close(pen)
        os.set_blocking(pipe, False)
        return cls(pid, pipe, time.monotonic() + limits.deadline)

    def receive(self, parse: Callable[[dict[str, Any], bytes], _W], patience: float) -> list[_W]:
        """Return the findings that the child has sent, waiting up to `patience` seconds.

        If the child died, sent nonsense or is past its deadline, the last finding is a Refused and
        the child is done.
        """
        findings: list[Any] = []
        try:
            ended = self._read(patience)
            for fields, picture in self._messages():
                if fields["kind"] == "trouble":
                    self.done = True
                    raise ServerTroubleError(str(fields["detail"])[:200])
                if fields == {"kind": "done"}:
                    self.done = True
                    return findings
                findings.append(parse(fields, picture))
                if isinstance(findings[-1], Refused):
                    self.done = True
                    return findings
            if ended:
                findings.append(_cause_of_death(self.end()))
        except TimeoutError:
            findings.append(Refused(Refusal.TOO_COMPLEX, "deadline", again=True))
            self.done = True
        except (ValueError, KeyError, TypeError) as error:  # a file took over its decoder
            findings.append(Refused(Refusal.UNDECODABLE, f"garbled answer: {error!r}"[:200]))
            self.done = True
        return findings

    def end(self) -> int:
        """Kill the child if it still runs, and return its wait status."""
        self.done = True
        if self._status is None:
            os.close(self.pipe)
            os.kill(self.pid, signal.SIGKILL)  # no effect on a child that has ended
            _, self._status = os.waitpid(self.pid, 0)
        return self._status

    def _read(self, patience: float) -> bool:
        """Read from the pipe; return whether it has ended. Raises TimeoutError at the deadline."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if not select.select([self.pipe], [], [], min(patience, left))[0]:
            return False
        part = os.read(self.pipe, 1 << 20)
        self._left -= len(part)
        if self._left < 0:
            raise ValueError("too long")
        self._buffer += part
        return not part

    def _messages(self) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Yield the complete messages in the buffer, and remove them from it."""
        while len(self._buffer) >= FRAME.size:
            length, picture_length = FRAME.unpack_from(self._buffer)
            whole = FRAME.size + length + picture_length
            if whole > MAX_ANSWER:
                raise ValueError("too long")
            if len(self._buffer) < whole:
                return
            text = self._buffer[FRAME.size : FRAME.size + length]
            data = self._buffer[FRAME.size + length : whole]
            self._buffer = self._buffer[whole:]
            message = json.loads(text)
            if not isinstance(message, dict):
                raise TypeError("no message")
            yield message, data


def _cause_of_death(status: int) -> Refused:
    """Return the refusal for a child's wait status.

    Only the CPU limit is certainly the picture's fault. When memory is short, the kernel kills any
    child, not necessarily the one that used most.
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
    """Run in the child, and exit; never return to the worker's code."""
    try:
        heap.prepare()
        _confine({pen, *keep}, limits, worker)
        if sabotage:
            sabotage()
        with os.fdopen(pen, "wb") as out:
            work(out)
    finally:
        os._exit(0)


def _confine(keep: Collection[int], limits: Limits, worker: int) -> None:
    """Drop everything that decoding does not need: time, memory, files, sockets, privileges."""
    os.setsid()
    if _LIBC:
        _LIBC.prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        _LIBC.prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != worker:  # the worker died before PDEATHSIG was set
        os._exit(1)
    faulthandler.disable()
    logging.disable()
    gc.freeze()  # else finalisers would close the worker's database connection
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
        with suppress(
            ValueError, OSError
        ):  # macOS has names for some limits that it does not support
            resource.setrlimit(what, (value, value))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
    confinement.enter()


def _close_all_but(keep: Collection[int]) -> None:
    """Close all descriptors but these; make standard input and output /dev/null."""
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
    """Return the bytes of address space that are mapped already, which RLIMIT_AS counts too."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()
