"""The media store in a folder on a disk.

A file is written to `incoming/`, hashed while it arrives, flushed to the disk and only then
renamed: a name in the store is always a complete file, even after a power cut.
"""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from mixroom.core import ids
from mixroom.core.files import (
    CHUNK,
    Opened,
    Received,
    Room,
    Store,
    StoreFullError,
    TooLargeError,
    checked,
)
from mixroom.core.partial import DiskPartial
from mixroom.core.received_file import ReceivedFile, must_leave_free, refuse_full


class DiskStore(Store):
    """A media store in the folder `root`; receiving files leaves `reserve` bytes of the disk free.

    The server's own files need the reserve: the database, and the renditions of photos that are
    already received. `apart` runs a function that waits for the disk; the web process gives one
    that uses a thread, so that a slow disk does not hold up other requests.
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

    def incoming(self, limit: int, *, reserved: bool = True) -> "DiskIncoming":
        """Start to receive a file of at most `limit` bytes into the folder `incoming`."""
        return DiskIncoming(self._arrivals(), limit, self.reserve if reserved else 0, self.apart)

    def draft(self) -> "DiskDraft":
        """Start a file for a slow writer."""
        return DiskDraft(self._arrivals())

    def partial(self, name: str) -> DiskPartial:
        """Return the file that arrives in portions under `name`, in the folder `partial`."""
        folder = self.root / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        return DiskPartial(folder / checked(name), self.reserve, self.apart)

    def keep(self, received: Received, name: str) -> None:
        """Give a received file its name; it replaces an earlier file of that name."""
        assert isinstance(received, ReceivedFile), "another store has received it"
        path = self.path(name)
        fresh = not path.parent.exists()
        path.parent.mkdir(parents=True, exist_ok=True)
        os.replace(received.path, path)

        def settle() -> None:
            _flush_folder(path.parent)
            if fresh:
                _flush_folder(path.parent.parent)

        self.apart(settle)

    def open(self, name: str) -> Opened:
        """Open a file for reading."""
        stream = self.path(name).open("rb")
        facts = os.fstat(stream.fileno())
        return Opened(stream, facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC))

    def pieces(self, name: str) -> "DiskPieces":
        """Open a large file to be sent in pieces."""
        return DiskPieces(self.path(name), self.apart)

    def local(self, name: str) -> BinaryIO:
        """Open the file itself for reading; no copy is made."""
        return self.path(name).open("rb")

    def path(self, name: str) -> Path:
        """Return the path for a name, whether or not the file exists; raises ValueError."""
        return self.root / checked(name)

    def names(self, folder: str) -> list[str]:
        """Return the sorted names of a folder's files."""
        path = self.path(folder)
        return sorted(f"{folder}/{each.name}" for each in path.iterdir()) if path.is_dir() else []

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with its files, if it exists."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
            return
        path.unlink(missing_ok=True)
        with suppress(OSError):  # not the last one of its folder
            if path.parent != self.root:
                path.parent.rmdir()

    def sweep(self, older_than: timedelta) -> int:
        """Delete abandoned files in `incoming`; return how many."""
        oldest = time.time() - older_than.total_seconds()
        abandoned = [path for path in self._arriving() if _touched(path) < oldest]
        for path in abandoned:
            path.unlink(missing_ok=True)
        return len(abandoned)

    def probe(self) -> None:
        """Write a file and delete it; raises OSError and StoreFullError."""
        incoming = self.incoming(CHUNK)
        try:
            incoming.write(b"is this folder writable?")
        finally:
            incoming.discard()

    def check(self) -> str | None:
        """Return a sentence on why the folder cannot be used, or None if it can."""
        try:
            self.probe()
        except StoreFullError:
            return f"The uploads folder {self.root} has less free space than is to be left free."
        except OSError as error:
            return f"The uploads folder {self.root} cannot be written: {error.strerror}."
        return None

    def free(self) -> Room | None:
        """Return the room on the folder's disk, or None if the folder is not there."""
        try:
            disk = os.statvfs(self.root)
        except OSError:
            return None
        free = disk.f_bavail * disk.f_frsize
        return Room(free, disk.f_blocks * disk.f_frsize, is_full=free < self.reserve)

    def _arrivals(self) -> Path:
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _arriving(self) -> Iterator[Path]:
        with suppress(FileNotFoundError):
            yield from (self.root / "incoming").iterdir()


