"""An upload in portions: its record, its quotas, and the errors of a portion."""

from dataclasses import dataclass
from datetime import datetime

from mixroom.core.errors import ConflictError, MixroomError, UnavailableError

LOOSE = "loose"  # the type of a file that is neither a photo nor a clip


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrives in portions; it has the id of its photo, and `length` in bytes.

    A loose one belongs to no photo: it stays in portions until another feature takes it.
    """

    id: str
    owner_id: str
    length: int
    type: str
    done: bool
    expires_at: datetime

    @property
    def is_loose(self) -> bool:
        """Return whether it is neither a photo nor a clip."""
        return self.type == LOOSE


@dataclass(frozen=True, slots=True)
class Quota:
    """The number of files and bytes that may be under way: announced and not complete."""

    files: int
    bytes: int

    def allows(self, files: int, size: int) -> bool:
        """Return whether so many files and bytes may be under way."""
        return files <= self.files and size <= self.bytes


@dataclass(frozen=True, slots=True)
class Quotas:
    """The quotas of one person, and of a whole event."""

    person: Quota
    event: Quota


class ExpiredError(MixroomError):
    """The portions were deleted; the file has to be sent from its beginning."""

    code = "upload_expired"


class IncompleteError(ConflictError):
    """Not all bytes of the file have arrived."""

    code = "upload_incomplete"


class TakenError(ConflictError):
    """The file is in use already."""

    code = "upload_taken"


class WrongOffsetError(ConflictError):
    """The portion does not begin where the last one ended; `offset` says where that is."""

    code = "wrong_offset"


class ChecksumError(ConflictError):
    """The portion arrived damaged; none of it was kept."""

    code = "checksum_mismatch"


class TooMuchAnnouncedError(MixroomError):
    """The person's quota is used up until some files have arrived."""

    code = "too_much_announced"


class EventFullError(UnavailableError):
    """The event's quota is used up until some files have arrived."""

    code = "event_full"
