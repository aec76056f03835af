"""`mixroom check`: the configuration and what it points at, in plain words."""

from mixroom import migrate
from mixroom.app import connect, places_of, redis_fault, store_of
from mixroom.core import private
from mixroom.media import confinement
from mixroom.media.filetypes import takes_clips
from mixroom.settings import Settings

NO_CLIPS = "PyAV is not installed, so clips are refused: install the extra `video`."


def check(settings: Settings) -> dict[str, str | None]:
    """Return each thing's fault as a sentence, or None if it is well."""
    connect(settings)
    found: dict[str, str | None] = {
        "settings": None,  # a wrong one would have stopped us
        "database": migrate.fault(),
        "media store and free space": store_of(settings).check(),
        "files are private": private.fault(places_of(settings)),
        "confinement of what opens files": None if confinement.tried() else confinement.OPEN,
        "clips": None if takes_clips() else NO_CLIPS,
    }
    if settings.redis_url:
        found["redis"] = redis_fault(settings.redis_url)
    return found