class DiskPieces:
    """A large file, read in pieces by `apart`, so that the disk holds up nobody else."""

    def __init__(self, path: Path, apart: Callable[[Callable[[], None]], object]) -> None:
        self.size = path.stat().st_size
        self._path = path
        self._number: int | None = None
        self._apart = apart
        self._at = 0

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._number is None:  # not earlier: a response without a body is never closed
            self._number = os.open(self._path, os.O_RDONLY)
        number, pieces = self._number, list[bytes]()
        self._apart(lambda: pieces.append(os.pread(number, CHUNK, self._at)))
        if not pieces[0]:
            raise StopIteration
        self._at += len(pieces[0])
        time.sleep(0)
        return pieces[0]

    def seekable(self) -> bool:
        """Return True: a video player asks for parts of the file."""
        return True

    def seek(self, at: int) -> None:
        """Continue at byte `at`."""
        self._at = at

    def tell(self) -> int:
        """Return the position of the next byte."""
        return self._at

    def close(self) -> None:
        """Close the file."""
        if self._number is not None:
            os.close(self._number)
            self._number = None


class DiskIncoming:
    """A file that is arriving: write to it, then call `finish`; otherwise it is discarded."""

    def __init__(
        self,
        folder: Path,
        limit: int,
        reserve: int,
        apart: Callable[[Callable[[], None]], object],
    ) -> None:
        self.limit = limit
        self.bytes = 0
        self.path = folder / ids.new()
        self._reserve = reserve
        self._apart = apart
        self._digest = hashlib.sha256()
        self._file: BinaryIO | None = self.path.open("xb")

    def __enter__(self) -> "DiskIncoming":
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def write(self, data: bytes) -> int:
        """Append bytes; raises TooLargeError and StoreFullError, after which the file is gone."""
        assert self._file, "finished or discarded"
        if self.bytes + len(data) > self.limit:
            self.discard()
            raise TooLargeError
        try:
            self._file.write(data)
            must_leave_free(self._reserve, self.path.parent)
        except (OSError, StoreFullError) as error:
            self.discard()
            refuse_full(error)
            raise
        self.bytes += len(data)
        self._digest.update(data)
        return len(data)

    def finish(self) -> ReceivedFile:
        """Flush the file to the disk and return it; raises StoreFullError."""
        assert self._file, "finished or discarded"
        file, self._file = self._file, None
        try:
            with file:
                file.flush()
                self._apart(lambda: os.fsync(file.fileno()))
        except OSError as error:
            self.path.unlink(missing_ok=True)
            refuse_full(error)
            raise
        return ReceivedFile(self.path, self.bytes, self._digest.hexdigest())

    def discard(self) -> None:
        """Delete the file unless it is finished."""
        if self._file:
            file, self._file = self._file, None
            with suppress(OSError):  # closing flushes the buffer, and the disk may be full
                file.close()
            self.path.unlink(missing_ok=True)


class DiskDraft:
    """An anonymous file: if its writer is killed, nothing of it is left on the disk.

    `number` is its descriptor. On a file system without anonymous files it has a name in
    `incoming`, from which `sweep` deletes it.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / ids.new()
        try:
            self.number = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
            self._named = False
        except (AttributeError, OSError):
            self.number = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self._named = True

    def finish(self) -> ReceivedFile:
        """Flush the file to the disk and return it."""
        os.fsync(self.number)
        with open(self.number, "rb", closefd=False) as file:
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
        if not self._named:
            folder = os.open(
                self._path.parent, os.O_RDONLY
            )  # given dst_dir_fd, os.link follows the symbolic link
            os.link(f"/proc/self/fd/{self.number}", self._path.name, dst_dir_fd=folder)
            os.close(folder)
            self._named = True
        os.close(self.number)
        self.number = -1
        return ReceivedFile(self._path, size, digest)

    def discard(self) -> None:
        """Delete the file unless it is finished."""
        if self.number < 0:
            return
        os.close(self.number)
        self.number = -1
        if self._named:
            self._path.unlink(missing_ok=True)


def _flush_folder(folder: Path) -> None:
    """Flush a folder to the disk, so that a new name in it survives a power cut."""
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
