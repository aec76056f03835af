"""The checks before a process starts: database, folders, and that no other process uses them.

Each fault is one line that says how to fix it.
"""

import fcntl
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from mixroom.core import private
from mixroom.core.errors import StartError
from mixroom.core.files import StoreFullError
from mixroom.installation import connect, database_file, private_places, store_of
from mixroom.settings import Settings
from mixroom.supervise import is_child

PATIENCE = 5.0  # seconds to wait for an ending process
_held: list[int] = []


def begin(settings: Settings) -> None:
    """Connect to the database; migrate SQLite, check any other one. Raises StartError.

    A child of the supervisor skips the checks, which the supervisor has done, and stays small.
    """
    private.from_now_on()
    connect(settings)
    if is_child():
        return
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from mixroom.migrate import migrate, must_fit

    if settings.embedded:
        migrate()
    must_fit()


def must_have_folders(settings: Settings) -> None:
    """Raise StartError if the uploads folder cannot be written."""
    try:
        store_of(settings).probe()
    except StoreFullError:
        return  # each upload is answered 507
    except OSError as error:
        place, why = settings.uploads, error.strerror
        raise StartError(
            f"MIXROOM_UPLOADS: impossible d’écrire dans {place} ({why}). Donnez-le à ce compte, ou "
            f"choisissez un autre dossier. · {place} cannot be written ({why}). Give it to this "
            "user, or choose another folder."
        ) from error


def must_be_alone(settings: Settings, what: str) -> None:
    """Lock SQLite's file as its only `what` (server or worker) until this process ends.

    Two servers would each tell only their own walls, and two workers would take each other's jobs.
    Raises StartError.
    """
    database = database_file(settings)
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


def keep_private(settings: Settings) -> str | None:
    """Make the server's files private; return a sentence about one that cannot be, or None."""
    return private.keep(private_places(settings))


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks
        return True
    return True
