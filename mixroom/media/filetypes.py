"""The accepted file types, recognised by their first bytes."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.util import find_spec

from mixroom.media.refusals import Refusal


class MediaKind(StrEnum):
    """A photo or a clip."""

    PHOTO = "photo"
    VIDEO = "video"


class Format(StrEnum):
    """The accepted formats. GIF is shown still; a phone's MPO is a JPEG with more behind it.

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


@cache
def takes_clips() -> bool:
    """Return whether this installation can open clips, which needs PyAV (the extra `video`)."""
    return find_spec("av") is not None


CLIPS = frozenset({Format.MP4, Format.AVI, Format.WEBM})
LOGOS = frozenset({Format.PNG, Format.JPEG, Format.WEBP})
# A JPEG can be decoded at half its size, which keeps a large one cheap; PNG, WebP, GIF and AVIF are
# decoded in full, at up to eight bytes per pixel.
MAX_PIXELS: Mapping[Format, int] = {
    **dict.fromkeys(Format, 32_000_000),
    Format.JPEG: 120_000_000,
    Format.HEIF: 50_000_000,
}


def sniff(head: bytes) -> Format | Refusal:
    """Return a file's format by its first bytes (64 are enough), not by its name."""
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


def kind_of(head: bytes, default: MediaKind) -> MediaKind:
    """Return whether a file is a photo or a clip, by its first bytes; `default` if neither."""
    format_ = sniff(head)
    if isinstance(format_, Refusal):
        return default
    return MediaKind.VIDEO if format_ in CLIPS else MediaKind.PHOTO


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
    """Return AVIF, HEIF or MP4, which share a container that begins with its brands."""
    size = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size - 3, 4))]
    if b"avif" in brands or b"avis" in brands:
        return Format.AVIF
    return Format.HEIF if brands[0] in _HEIF_BRANDS else Format.MP4
