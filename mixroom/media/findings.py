"""The findings of opening a file: its facts, its renditions, its progress, or a refusal."""

from dataclasses import dataclass
from datetime import datetime

from mixroom.media.filetypes import Format
from mixroom.media.refusals import Refusal


@dataclass(frozen=True, slots=True)
class Photo:
    """The facts of a photo. `width` and `height` are those of the upright original.

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
    """The converted share of a clip, in percent."""

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
