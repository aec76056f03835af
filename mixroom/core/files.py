"""The media store as the product sees it: files by name, as streams and pieces, never by a path.

A file is received whole or not at all, and only then gets its name: a name in the store is always a
complete file. Names are `folder/file.ext`. `mixroom/core/disk.py` keeps the files in a folder; the
tests hold a second store, of objects, to the same contract (ADR 28).
"""

import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol, Self

from mixroom.core.errors import ConflictError, MixroomError, UnavailableError

CHUNK = 64 << 10  # a quarter of a millisecond to hash: nobody else in the process waits longer
Data = bytes  # some classes below have a field called `bytes`
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(/[a-z0-9][a-z0-9-]{0,79}(\.[a-z0-9]{1,8})?)?")


class StoreFullError(UnavailableError):
    """There is no room left; what is there is safe, and trying again later is right."""

    code = "store_full"


class TooLargeError(MixroomError):
    """The file has more bytes than are accepted."""

    code = "too_large"


class SupersededError(ConflictError):
    """Another connection has taken the file over."""

    code = "superseded"


def checked(name: str) -> str:
    """Return a name of the store; raises ValueError for any other text.

    A name that came from outside can neither leave the store nor hide in it.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"not a name for the store: {name!r}")
    return name


class Received(Protocol):
    """A complete file that has no name yet; its receiver has the store keep it, or discards it."""

    @property
    def sha256(self) -> str:
        """Return its hash; empty if nobody has computed it."""
        ...

    def head(self) -> Data:
        """Return its first 64 bytes."""
        ...

    def discard(self) -> None:
        """Forget the file; nothing happens once it is kept."""
        ...

    @property
    def bytes(self) -> int:
        """Return how many bytes it has."""
        ...


class Incoming(Protocol):
    """A file that is arriving: write to it, then `finish` it; left unfinished it is discarded."""

    bytes: int
    limit: int

    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...

    def write(self, data: Data) -> int:
        """Add bytes; raises TooLargeError and StoreFullError, and the file is gone then."""
        ...

    def finish(self) -> Received:
        """Return the complete file, safe from a power cut; raises StoreFullError."""
        ...

    def discard(self) -> None:
        """Forget the bytes that have come; nothing happens once it is finished."""
        ...


class Draft(Protocol):
    """A local file without a name for a writer that takes long; `number` is its descriptor.

    Nothing of it is left, however its writer ends.
    """

    number: int

    def finish(self) -> Received:
        """Return the complete file, safe from a power cut."""
        ...

    def discard(self) -> None:
        """Forget it; nothing happens once it is finished."""
        ...


class Pen(Protocol):
    """Writes a partial file for as long as nobody else takes it over; `at` is the next byte."""

    at: int

    def write(self, data: bytes) -> None:
        """Add bytes; raises SupersededError and StoreFullError."""
        ...

    def undo(self) -> None:
        """Take back the bytes that this pen has written; raises SupersededError."""
        ...


class Partial(Protocol):
    """A file that arrives in portions, from several processes, over lines that die."""

    @property
    def size(self) -> int:
        """Return how many bytes have come; 0 if none have."""
        ...

    def take_over(self) -> tuple[str, int]:
        """Shut everyone else out; return the token to write with, and how many bytes are here."""
        ...

    def writing(self, token: str, offset: int) -> AbstractContextManager[Pen]:
        """Write from `offset` on; the bytes are safe at the end, however it ends."""
        ...

    def whole(self) -> Received:
        """Return the file as received, its hash unknown."""
        ...

    def forget(self) -> None:
        """Delete the bytes that have come."""
        ...


class Pieces(Protocol):
    """A large file in pieces, each read apart, so that nobody else waits for it."""

    size: int

    def __iter__(self) -> Iterator[bytes]: ...
    def __next__(self) -> bytes: ...

    def seekable(self) -> bool:
        """Return True: a player asks for parts."""
        ...

    def seek(self, at: int) -> None:
        """Go on from byte `at`."""
        ...

    def tell(self) -> int:
        """Return which byte comes next."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is open for reading: a stream that can be moved in, and what is known of it."""

    stream: BinaryIO
    size: int
    modified: datetime


class Store(Protocol):
    """The media store. Whatever reads a file raises FileNotFoundError if there is none."""

    def incoming(self, limit: int, *, reserved: bool = True) -> Incoming:
        """Begin to receive a file of at most `limit` bytes.

        With `reserved`, it leaves room free for the files that the server makes itself.
        """
        ...

    def receive(self, stream: BinaryIO, limit: int) -> Received:
        """Read a stream to its end; raises TooLargeError and StoreFullError."""
        with self.incoming(limit) as incoming:
            while chunk := stream.read(CHUNK):
                incoming.write(chunk)
                time.sleep(0)  # in the web process: let the others have their turn
            return incoming.finish()

    def draft(self) -> Draft:
        """Begin a file for a writer that takes long and needs a descriptor."""
        ...

    def partial(self, name: str) -> Partial:
        """Return a file that arrives in portions, whether or not any have come."""
        ...

    def keep(self, received: Received, name: str) -> None:
        """Give a file that this store has received its name; it replaces one of that name."""
        ...

    def write(self, data: bytes, name: str) -> None:
        """Keep a file that the server made; raises StoreFullError."""
        with self.incoming(len(data), reserved=False) as incoming:
            incoming.write(data)
            self.keep(incoming.finish(), name)

    def open(self, name: str) -> Opened:
        """Open a file for reading."""
        ...

    def pieces(self, name: str) -> Pieces:
        """Return a large file to be sent a piece at a time."""
        ...

    def local(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Lend the file as an open local file, which has a descriptor to hand to a child."""
        ...

    def names(self, folder: str) -> list[str]:
        """Return the names of a folder's files, sorted; none if there is no such folder."""
        ...

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its files; nothing happens if there is none."""
        ...

    def sweep(self, older_than: timedelta) -> int:
        """Delete files that arrived only in part and were abandoned; return how many."""
        ...

    def probe(self) -> None:
        """Write something and delete it again; raises OSError and StoreFullError."""
        ...

    def check(self) -> str | None:
        """Return a sentence on why the store cannot be used, or None."""
        ...
