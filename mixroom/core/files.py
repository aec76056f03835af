"""The interface of the media store: files by name, as streams and pieces, without paths.

A file gets its name only once it is received completely, so a name in the store is always a
complete file. Names are `folder/file.ext`. `mixroom/core/disk.py` keeps the files in a folder; the
tests hold an object store to the same contract (ADR 28).
"""

import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol, Self

from mixroom.core.errors import ConflictError, MixroomError, UnavailableError

CHUNK = 64 << 10  # bytes; a quarter of a millisecond to hash, so that nothing else waits longer
Data = bytes  # some classes below have a field called `bytes`
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(/[a-z0-9][a-z0-9-]{0,79}(\.[a-z0-9]{1,8})?)?")


class StoreFullError(UnavailableError):
    """The store is full; its files are safe, and the client should try again later."""

    code = "store_full"


class TooLargeError(MixroomError):
    """The file has more bytes than the limit."""

    code = "too_large"


class SupersededError(ConflictError):
    """Another connection has taken the file over."""

    code = "superseded"


def checked(name: str) -> str:
    """Return a valid name of the store; raises ValueError for any other text.

    So a name from outside can neither leave the store nor be a hidden file.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for the store: {name!r}")
    return name


class Received(Protocol):
    """A complete file without a name; pass it to `Store.keep`, or call `discard`."""

    @property
    def sha256(self) -> str:
        """Return the hash in hex; empty if it was not computed."""
        ...

    def head(self) -> Data:
        """Return the first 64 bytes."""
        ...

    def discard(self) -> None:
        """Delete the file unless the store has kept it."""
        ...

    @property
    def bytes(self) -> int:
        """Return the size in bytes."""
        ...


class Incoming(Protocol):
    """A file that is arriving: write to it, then call `finish`; otherwise it is discarded."""

    bytes: int
    limit: int

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def write(self, data: Data) -> int:
        """Append bytes; raises TooLargeError and StoreFullError, after which the file is gone."""
        ...

    def finish(self) -> Received:
        """Save the file so that it survives a power cut, and return it; raises StoreFullError."""
        ...

    def discard(self) -> None:
        """Delete the file unless it is finished."""
        ...


class Draft(Protocol):
    """A local anonymous file for a slow writer; `number` is its descriptor.

    If its writer is killed, nothing of it is left.
    """

    number: int

    def finish(self) -> Received:
        """Save the file so that it survives a power cut, and return it."""
        ...

    def discard(self) -> None:
        """Delete the file unless it is finished."""
        ...


class Pen(Protocol):
    """Writes a partial file until another request takes it over; `at` is the next position."""

    at: int

    def write(self, data: bytes) -> None:
        """Append bytes; raises SupersededError and StoreFullError."""
        ...

    def undo(self) -> None:
        """Remove the bytes that this pen has written; raises SupersededError."""
        ...


class Partial(Protocol):
    """A file that arrives in portions, over several requests and processes."""

    @property
    def size(self) -> int:
        """Return the number of bytes that have arrived."""
        ...

    def take_over(self) -> tuple[str, int]:
        """Stop any other writer; return a token for `writing`, and the size in bytes."""
        ...

    def writing(self, token: str, offset: int) -> AbstractContextManager[Pen]:
        """Write from byte `offset`; the written bytes are saved even if the block raises."""
        ...

    def whole(self) -> Received:
        """Return the complete file, without a hash."""
        ...

    def forget(self) -> None:
        """Delete the file."""
        ...


class Pieces(Protocol):
    """A large file that is read in pieces, without holding up other requests."""

    size: int

    def __iter__(self) -> Iterator[bytes]: ...
    def __next__(self) -> bytes: ...

    def seekable(self) -> bool:
        """Return True: a video player asks for parts of the file."""
        ...

    def seek(self, at: int) -> None:
        """Continue at byte `at`."""
        ...

    def tell(self) -> int:
        """Return the position of the next byte."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open for reading: a seekable stream, its size in bytes, its age."""

    stream: BinaryIO
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Room:
    """The room in a store: `free` and `total` bytes; once it `is_full`, uploads are refused."""

    free: int
    total: int
    is_full: bool = False

    @property
    def percent(self) -> float:
        """Return the free part in percent."""
        return 100 * self.free / self.total if self.total else 0.0


class Store(Protocol):
    """The media store; reading a file that does not exist raises FileNotFoundError."""

    def incoming(self, limit: int, *, reserved: bool = True) -> Incoming:
        """Start to receive a file of at most `limit` bytes.

        With `reserved`, some room stays free for files that the server makes.
        """
        ...

    def receive(self, stream: BinaryIO, limit: int) -> Received:
        """Read a stream to its end; raises TooLargeError and StoreFullError."""
        with self.incoming(limit) as incoming:
            while chunk := stream.read(CHUNK):
                incoming.write(chunk)
                time.sleep(0)  # in the web process: gives other green threads their turn
            return incoming.finish()

    def draft(self) -> Draft:
        """Start a file for a slow writer that needs a descriptor."""
        ...

    def partial(self, name: str) -> Partial:
        """Return the file that arrives in portions under `name`; it may still be empty."""
        ...

    def keep(self, received: Received, name: str) -> None:
        """Give a received file its name; it replaces an earlier file of that name."""
        ...

    def write(self, data: bytes, name: str) -> None:
        """Save a file that the server made; raises StoreFullError."""
        with self.incoming(len(data), reserved=False) as incoming:
            incoming.write(data)
            self.keep(incoming.finish(), name)

    def open(self, name: str) -> Opened:
        """Open a file for reading."""
        ...

    def pieces(self, name: str) -> Pieces:
        """Open a large file to be sent in pieces."""
        ...

    def local(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open the file as a local one, which has a descriptor that a child process can inherit."""
        ...

    def names(self, folder: str) -> list[str]:
        """Return the sorted names of a folder's files; none if there is no such folder."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its files, if it exists."""
        ...

    def sweep(self, older_than: timedelta) -> int:
        """Delete abandoned incoming files; return how many."""
        ...

    def probe(self) -> None:
        """Write a file and delete it; raises OSError and StoreFullError."""
        ...

    def check(self) -> str | None:
        """Return a sentence on why the store cannot be used, or None if it can."""
        ...

    def free(self) -> Room | None:
        """Return the room that is left, or None if the store has no limit that it knows."""
        return None
