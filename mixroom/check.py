"""`mixroom check`: checks the configuration and everything that it names."""

from mixroom import migrate
from mixroom.core import private
from mixroom.installation import connect, private_places, store_of
from mixroom.letters.courier import MailServer, UnreachableError, signed_in
from mixroom.media import confinement
from mixroom.media.filetypes import takes_clips
from mixroom.settings import Settings
from mixroom.web.health import redis_fault

NO_CLIPS = "PyAV is not installed, so clips are refused: install the extra `video`."


def check(settings: Settings) -> dict[str, str | None]:
    """Return each thing's fault as a sentence, or None if it is in order."""
    connect(settings)
    found: dict[str, str | None] = {
        "settings": None,  # a wrong setting stops the program earlier
        "database": migrate.fault(),
        "media store and free space": store_of(settings).check(),
        "files are private": private.fault(private_places(settings)),
        "confinement of what opens files": None if confinement.tried() else confinement.OPEN,
        "clips": None if takes_clips() else NO_CLIPS,
    }
    if settings.smtp_url:
        found["mail server"] = _mail_fault(settings.smtp_url)
    if settings.redis_url:
        found["redis"] = redis_fault(settings.redis_url)
    return found


def _mail_fault(url: str) -> str | None:
    """Return why no letter could be sent now, or None; nothing is sent."""
    try:
        line = signed_in(MailServer.of(url), "localhost")
    except UnreachableError as error:
        said = f": {error.reply}" if error.reply else ""
        return f"The mail server of MIXROOM_SMTP_URL cannot be used ({error.fault}){said}."
    line.close()
    return None
