"""Complete files that have no name in the store yet, and the detection of a full disk."""

import os
from dataclasses import dataclass
from errno import EDQUOT, ENOSPC
from pathlib import Path

from mixroom.core.files import Data, StoreFullError


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A complete file on the disk, with its path, size in bytes and hash in hex."""

    path: Path
    bytes: int
    sha256: str

    def head(self) -> Data:
        """Return the first 64 bytes."""
        with self.path.open("rb") as file:
            return file.read(64)

    def discard(self) -> None:
        """Delete the file unless the store has kept it."""
        self.path.unlink(missing_ok=True)


def must_leave_free(reserve: int, folder: Path) -> None:
    """Raise StoreFullError if the folder's disk has less than `reserve` bytes free."""
    disk = os.statvfs(folder)
    if disk.f_bavail * disk.f_frsize < reserve:
        raise StoreFullError


def refuse_full(error: BaseException) -> None:
    """Raise StoreFullError if the error means a full disk or an exceeded quota."""
    if isinstance(error, OSError) and error.errno in (ENOSPC, EDQUOT):
        raise StoreFullError from error
