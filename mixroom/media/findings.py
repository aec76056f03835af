"""The findings of opening a file: its facts, its renditions, its progress, or a refusal."""

from dataclasses import dataclass
from datetime import datetime

from mixroom.media.filetypes import Format
from mixroom.media.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Photo:
    """The facts of a photo; `width` and `height` are those of the upright original, in pixels.

    `taken_at` is naive if the camera recorded no time zone. `differs` says that the photo may show
    another picture than the preview that people have seen.
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
    """A new rendition: an upright sRGB JPEG without metadata."""

    name: str
    width: int
    height: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A new logo: a PNG without margins or metadata, with its transparency.

    `ink` is the share of it that is covered, from 0 to 1; `pale` says that it needs a dark ground.
    """

    width: int
    height: int
    ink: float
    pale: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF that can be opened; its first pages follow as prints."""

    pages: int


@dataclass(frozen=True, slots=True)
class Progress:
    """The converted share of a clip, in percent."""

    percent: int


@dataclass(frozen=True, slots=True)
class Clip:
    """A finished clip: an MP4 that every browser plays; `duration` in seconds.

    `muted` says that it has a sound which could not be decoded.
    """

    width: int
    height: int
    duration: float
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """A refusal; `detail` is for the log.

    `again` says that a retry may succeed: the child was killed, or the machine was too busy.
    """

    reason: Refusal
    detail: str = ""
    again: bool = False
