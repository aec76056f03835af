"""A photo or a clip: its record, its states, and when two may show the same picture."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

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


DATE_JOB = "submission.date"  # done by submissions, once a photo says when it was taken


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
    """The state of a photo or a clip.

    A clip is ready only once it can be played, even if there is a picture of it before: a reviewer
    approves the very clip that everyone will see.
    """

    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class MediaRole(StrEnum):
    """The best file there is: the phone's small preview, or the original that follows it."""

    PREVIEW = "preview"
    ORIGINAL = "original"


class Original(StrEnum):
    """The state of the original file, which may follow its preview much later."""

    AWAITED = "awaited"  # announced, not completely received
    RECEIVED = "received"  # completely received, being developed
    KEPT = "kept"
    DIFFERENT = "different"  # shows another picture than the preview: set aside
    REFUSED = "refused"
    LOST = "lost"  # damaged or incomplete: it may be sent again


MISSING = frozenset({Original.AWAITED, Original.LOST, Original.REFUSED})


class NotReadyError(ConflictError):
    """The photo has no renditions yet, or cannot be used."""

    code = "media_not_ready"


class NotAPhotoError(ConflictError):
    """A clip cannot be retouched."""

    code = "not_a_photo"


class IdTakenError(ConflictError):
    """Another photo has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Rendition:
    """A stored rendition; `file` is its public name, which contains a hash of its content."""

    file: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or a clip; the fields below `status` are known once it is developed.

    A clip has the renditions of a photo, made from a frame near its beginning, and `clip`. A
    retouched photo also has `plain`: the whole picture, for reviewers only. `retouching` is the
    last request, `burnt` the retouching that the present renditions show.
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
        """Return the store's name of the original file, which is never served."""
        return self.stored("original")

    @property
    def preview_file(self) -> str:
        """Return the store's name of the preview that the phone made."""
        return self.stored("preview")

    @property
    def files(self) -> frozenset[str]:
        """Return the file names of the present renditions."""
        return frozenset(rendition.file for rendition in self.renditions.values())

    @property
    def is_clip(self) -> bool:
        """Return whether it is a clip."""
        return self.kind is MediaKind.VIDEO

    @property
    def wanted(self) -> Retouch:
        """Return the last retouching that was asked for, PLAIN by default."""
        return self.retouching.retouch if self.retouching else PLAIN

    @property
    def promised_sha256(self) -> str:
        """Return the SHA-256 that the original was announced with, or an empty string."""
        return self.original_sha256 or (self.sha256 if self.role is MediaRole.ORIGINAL else "")

    @property
    def was_seen_as_a_preview(self) -> bool:
        """Return whether people may have seen a preview of it.

        A preview that could not be used was never shown.
        """
        unusable = self.status is MediaStatus.REFUSED and self.retouching is None
        return self.role is MediaRole.PREVIEW and not unusable

    @property
    def needs_rendering(self) -> bool:
        """Return whether its last retouching has still to be applied."""
        ready = self.status is MediaStatus.READY
        return self.retouching is not None and not (ready and self.wanted == self.burnt)

    @property
    def is_being_rendered(self) -> bool:
        """Return whether a job makes renditions of it, or soon will."""
        being = self.status is MediaStatus.PROCESSING or self.original is Original.RECEIVED
        return being or self.needs_rendering

    def shows(self, file: str) -> bool:
        """Return whether everyone who may see the photo may fetch this file.

        Before any retouching, that includes the renditions of its preview: a screen may be fetching
        one while the original replaces it. After one, it is only the present renditions.
        """
        if self.retouching is None:
            return True
        return any(name != "plain" and made.file == file for name, made in self.renditions.items())

    def stored(self, file: str) -> str:
        """Return the store's name of one of the photo's files, in the photo's own folder."""
        return f"{self.id}/{file}"
