"""A file that is whole on the disk and has no name in the store yet, and a disk that is full."""

import os
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path

from mixroom.core.files import Data, StoreFullError


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that the store on the disk has received, and where."""

    path: Path
    bytes: int
    sha256: str

    def head(self) -> Data:
        """Return its first 64 bytes."""
        with self.path.open("rb") as file:
            return file.read(64)

    def discard(self) -> None:
        """Forget the file; nothing happens once it is kept."""
        self.path.unlink(missing_ok=True)


def must_leave_free(reserve: int, folder: Path) -> None:
    """Raise StoreFullError if less than the reserve is free on the folder's disk."""
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < reserve:
        raise StoreFullError


def refuse_full(error: BaseException) -> None:
    """Raise StoreFullError if that is what the system means."""
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
        raise StoreFullError from error
