"""The places of an installation, as its settings name them: database, doorbell, media store."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mixroom.core import db, doorbell
from mixroom.core.disk import DiskStore
from mixroom.core.errors import StartError
from mixroom.core.files import Store
from mixroom.settings import Settings

Apart = Callable[[Callable[[], Any]], Any]


def connect(settings: Settings) -> None:
    """Open the database and the doorbell for this process; raises StartError.

    The process knows the tables of all features from here on: an event is erased from each.
    """
    import mixroom.migrations.tables  # noqa: F401

    try:
        settings.var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"MIXROOM_VAR: impossible de créer {settings.var} ({error.strerror}). Choisissez un "
            f"autre dossier. · {settings.var} cannot be made ({error.strerror}). Choose another "
            "folder."
        ) from error
    db.connect(settings.database_url)
    doorbell.place(settings.database_url)


def store_of(settings: Settings, apart: Apart = lambda wait: wait()) -> Store:
    """Return the media store; `apart` runs a function that waits for the disk."""
    return DiskStore(settings.uploads, settings.reserve_mb * 1_000_000, apart)


def private_places(settings: Settings) -> list[Path]:
    """Return the server's own files and folders, which no other user may read."""
    kept = settings.database_file
    beside = sorted(kept.parent.glob(f"{kept.name}*")) if kept else []
    return [settings.var, settings.uploads, *beside]
