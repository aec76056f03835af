"""The doorbell: tells other processes that the journal or the jobs have something new.

It carries nothing, so nothing is lost when it is not heard: everyone who listens also looks by
itself from time to time. Between processes of one machine it is a datagram to each listener's
socket in one folder; `ring_also` adds what reaches other machines (Redis).
"""

import contextlib
import hashlib
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

_folder: Path | None = None
_further: list[Callable[[], None]] = []


def place(identity: str) -> None:
    """Choose the folder in which the processes of one installation meet.

    It lies under the system's temporary folder since a socket's path may have 100 bytes at most.
    """
    global _folder
    name = hashlib.sha256(identity.encode()).hexdigest()[:12]
    _folder = Path(tempfile.gettempdir()) / f"mixroom-{os.getuid()}-{name}"
    _folder.mkdir(mode=0o700, exist_ok=True)


def ring_also(call: Callable[[], None]) -> None:
    """Have `call` called at every ring."""
    _further.append(call)


def ring() -> None:
    """Wake every listener; never waits and never fails."""
    ring_here()
    for call in _further:
        call()


def ring_here() -> None:
    """Wake the listeners of this machine only."""
    for path in _folder.glob("*.sock") if _folder else ():
        _ring(path)


def listen() -> socket.socket:
    """Return a datagram socket that becomes readable at every ring."""
    assert _folder is not None, "place() first"
    path = _folder / f"{os.getpid()}-{os.urandom(3).hex()}.sock"
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(str(path))
    return bell


def drain(bell: socket.socket) -> None:
    """Take what has been rung so far, so that the next wait sees only what comes after."""
    bell.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while bell.recv(1):
            pass


def close(bell: socket.socket) -> None:
    """Stop listening."""
    with contextlib.suppress(OSError):
        os.unlink(bell.getsockname())
    bell.close()


def _ring(path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as caller:
        caller.setblocking(False)
        try:
            caller.sendto(b"!", str(path))
        except BlockingIOError:
            pass  # its queue is full: it will wake anyway
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()  # its process is gone
