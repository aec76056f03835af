"""What a photo or a clip is, what may become of it, and why one is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from mixroom.core.errors import ConflictError, MixroomError, UnavailableError
from mixroom.core.text import N_
from mixroom.media.retouch import PLAIN, Retouch, Retouching

MAX_SIDE = 20_000
MAX_ASPECT = 20
MIN_SIDE = 16
MAX_ICC_BYTES = 1 << 20
MAX_SCANS = 100  # a progressive JPEG of a camera has about ten
MAX_SEGMENTS = 2_000  # markers before the pixels; a large panorama's XMP needs some hundred

WALL, WALL_MAX = 1920, 2048  # long edge; between the two a picture is kept as it was decoded
CARD = 960
THUMB = 320
LOGO = 1200  # long edge of a logo: the whole screen's card on a 4K wall
LOGO_ASPECT = 12
QUALITY = 80

LONGEST_CLIP = 185  # seconds: three minutes, and a thumb's delay
CLIP_LONG, CLIP_SHORT = 3840, 2160  # pixels, whichever way the phone was held
CLIP_RATE = 120  # pictures a second
SHOWN_SIDE, SHOWN_RATE = 720, 30  # what a clip is made into: short side, pictures a second
AS_IT_IS_RATE, AS_IT_IS_BITS = 60, 8_000_000  # a clip up to this is not converted, only cleaned
MOST_CLIP_BYTES = 256 << 20  # of what is made: three minutes at AS_IT_IS_BITS, and room

ALIKE = 10  # of 64 bits; measured: re-encodes differ by 3, a brighter copy by 10, strangers by 18


class Fact(StrEnum):
    """What the journal says of photos."""

    RECEIVED = "media.received"
    THUMBED = "media.thumbed"
    CONVERTING = "media.converting"
    READY = "media.ready"
    REFUSED = "media.refused"
    SET_ASIDE = "media.set_aside"
    RETOUCHED = "media.retouched"


class MediaStatus(StrEnum):
    """Where a photo is on its way to the wall.

    A clip is ready once it can be played, and not before, whatever picture there is of it: what a
    reviewer approves is then the clip that everyone will see.
    """

    PROCESSING = "processing"
    READY = "ready"
    REFUSED = "refused"


class MediaRole(StrEnum):
    """A phone sends a small preview at once, and the original when the network allows."""

    PREVIEW = "preview"
    ORIGINAL = "original"


class MediaKind(StrEnum):
    """What was shot."""

    PHOTO = "photo"
    VIDEO = "video"


class Original(StrEnum):
    """Where the original is, which follows a small preview and matters to press and archive."""

    AWAITED = "awaited"  # announced; not all of it is here
    RECEIVED = "received"  # all of it is here, and is being looked at
    KEPT = "kept"
    DIFFERENT = "different"  # it is not the picture that the preview shows: set aside
    REFUSED = "refused"
    LOST = "lost"  # it arrived damaged, or never as a whole: it may be sent again


class Format(StrEnum):
    """What is accepted. GIF stands still; a phone's MPO is a JPEG with more behind it.

    The last three are the containers of clips: MP4 is QuickTime's too, WebM is a Matroska.
    """

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    GIF = "GIF"
    AVIF = "AVIF"
    HEIF = "HEIF"
    MP4 = "MP4"
    AVI = "AVI"
    WEBM = "WEBM"


CLIPS = frozenset({Format.MP4, Format.AVI, Format.WEBM})
LOGOS = frozenset({Format.PNG, Format.JPEG, Format.WEBP})


# A JPEG can be decoded at half its size, which keeps a large one cheap; PNG, WebP, GIF and AVIF are
# decoded in full, at up to eight bytes per pixel.
MAX_PIXELS: Mapping[Format, int] = {
    **dict.fromkeys(Format, 32_000_000),
    Format.JPEG: 120_000_000,
    Format.HEIF: 50_000_000,
}


class Refusal(StrEnum):
    """Why a photo cannot be used. The value is public and stable; the words are in REASONS."""

    EMPTY = "empty"
    NOT_AN_IMAGE = "not_an_image"
    VIDEO = "video"
    DAMAGED = "damaged"
    UNDECODABLE = "undecodable"
    TOO_MANY_PIXELS = "too_many_pixels"
    BAD_DIMENSIONS = "bad_dimensions"
    TOO_COMPLEX = "too_complex"
    LOST = "lost"
    GAVE_UP = "gave_up"
    NOT_A_CLIP = "not_a_clip"
    NO_CLIPS = "no_clips"
    TOO_LONG = "too_long"
    CODEC = "codec"


REASONS: Mapping[Refusal, str] = {
    Refusal.EMPTY: N_("The file is empty. Choose it again."),
    Refusal.NOT_AN_IMAGE: N_("This file is not a photo. JPEG, PNG, WebP, AVIF and HEIC work."),
    Refusal.VIDEO: N_("This is a clip, but a photo was announced. Send it again."),
    Refusal.DAMAGED: N_(
        "The file is incomplete or damaged. Choose it again, or send a screenshot."
    ),
    Refusal.UNDECODABLE: N_("The photo cannot be read. Take a screenshot of it and send that."),
    Refusal.TOO_MANY_PIXELS: N_("The photo has too many pixels. Send a smaller copy."),
    Refusal.BAD_DIMENSIONS: N_("The photo is too small, or far too long and narrow."),
    Refusal.TOO_COMPLEX: N_("The photo takes too long to open. Send a screenshot of it."),
    Refusal.LOST: N_("The server has lost the file. Send it again."),
    Refusal.GAVE_UP: N_("The server could not open the photo. Send a screenshot of it."),
    Refusal.NOT_A_CLIP: N_("This file is not a clip. MP4, MOV, AVI and WebM work."),
    Refusal.NO_CLIPS: N_("This server does not take clips. Send a photo instead."),
    Refusal.TOO_LONG: N_("The clip is longer than 3 minutes. Trim it and send it again."),
    Refusal.CODEC: N_(
        "The clip cannot be opened. Trim it a little on the phone and send the new copy."
    ),
}
OF_CLIPS: Mapping[Refusal, str] = {
    Refusal.DAMAGED: N_(
        "The clip is incomplete or damaged. Play it on the phone, then send it again."
    ),
    Refusal.UNDECODABLE: N_(
        "The clip cannot be read. Trim it a little on the phone, then send it again."
    ),
    Refusal.TOO_MANY_PIXELS: N_(
        "The clip’s resolution is too high: film in 4K at most, up to 120 frames per second."
    ),
    Refusal.BAD_DIMENSIONS: N_("The clip is too small, or far too long and narrow."),
    Refusal.TOO_COMPLEX: N_("The clip takes too long to convert. Film in 1080p, or trim it."),
    Refusal.GAVE_UP: N_("The server could not convert the clip. Film in 1080p, or trim it."),
}


class RefusedError(Exception):
    """The file cannot be used; raised where it is opened."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class ExpiredError(MixroomError):
    """What had arrived of the file was given up; it has to be sent from its beginning."""

    code = "upload_expired"


