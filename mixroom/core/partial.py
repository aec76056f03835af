"""A file that arrives in portions over lines that die: what has come stays, and one line writes.

A request that adds bytes takes the file over: an older connection, which may be a phone's that has
lost the Wi-Fi without a word, cannot write another byte, and nobody ever waits for it. A request
that only asks how much is here changes nothing. The fence is a token in a file beside the bytes, so
it holds between processes that share the folder.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mixroom.core.files import StoreFullError, SupersededError
from mixroom.core.landed import Landed, must_leave_free, refuse_full


class DiskPartial:
    """The file `path` with `.part` after it, and its fence beside it."""

    def __init__(
        self, path: Path, reserve: int, apart: Callable[[Callable[[], None]], object]
    ) -> None:
        self.path = path.with_name(f"{path.name}.part")
        self.reserve = reserve
        self._fence = path.with_name(f"{path.name}.fence")
        self._apart = apart

    @property
    def size(self) -> int:
        """Return how many bytes have come; 0 if none have."""
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
    def writing(self, token: str, offset: int) -> Iterator["DiskPen"]:
        """Write from `offset` on; what was written is on the disk at the end, however it ends."""
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield DiskPen(self, number, token, offset)
        finally:
            self._apart(lambda: os.fsync(number))
            os.close(number)

    def whole(self) -> Landed:
        """Return the file as received, its hash unknown."""
        return Landed(self.path, self.size, "")

    def forget(self) -> None:
        """Delete the bytes that have come."""
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


class DiskPen:
    """Writes a partial file for as long as nobody else takes it over."""

    def __init__(self, partial: DiskPartial, number: int, token: str, start: int) -> None:
        self._partial = partial
        self._number = number
        self._token = token
        self._start = start
        self.at = start

    def write(self, data: bytes) -> None:
        """Add bytes; raises SupersededError and StoreFullError."""
        with self._held():
            try:
                must_leave_free(self._partial.reserve, self._partial.path.parent)
                os.pwrite(self._number, data, self.at)
            except (OSError, StoreFullError) as error:
                refuse_full(error)
                raise
        self.at += len(data)

    def undo(self) -> None:
        """Take back the bytes that this pen has written; raises SupersededError."""
        with self._held():
            os.ftruncate(self._number, self._start)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._partial._locked() as fence:
            if os.pread(fence, 64, 0).decode() != self._token:
                raise SupersededError
            yield
