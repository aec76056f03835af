"""The checks before a process starts: database and folders.

Each fault is one line that says how to fix it.
"""

import logging

from mixroom.core import private
from mixroom.core.errors import StartError
from mixroom.core.files import StoreFullError
from mixroom.installation import connect, private_places, store_of
from mixroom.settings import Settings
from mixroom.supervise import is_child, wait_until_prepared


def begin(settings: Settings) -> None:
    """Connect to the database; migrate SQLite, check any other one. Raises StartError.

    A child of the supervisor skips the checks, and waits until the supervisor has done them.
    """
    private.from_now_on()
    if is_child():
        wait_until_prepared()
        connect(settings)
        return
    connect(settings)
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


def keep_private(settings: Settings) -> str | None:
    """Make the server's files private; return a sentence about one that cannot be, or None."""
    return private.keep(private_places(settings))
