"""Before a process does anything: what it stands on is there, fits it, and is its alone.

Each fault is one line that says what to do.
"""

import fcntl
import logging
import os
import time
from contextlib import suppress
from pathlib import Path

from mixroom.app import connect, database_file, places_of, store_of
from mixroom.core import private
from mixroom.core.errors import StartError
from mixroom.core.files import StoreFullError
from mixroom.settings import Settings
from mixroom.supervise import is_child

PATIENCE = 5.0  # seconds for one that is ending to let go
_held: list[int] = []


def begin(settings: Settings) -> None:
    """Connect; migrate SQLite, and check that another database fits. Raises StartError.

    What the supervisor starts stands on what it has checked: a web process and a worker stay small.
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
    """Raise StartError where nothing can be written to the uploads folder."""
    try:
        store_of(settings).probe()
    except StoreFullError:
        return  # it says so itself, to whoever sends something
    except OSError as error:
        place, why = settings.uploads, error.strerror
        raise StartError(
            f"MIXROOM_UPLOADS: impossible d’écrire dans {place} ({why}). Donnez-le à ce compte, ou "
            f"choisissez un autre dossier. · {place} cannot be written ({why}). Give it to this "
            "user, or choose another folder."
        ) from error


def must_be_alone(settings: Settings, what: str) -> None:
    """Hold SQLite's file as its one server, or its one worker, until this process ends.

    Two servers tell their walls only half; two workers take each other's jobs. Raises StartError.
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
    """Take back what others could read; return what they still can."""
    return private.keep(places_of(settings))


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system that has no locks
        return True
    return True