class WrongOffsetError(ConflictError):
    """The bytes do not follow what is here; `offset` is where to go on."""

    code = "wrong_offset"


class ChecksumError(ConflictError):
    """The bytes of this request arrived damaged; none of them was kept."""

    code = "checksum_mismatch"


class NotReadyError(ConflictError):
    """The photo is still being prepared for the first time, or could not be."""

    code = "media_not_ready"


class NotAPhotoError(ConflictError):
    """A clip cannot be retouched."""

    code = "not_a_photo"


class TooMuchAnnouncedError(MixroomError):
    """The person has announced as much as may be under way; some of it has to come first."""

    code = "too_much_announced"


class EventFullError(UnavailableError):
    """All of the event has announced as much as may be under way at once."""

    code = "event_full"


class IdTakenError(ConflictError):
    """Another photo has this id."""

    code = "id_taken"


@dataclass(frozen=True, slots=True)
class Photo:
    """What was learnt from a photo. `width` and `height` are those of the upright original.

    `taken_at` is naive where the camera did not say in which time zone it was. `differs` says that
    it could not be shown to be the same picture as a preview that people have seen.
    """

    format: Format
    width: int
    height: int
    sha256: str
    dhash: str
    phash: str
    color: str
    placeholder: str
    taken_at: datetime | None
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Print:
    """A rendition as it was made: an upright sRGB JPEG that carries nothing but the picture."""

    name: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A logo as it was made: a PNG without margins or metadata, its transparency kept.

    `ink` is how much of it is covered, from 0 to 1; `pale` says that it is meant for dark ground.
    """

    width: int
    height: int
    ink: float
    pale: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a clip is converted, in percent."""

    percent: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip that is made: an MP4 that every browser plays; `duration` in seconds.

    `muted` says that there was a sound, and that nothing here can open it.
    """

    width: int
    height: int
    duration: float
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """The photo cannot be used; `detail` is for the log.

    `again` says that it may have been chance: its child was killed, or the machine was too busy.
    """

    reason: Refusal
    detail: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True)
class Rendition:
    """A rendition as it is kept: `file` is its public name, made from what is in it."""

    file: str
    width: int
    height: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Media:
    """A photo or a clip that someone sent; what is below `status` is known once it was looked at.

    A clip has the pictures of a photo, made from one near its beginning, and `clip` beside them.
    A photo that was retouched has `plain` beside them: the whole picture, for reviewers alone.
    `retouching` is what was asked for last, `burnt` what the present renditions show.
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
        """Say whether it moves."""
        return self.kind is MediaKind.VIDEO

    @property
    def wanted(self) -> Retouch:
        """Return how it is to be shown."""
        return self.retouching.retouch if self.retouching else PLAIN

    @property
    def was_seen_as_a_preview(self) -> bool:
        """Say whether a preview may be what people have seen, decided on, or have on a wall.

        Not where the preview could not be used: then there was nothing to see.
        """
        unusable = self.status is MediaStatus.REFUSED and self.retouching is None
        return self.role is MediaRole.PREVIEW and not unusable

    @property
    def is_behind(self) -> bool:
        """Say whether its renditions are not yet what was asked for."""
        ready = self.status is MediaStatus.READY
        return self.retouching is not None and not (ready and self.wanted == self.burnt)

    @property
    def is_at_work(self) -> bool:
        """Say whether renditions of it are being made, or soon will be."""
        being = self.status is MediaStatus.PROCESSING or self.original is Original.RECEIVED
        return being or self.is_behind

    def shows(self, file: str) -> bool:
        """Say whether a file is for everyone who may see the photo.

        Where nobody retouched it that includes what was made of its preview: a screen may be
        fetching that when the original takes its place. Once retouched, nothing else may be seen.
        """
        if self.retouching is None:
            return True
        return any(name != "plain" and made.file == file for name, made in self.renditions.items())

    def stored(self, file: str) -> str:
        """Return the name in the store of one of the photo's files: each photo has its folder."""
        return f"{self.id}/{file}"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many files and bytes may be announced and not yet here."""

    files: int
    bytes: int

    def allows(self, files: int, size: int) -> bool:
        """Say whether so many may be under way."""
        return files <= self.files and size <= self.bytes


@dataclass(frozen=True, slots=True)
class Quotas:
    """Limits for announced uploads: those of one person, and those of an event together."""

    person: Quota
    event: Quota


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is on its way in portions, under the id of its photo; `length` in bytes."""

    id: str
    owner_id: str
    length: int
    type: str
    done: bool
    expires_at: datetime


