"""A photo or a clip: its record, its states, and when two may show the same picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mixroom.core.errors import ConflictError
from mixroom.core.roles import CREW, REVIEWERS, declare
from mixroom.media.filetypes import Format, MediaKind
from mixroom.media.refusals import Refusal
from mixroom.media.retouch import PLAIN, Retouch, Retouching

PERMISSIONS = declare(
    {
        "media.upload": CREW,
        "media.retouch": REVIEWERS,
    }
)


class Fact(StrEnum):
    """The facts of photos in the journal."""

    RECEIVED = "media.received"
    THUMBED = "media.thumbed"
    CONVERTING = "media.converting"
    READY = "media.ready"
    REFUSED = "media.refused"
    SET_ASIDE = "media.set_aside"
    RETOUCHED = "media.retouched"


class MediaStatus(StrEnum):
    """A photo's state on its way to the wall.

    A clip is ready once it can be played, and not before, even if there is a picture of it: a
    reviewer approves the very clip that everyone will see.
    """

    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class MediaRole(StrEnum):
    """A phone sends a small preview at once, and the original when the network allows."""

    PREVIEW = "preview"
    ORIGINAL = "original"


class Original(StrEnum):
    """The state of the original, which follows a small preview and matters to press and archive."""

    AWAITED = "awaited"  # announced; not all of it is here
    RECEIVED = "received"  # all of it is here, and is being looked at
    KEPT = "kept"
    DIFFERENT = "different"  # it is not the picture that the preview shows: set aside
    REFUSED = "refused"
    LOST = "lost"  # it arrived damaged, or never as a whole: it may be sent again


MISSING = frozenset({Original.AWAITED, Original.LOST, Original.REFUSED})


class NotReadyError(ConflictError):
    """The photo is still being prepared for the first time, or could not be."""

    code = "media_not_ready"


class NotAPhotoError(ConflictError):
    """A clip cannot be retouched."""

    code = "not_a_photo"


class IdTakenError(ConflictError):
    """Another photo has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rendition as it is kept: `file` is its public name, made from its content."""

    file: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or a clip that someone sent; the fields below `status` come with its development.

    A clip has the pictures of a photo, made from one near its beginning, and `clip` beside them.
    A photo that was retouched has `plain` beside them: the whole picture, for reviewers alone.
    `retouching` is the last request, `burnt` the retouching that the present renditions show.
    """

    id: str
    event_id: str
    owner_id: str
    submission_id: str | None
    role: MediaRole
    bytes: int
    sha256: str
    created_at: datetime
    status: MediaStatus = MediaStatus.PROCESSING
    refusal: Refusal | None = None
    format: Format | None = None
    width: int | None = None
    height: int | None = None
    dhash: str | None = None
    phash: str | None = None
    color: str | None = None
    placeholder: str | None = None
    taken_at: datetime | None = None
    kind: MediaKind = MediaKind.PHOTO
    original: Original = Original.RECEIVED
    original_sha256: str | None = None
    duration: float | None = None
    progress: int | None = None
    muted: bool = False
    renditions: Mapping[str, Rendition] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    retouching: Retouching | None = None
    burnt: Retouch = PLAIN

    @property
    def original_file(self) -> str:
        """Return the name in the store of the file as it was sent: private, never served."""
        return self.stored("original")

    @property
    def preview_file(self) -> str:
        """Return the name in the store of the preview as the phone made it."""
        return self.stored("preview")

    @property
    def files(self) -> frozenset[str]:
        """Return the names of the present renditions' files."""
        return frozenset(rendition.file for rendition in self.renditions.values())

    @property
    def is_clip(self) -> bool:
        """Return whether it is a clip."""
        return self.kind is MediaKind.VIDEO

    @property
    def wanted(self) -> Retouch:
        """Return the retouching that it is to be shown with."""
        return self.retouching.retouch if self.retouching else PLAIN

    @property
    def promised_sha256(self) -> str:
        """Return the SHA-256 that the original was announced with; empty if it was not."""
        return self.original_sha256 or (self.sha256 if self.role is MediaRole.ORIGINAL else "")

    @property
    def was_seen_as_a_preview(self) -> bool:
        """Return whether people may have seen a preview of it, decided on it, or have it on a wall.

        A preview that could not be used was never seen.
        """
        unusable = self.status is MediaStatus.REFUSED and self.retouching is None
        return self.role is MediaRole.PREVIEW and not unusable

    @property
    def needs_rendering(self) -> bool:
        """Return whether its renditions are not yet as a reviewer wants them."""
        ready = self.status is MediaStatus.READY
        return self.retouching is not None and not (ready and self.wanted == self.burnt)

    @property
    def is_being_rendered(self) -> bool:
        """Return whether renditions of it are being made, or soon will be."""
        being = self.status is MediaStatus.PROCESSING or self.original is Original.RECEIVED
        return being or self.needs_rendering

    def shows(self, file: str) -> bool:
        """Return whether everyone who may see the photo may fetch this file.

        If nobody retouched it, that includes the renditions of its preview: a screen may be
        fetching one when the original replaces it. Once retouched, only the present ones.
        """
        if self.retouching is None:
            return True
        return any(name != "plain" and made.file == file for name, made in self.renditions.items())

    def stored(self, file: str) -> str:
        """Return the name in the store of one of the photo's files: each photo has its folder."""
        return f"{self.id}/{file}"


class Hashed(Protocol):
    """Anything with the two hashes of a picture, as 16 hexadecimal digits each."""

    @property
    def dhash(self) -> str | None: ...
    @property
    def phash(self) -> str | None: ...


ALIKE = 10  # of 64 bits; measured: re-encodes differ by 3, a brighter copy by 10, strangers by 18


def alike(a: Hashed, b: Hashed) -> bool:
    """Return whether two photos may be the same picture.

    Both hashes must be near: each alone has strangers that look near to it. Pictures of a burst
    are alike too, so this is a hint for a reviewer and never a reason to refuse.
    """
    return _near(a.dhash, b.dhash) and _near(a.phash, b.phash)


def _near(a: str | None, b: str | None) -> bool:
    return bool(a and b) and _apart(a, b) <= ALIKE


def _apart(a: str | None, b: str | None) -> int:
    return (int(a or "0", 16) ^ int(b or "0", 16)).bit_count()
