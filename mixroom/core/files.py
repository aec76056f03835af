"""The media store: files in a folder, received whole or not at all.

A file is written to `incoming/`, hashed while it arrives, flushed to the disk and only then
renamed into place: a name in the store is always a complete file, also after a power cut.
"""

import hashlib
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import BinaryIO

from mixroom.core import ids
from mixroom.core.errors import MixroomError, UnavailableError

CHUNK = 64 << 10  # a quarter of a millisecond to hash: nobody else in the process waits longer
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}(/[a-z0-9][a-z0-9-]{0,79}(\.[a-z0-9]{1,8})?)?")


class StoreFullError(UnavailableError):
    """There is no room left; what is there is safe, and trying again later is right."""

    code = "store_full"


class TooLargeError(MixroomError):
    """The file has more bytes than are accepted."""

    code = "too_large"


@dataclass(frozen=True, slots=True)
class Received:
    """A complete file that has no name yet; `kept` or discarded by whoever received it."""

    path: Path
    bytes: int
    sha256: str

    def discard(self) -> None:
        """Forget the file."""
        self.path.unlink(missing_ok=True)


def head(received: Received) -> bytes:
    """Return the first 64 bytes of a file that was received."""
    with received.path.open("rb") as file:
        return file.read(64)


class Store:
    """The folder `root`; what is received leaves `reserve` bytes of the disk free.

    The reserve is for what the server writes itself: with it the database and the photos that are
    already here can be finished on a disk that takes no more.
    `apart` is called with what waits for the disk: the web process has it done in a thread, so
    that a slow disk does not stop everyone.
    """

    def __init__(
        self,
        root: Path,
        reserve: int = 0,
        apart: Callable[[Callable[[], None]], object] = lambda wait: wait(),
    ) -> None:
        self.root = root
        self.reserve = reserve
        self.apart = apart

    def must_leave_the_reserve(self, reserve: int | None = None) -> None:
        """Raise StoreFullError where less than the reserve is free."""
        disk = os.statvfs(self.incoming)
        if disk.f_bavail * disk.f_frsize < (self.reserve if reserve is None else reserve):
            raise StoreFullError

    def probe(self) -> None:
        """Write something and delete it again; raises OSError and StoreFullError."""
        incoming = Incoming(self, CHUNK)
        try:
            incoming.write(b"is this folder writable?")
        finally:
            incoming.discard()

    def check(self) -> str | None:
        """Say in a sentence why the store cannot be used; None where all is well."""
        try:
            self.probe()
        except StoreFullError:
            return f"The uploads folder {self.root} has less free space than is to be left free."
        except OSError as error:
            return f"The uploads folder {self.root} cannot be written: {error.strerror}."
        return None

    def receive(self, stream: BinaryIO, limit: int) -> Received:
        """Read a stream to its end; at most `limit` bytes are accepted.

        Raises TooLargeError and StoreFullError, and leaves nothing behind then.
        """
        with Incoming(self, limit) as incoming:
            while chunk := stream.read(CHUNK):
                incoming.write(chunk)
                time.sleep(0)  # in the web process: let the others have their turn
            return incoming.finish()

    def keep(self, received: Received, name: str) -> Path:
        """Give a received file its name; an earlier file of that name is replaced."""
        path = self.path(name)
        fresh = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(received.path, path)

        def settle() -> None:
            _flush_folder(path.parent)
            if fresh:
                _flush_folder(path.parent.parent)

        self.apart(settle)
        return path

    def write(self, data: bytes, name: str) -> Path:
        """Keep what the server made under a name; raises StoreFullError on a disk that is full."""
        with Incoming(self, len(data), reserve=0) as incoming:
            incoming.write(data)
            return self.keep(incoming.finish(), name)

    def draft(self) -> "Draft":
        """Return a file that something may be written into that takes long."""
        return Draft(self)

    def pieces(self, name: str) -> "Pieces":
        """Return a large file to be sent a piece at a time; raises FileNotFoundError."""
        return Pieces(self.path(name), self.apart)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; raises FileNotFoundError."""
        return self.path(name).open("rb")

    def path(self, name: str) -> Path:
        """Return where a file is, or would be.

        Raises ValueError for a name that is not of the store's plain kind, `folder/file.ext`: no
        name that came from outside can leave the folder or be hidden in it.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"not a name for the store: {name!r}")
        return self.root / name

    def names(self, folder: str) -> list[str]:
        """Return the names of a folder's files, as the store knows them."""
        path = self.path(folder)
        return sorted(f"{folder}/{each.name}" for each in path.iterdir()) if path.is_dir() else []

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its files; nothing happens where there is none."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
            return
        path.unlink(missing_ok=True)
        with suppress(OSError):  # not the last one of its folder
            if path.parent != self.root:
                path.parent.rmdir()

    def sweep(self, older_than: timedelta) -> int:
        """Delete what arrived only in part and was abandoned; return how many files."""
        oldest = time.time() - older_than.total_seconds()
        abandoned = [path for path in self._arriving() if _touched(path) < oldest]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)

    @property
    def incoming(self) -> Path:
        """Return the folder of what is arriving, made where it is missing."""
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _arriving(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (self.root / "incoming").iterdir()


class Pieces:
    """A large file in pieces, each read apart, so that nobody else waits for it."""

    def __init__(self, path: Path, apart: Callable[[Callable[[], None]], object]) -> None:
        self.size = path.stat().st_size
        self._path = path
        self._number: int | None = None
        self._apart = apart
        self._at = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._number is None:  # not before, for an answer without a body is never closed
            self._number = os.open(self._path, os.O_RDONLY)
        number, pieces = self._number, list[bytes]()
        self._apart(lambda: pieces.append(os.pread(number, CHUNK, self._at)))
        if not pieces[0]:
            raise StopIteration
        self._at += len(pieces[0])
        time.sleep(0)
        return pieces[0]

    def seekable(self) -> bool:
        """Say that one may begin anywhere: a player asks for parts."""
        return True

    def seek(self, at: int) -> None:
        """Go on from byte `at`."""
        self._at = at

    def tell(self) -> int:
        """Return which byte comes next."""
        return self._at

    def close(self) -> None:
        """Let go of the file."""
        if self._number is not None:
            os.close(self._number)
            self._number = None


class Incoming:
    """A file that is arriving: write to it, then `finish` it; left open it is discarded."""

    def __init__(self, store: Store, limit: int, reserve: int | None = None) -> None:
        self.store = store
        self.limit = limit
        self.reserve = store.reserve if reserve is None else reserve
        self.bytes = 0
        self.path = store.incoming / ids.new()
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = self.path.open("xb")

    def __enter__(self) -> "Incoming":
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def write(self, data: bytes) -> int:
        """Add bytes.

        Raises TooLargeError and StoreFullError; the file is gone then.
        """
        assert self._file, "finished or discarded"
        if self.bytes + len(data) > self.limit:
            self.discard()
            raise TooLargeError
        try:
            self._file.write(data)
            self.store.must_leave_the_reserve(self.reserve)
        except (OSError, StoreFullError) as error:
            self.discard()
            refuse_full(error)
            raise
        self.bytes += len(data)
        self._digest.update(data)
        return len(data)

    def finish(self) -> Received:
        """Flush the file to the disk and return it; raises StoreFullError."""
        assert self._file, "finished or discarded"
        file, self._file = self._file, None
        try:
            with file:
                file.flush()
                self.store.apart(lambda: os.fsync(file.fileno()))
        except OSError as error:
            self.path.unlink(missing_ok=True)
            refuse_full(error)
            raise
        return Received(self.path, self.bytes, self._digest.hexdigest())

    def discard(self) -> None:
        """Forget what arrived; nothing happens once it is finished."""
        if self._file:
            file, self._file = self._file, None
            with suppress(OSError):  # closing writes what is buffered, and the disk may be full
                file.close()
            self.path.unlink(missing_ok=True)


class Draft:
    """A file without a name: whatever ends its writer, nothing of it is left on the disk.

    `number` is its descriptor. Where the file system knows no such files it has a name in
    `incoming`, and what was killed is swept from there.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._path = store.incoming / ids.new()
        try:
            self.number = os.open(store.incoming, os.O_TMPFILE | os.O_RDWR, 0o600)
            self._named = False
        except (AttributeError, OSError):
            self.number = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._named = True

    def finish(self) -> Received:
        """Return what was written, flushed to the disk."""
        os.fsync(self.number)
        with open(self.number, "rb", closefd=False) as file:
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        if not self._named:
            folder = os.open(self._path.parent, os.O_RDONLY)  # with it, link follows the link
            os.link(f"/proc/self/fd/{self.number}", self._path.name, dst_dir_fd=folder)
            os.close(folder)
            self._named = True
        os.close(self.number)
        self.number = -1
        return Received(self._path, size, digest)

    def discard(self) -> None:
        """Forget it; nothing happens once it is finished."""
        if self.number < 0:
            return
        os.close(self.number)
        self.number = -1
        if self._named:
            self._path.unlink(missing_ok=True)


def refuse_full(error: BaseException) -> None:
    """Raise StoreFullError where that is what the system means."""
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
        raise StoreFullError from error


def _flush_folder(folder: Path) -> None:
    """Make a new name in the folder survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _touched(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
