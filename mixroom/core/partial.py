"""Files that arrive in portions, over connections that may break; one request writes at a time.

A request that adds bytes takes the file over: an older connection, perhaps of a phone that has lost
the Wi-Fi silently, can write no further byte, and no request waits for it. A request that only asks
for the size changes nothing. A token in a file beside the bytes is the fence, so it works between
processes that share the folder.
"""

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mixroom.core.files import StoreFullError, SupersededError
from mixroom.core.received_file import ReceivedFile, must_leave_free, refuse_full


class DiskPartial:
    """The file `path` with the suffix `.part`, and its fence beside it."""

    def __init__(
        self, path: Path, reserve: int, apart: Callable[[Callable[[], None]], object]
    ) -> None:
        self.path = path.with_name(f"{path.name}.part")
        self.reserve = reserve
        self._fence = path.with_name(f"{path.name}.fence")
        self._apart = apart

    @property
    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def take_over(self) -> tuple[str, int]:
        """Stop any other writer; return a token for `writing`, and the size in bytes."""
        token = secrets.token_hex(8)
        with self._locked() as fence:
            os.pwrite(fence, token.encode(), 0)
            return token, self.size

    @contextmanager
    def writing(self, token: str, offset: int) -> Iterator["DiskPen"]:
        """Write from byte `offset`; the written bytes are flushed even if the block raises."""
        number = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            yield DiskPen(self, number, token, offset)
        finally:
            self._apart(lambda: os.fsync(number))
            os.close(number)

    def whole(self) -> ReceivedFile:
        """Return the complete file, without a hash."""
        return ReceivedFile(self.path, self.size, "")

    def forget(self) -> None:
        """Delete the file."""
        self.path.unlink(missing_ok=True)
        self._fence.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Lock the fence, for microseconds: code in the block must not wait."""
        number = os.open(self._fence, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(number, fcntl.LOCK_EX)
            yield number
        finally:
            os.close(number)


class DiskPen:
    """Writes a partial file until another request takes it over."""

    def __init__(self, partial: DiskPartial, number: int, token: str, start: int) -> None:
        self._partial = partial
        self._number = number
        self._token = token
        self._start = start
        self.at = start

    def write(self, data: bytes) -> None:
        """Append bytes; raises SupersededError and StoreFullError."""
        with self._held():
            try:
                must_leave_free(self._partial.reserve, self._partial.path.parent)
                os.pwrite(self._number, data, self.at)
            except (OSError, StoreFullError) as error:
                refuse_full(error)
                raise
        self.at += len(data)

    def undo(self) -> None:
        """Remove the bytes that this pen has written; raises SupersededError."""
        with self._held():
            os.ftruncate(self._number, self._start)

    @contextmanager
    def _held(self) -> Iterator[None]:
        with self._partial._locked() as fence:
            if os.pread(fence, 64, 0).decode() != self._token:
                raise SupersededError
            yield
