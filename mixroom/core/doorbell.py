"""The doorbell: wakes other processes when the journal or the jobs have something new.

A ring carries no content and may get lost: every listener also polls from time to time. Between
processes on one machine a ring is a datagram to each listener's socket in one folder; `ring_also`
adds a way to reach other machines (Redis).
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
    """Choose the folder for the sockets of one installation's processes.

    It is in the system's temporary folder, because the path of a socket is limited to 100 bytes.
    """
    global _folder
    name = hashlib.sha256(identity.encode()).hexdigest()[:12]
    _folder = Path(tempfile.gettempdir()) / f"mixroom-{os.getuid()}-{name}"


def ring_also(call: Callable[[], None]) -> None:
    """Call a function at every ring."""
    _further.append(call)


def ring() -> None:
    """Wake every listener; never blocks and never fails."""
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
    _folder.mkdir(mode=0o700, exist_ok=True)
    path = _folder / f"{os.getpid()}-{os.urandom(3).hex()}.sock"
    bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bell.bind(str(path))
    return bell


def drain(bell: socket.socket) -> None:
    """Discard the rings that have come, so that the next wait sees only new ones."""
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
            pass  # its queue is full, so it will wake up anyway
        except OSError:
            with contextlib.suppress(OSError):
                path.unlink()  # its process is gone
