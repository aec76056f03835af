"""A file on its way in portions: its record, its quotas, and why a portion is refused."""

from dataclasses import dataclass
from datetime import datetime

from mixroom.core.errors import ConflictError, MixroomError, UnavailableError


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is on its way in portions, under the id of its photo; `length` in bytes."""

    id: str
    owner_id: str
    length: int
    type: str
    done: bool
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Quota:
    """The number of files and bytes that may be announced and not yet here."""

    files: int
    bytes: int

    def allows(self, files: int, size: int) -> bool:
        """Return whether so many may be under way."""
        return files <= self.files and size <= self.bytes


@dataclass(frozen=True, slots=True)
class Quotas:
    """Limits for announced uploads: those of one person, and those of an event together."""

    person: Quota
    event: Quota


class ExpiredError(MixroomError):
    """The part that had arrived was given up; the file has to be sent from its beginning."""

    code = "upload_expired"


class WrongOffsetError(ConflictError):
    """The bytes do not follow what is here; `offset` is where to go on."""

    code = "wrong_offset"


class ChecksumError(ConflictError):
    """The bytes of this request arrived damaged; none of them was kept."""

    code = "checksum_mismatch"


class TooMuchAnnouncedError(MixroomError):
    """The person has announced as much as may be under way; some of it has to come first."""

    code = "too_much_announced"


class EventFullError(UnavailableError):
    """All of the event has announced as much as may be under way at once."""

    code = "event_full"
