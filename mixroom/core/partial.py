"""A file that arrives in portions over lines that die: what has come stays, and one line writes.

A request that adds bytes takes the file over: an older connection, which may be a phone's that has
lost the Wi-Fi without a word, cannot write another byte, and nobody ever waits for it. A request
that only asks how much is here changes nothing. The fence is a token in a file beside the bytes, so
it holds between processes that share the folder.
"""

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from mixroom.core.errors import ConflictError
from mixroom.core.files import Received, Store, StoreFullError, refuse_full


class SupersededError(ConflictError):
    """Another connection has taken the file over."""

    code = "superseded"


class Partial:
    """The file `name` in the store's folder of what arrives in portions."""

    def __init__(self, store: Store, name: str) -> None:
        folder = store.root / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        self.store = store
        self.path = folder / f"{name}.part"
        self._fence = folder / f"{name}.fence"

    @property
    def size(self) -> int:
        """Return how many bytes have come; 0 where none have."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def take_over(self) -> tuple[str, int]:
        """Shut everyone else out; return the token to write with, and how many bytes are here."""
        token = secrets.token_hex(8)
        with self._locked() as fence:
            os.pwrite(fence, token.encode(), 0)
            return token, self.size

    @contextmanager
    def writing(self, token: str, offset: int) -> Iterator["Pen"]:
        """Write from `offset` on; what was written is on the disk at the end, however it ends."""
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield Pen(self, number, token, offset)
        finally:
            self.store.apart(lambda: os.fsync(number))
            os.close(number)

    def whole(self, sha256: str = "") -> Received:
        """Return the file as received; `sha256` is what it is said to be, not what it is."""
        return Received(self.path, self.size, sha256)

    def forget(self) -> None:
        """Delete what has come."""
        self.path.unlink(missing_ok=True)
        self._fence.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the fence. Nothing in here waits: it is held for microseconds."""
        number = os.open(self._fence, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield number
        finally:
            os.close(number)


class Pen:
    """Writes a partial file for as long as nobody else takes it over."""

    def __init__(self, partial: Partial, number: int, token: str, start: int) -> None:
        self._partial = partial
        self._number = number
        self._token = token
        self._start = start
        self.at = start

    def write(self, data: bytes) -> None:
        """Add bytes; raises SupersededError and StoreFullError."""
        with self._held():
            try:
                self._partial.store.must_leave_the_reserve()
                os.pwrite(self._number, data, self.at)
            except (OSError, StoreFullError) as error:
                refuse_full(error)
                raise
        self.at += len(data)

    def undo(self) -> None:
        """Take back what this pen wrote; raises SupersededError."""
        with self._held():
            os.ftruncate(self._number, self._start)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._partial._locked() as fence:
            if os.pread(fence, 64, 0).decode() != self._token:
                raise SupersededError
            yield
