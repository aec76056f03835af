"""An announcement: a short bilingual word from a lead to the crew, and its receipts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from mixroom.core.errors import InvalidError
from mixroom.core.roles import CREW, LEADS, Role, declare
from mixroom.core.text import Bilingual

MAX_TEXT = 200  # characters, as on the walls
MAX_MINUTES = 240
HERE_WITHIN = timedelta(minutes=15)  # since a device was last seen

PERMISSIONS = declare({"announcement.read": CREW, "announcement.send": LEADS})


class Fact(StrEnum):
    """The facts of announcements in the journal."""

    SENT = "announcement.sent"
    READ = "announcement.read"
    ENDED = "announcement.ended"


class Audience(StrEnum):
    """The people to whom an announcement is addressed; pages of others do not show it."""

    ALL = "all"
    HERE = "here"  # a phone of everyone seen lately; every page that is open
    ROLE = "role"


@dataclass(frozen=True, slots=True)
class Announcement:
    """A word to the crew; `told` counts those it was addressed to when it was sent."""

    id: str
    event_id: str
    by: str
    text: Bilingual
    sent_at: datetime
    until: datetime
    audience: Audience = Audience.ALL
    role: Role | None = None
    told: int = 0

    def ended(self, now: datetime) -> "Announcement":
        """Return the announcement, shown no longer than until now."""
        return replace(self, until=min(self.until, now))


def checked(text: Bilingual, minutes: int, audience: Audience, role: Role | None) -> None:
    """Raise InvalidError with the field that breaks a rule."""
    if not text:
        raise InvalidError("text", "missing")
    if text.longest() > MAX_TEXT:
        raise InvalidError("text", "too_long", most=MAX_TEXT)
    if not 1 <= minutes <= MAX_MINUTES:
        raise InvalidError("minutes", "malformed")
    if (audience is Audience.ROLE) != (role is not None) or role is Role.SCREEN:
        raise InvalidError("to", "unknown")