class Hashed(Protocol):
    """Whatever has the two hashes of a picture, as 16 hexadecimal digits each."""

    @property
    def dhash(self) -> str | None: ...
    @property
    def phash(self) -> str | None: ...


def sniff(head: bytes) -> Format | Refusal:
    """Say from its first bytes (64 are enough) what a file is, whatever its name claims."""
    if not head:
        return Refusal.EMPTY
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Format.AVI
    if head[4:8] in _OLD_ATOMS and len(head) > 8:  # noqa: PLR2004
        return Format.MP4
    return _brand(head) if head[4:8] == b"ftyp" else Refusal.NOT_AN_IMAGE


def kind_of(head: bytes, told: MediaKind) -> MediaKind:
    """Say from its first bytes whether a file is a photo or a clip; what is neither is as told."""
    format_ = sniff(head)
    if isinstance(format_, Refusal):
        return told
    return MediaKind.VIDEO if format_ in CLIPS else MediaKind.PHOTO


def words_of(refusal: Refusal, kind: MediaKind) -> str:
    """Return why a photo or a clip is refused, as a message to be translated."""
    of_clips = OF_CLIPS if kind is MediaKind.VIDEO else {}
    return of_clips.get(refusal) or REASONS[refusal]


def alike(a: Hashed, b: Hashed) -> bool:
    """Say whether two photos may be the same picture.

    Both hashes must be near: each alone has strangers that look near to it. Pictures of a burst
    are alike too, so this is a hint for a reviewer and never a reason to refuse.
    """
    return _near(a.dhash, b.dhash) and _near(a.phash, b.phash)


_MAGIC: Mapping[bytes, Format] = {
    b"\xff\xd8\xff": Format.JPEG,
    b"\x89PNG\r\n\x1a\n": Format.PNG,
    b"GIF87a": Format.GIF,
    b"GIF89a": Format.GIF,
    b"\x1aE\xdf\xa3": Format.WEBM,
}
_OLD_ATOMS = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")  # how QuickTime once began
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


def _brand(head: bytes) -> Format:
    """Tell AVIF, HEIC and MP4 apart: the three share a container, which names its brands first."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if b"avif" in brands or b"avis" in brands:
        return Format.AVIF
    return Format.HEIF if brands[0] in _HEIF_BRANDS else Format.MP4


def _near(a: str | None, b: str | None) -> bool:
    return bool(a and b) and _apart(a, b) <= ALIKE


def _apart(a: str | None, b: str | None) -> int:
    return (int(a or "0", 16) ^ int(b or "0", 16)).bit_count()
