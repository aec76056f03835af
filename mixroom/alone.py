"""One server and one worker for each database: a lock that lasts as long as the process."""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from mixroom.core.errors import StartError
from mixroom.settings import Settings

PATIENCE = 5.0  # seconds to wait for an ending process
_held: list[int] = []


def must_be_alone(settings: Settings, what: str) -> None:
    """Lock SQLite's file as its only `what` (server or worker) until this process ends.

    Two servers would each tell only their own walls, and two workers would take each other's jobs.
    Raises StartError.
    """
    database = settings.database_file
    if database is None:
        return
    number = os.open(Path(f"{database}.{what}"), os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + PATIENCE
    while not _locked(number):
        if time.monotonic() > deadline:
            who = os.pread(number, 20, 0).decode().strip() or "?"
            raise StartError(
                f"Un autre Mixroom utilise déjà {database} (processus {who}). Arrêtez-le, ou "
                f"choisissez un autre DATABASE_URL. · Another Mixroom uses {database} already "
                f"(process {who}). Stop it, or choose another DATABASE_URL."
            )
        time.sleep(0.1)
    with suppress(OSError):
        os.ftruncate(number, 0)
        os.pwrite(number, str(os.getpid()).encode(), 0)
    _held.append(number)


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks
        return True
    return True
