"""Child processes: started by exec, ended with their parent, restarted when they die.

Never by fork: a forked copy of a process with green threads, sockets or database connections would
share them with its parent.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType

LINE = "MIXROOM_PARENT_FD"
GRACE = 15.0  # seconds for a child to end by itself
POLL = 0.2  # seconds between two looks for a signal or a dead child
MAX_SILENCE = {"web": 10.0, "work": 120.0}  # seconds without a sign of life
RESTART_INTERVAL = 2.0  # seconds between two starts of a child that cannot run


class Child:
    """A child process and the socket to it; the child ends when the socket closes."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.arguments = arguments
        self.started = self.heard = time.monotonic()
        self.ready = False
        ours, theirs = socket.socketpair()
        theirs.set_inheritable(True)
        self._line = ours
        self.process = subprocess.Popen(  # noqa: S603  our own program
            [sys.executable, "-m", "mixroom", *arguments],
            env={**os.environ, LINE: str(theirs.fileno())},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
        )
        theirs.close()

    def wait_ready(self, patience: float = 60.0) -> bool:
        """Wait up to `patience` seconds until the child is ready; return False if it is not."""
        self._line.settimeout(patience)
        try:
            self.ready = self._line.recv(1) == b"+"
        except OSError:
            return False
        self.heard = time.monotonic()
        return self.ready

    def tell_prepared(self) -> None:
        """Let the child begin, now that the database is ready for it."""
        with suppress(OSError):  # it has died; it will be started again
            self._line.send(b"+")

    def is_hung(self) -> bool:
        """Return whether the child has stopped giving signs of life."""
        with suppress(OSError):
            self._line.setblocking(False)
            while signs := self._line.recv(4096):
                self.ready, self.heard = True, time.monotonic()
                if len(signs) < 4096:  # noqa: PLR2004
                    break
        silence = MAX_SILENCE.get(self.arguments[0])
        return bool(self.ready and silence is not None and time.monotonic() - self.heard > silence)

    def close(self) -> None:
        """Close the socket."""
        self._line.close()


class Supervisor:
    """Keeps child processes running until SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._prepared = False
        self._stopping = False  # not an Event: a signal handler must not wait for its lock
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)

    def start(self, *arguments: str) -> Child:
        """Start a child that runs `mixroom` with these arguments."""
        child = Child(arguments)
        self._children.append(child)
        if self._prepared:
            child.tell_prepared()
        return child

    def prepared(self) -> None:
        """Let the children begin that were started before everything was prepared."""
        self._prepared = True
        for child in self._children:
            child.tell_prepared()

    def stop(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """Make `run` end, and every child with it."""
        self._stopping = True

    def run(self) -> int:
        """Restart children that die or hang, until stopped; return the exit code."""
        while not self._stopping:
            time.sleep(POLL)
            for child in list(self._children):
                try:
                    self._look_after(child)
                except OSError as error:  # no process or no memory left: try again at the next look
                    print(f"mixroom: {child.arguments[0]}: {error}", file=sys.stderr)
        return self.end()

    def _look_after(self, child: Child) -> None:
        if child.is_hung():
            print(f"mixroom: {child.arguments[0]} gives no sign of life; ended", file=sys.stderr)
            child.process.kill()
            child.process.wait(GRACE)
        rested = time.monotonic() - child.started >= RESTART_INTERVAL
        if rested and child.process.poll() is not None:
            self._restart(child)

    def end(self) -> int:
        """Terminate every child, and kill those that do not end within GRACE."""
        for child in self._children:
            with suppress(ProcessLookupError):
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self._children:
            try:
                child.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
            child.close()
        return 0

    def _restart(self, child: Child) -> None:
        child.close()
        self._children.remove(child)
        print(f"mixroom: {child.arguments[0]} ended; starting it again", file=sys.stderr)
        self.start(*child.arguments)


def is_child() -> bool:
    """Return whether a supervisor started this process."""
    return LINE in os.environ


def wait_until_prepared() -> None:
    """In a child, wait until the parent has prepared the database; exit if it could not."""
    if (line := _line()) is not None and line.recv(1) != b"+":
        os._exit(1)


def environment() -> dict[str, str]:
    """Return the environment for another program, which is no child of this one's supervisor."""
    return {name: value for name, value in os.environ.items() if name != LINE}


def follow_parent(end: Callable[[], None]) -> None:
    """In a child, call `end` when the parent has gone, even if it was killed."""
    if (line := _line()) is None:
        return

    def watch() -> None:
        with suppress(OSError):
            while line.recv(1):
                pass
        end()

    threading.Thread(target=watch, daemon=True).start()


def tell_parent_ready() -> None:
    """In a child, report that it is ready."""
    if (line := _line()) is not None:
        line.send(b"+")


def tell_parent_alive() -> None:
    """In a child, send a sign of life; call it every second, or as often as the work allows."""
    if (line := _line()) is not None:
        with suppress(OSError):  # the parent does not read, or has gone
            line.send(b".", socket.MSG_DONTWAIT)


_kept: list[socket.socket] = []


def _line() -> socket.socket | None:
    if not _kept and LINE in os.environ:
        _kept.append(socket.socket(fileno=int(os.environ[LINE])))
    return _kept[0] if _kept else None
