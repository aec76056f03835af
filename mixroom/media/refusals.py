"""The reasons for refusing a photo, a logo or a clip, and the messages to its author."""

from collections.abc import Mapping
from enum import StrEnum

from mixroom.core.text import N_


class Refusal(StrEnum):
    """A reason why a file cannot be used. The values are stable; REASONS has the messages."""

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
    LOCKED = "locked"


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
    Refusal.LOCKED: N_("The file is protected by a password. Send a copy without one."),
}
CLIP_REASONS: Mapping[Refusal, str] = {
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
DOCUMENT_REASONS: Mapping[Refusal, str] = {
    Refusal.NOT_AN_IMAGE: N_("This file is neither a PDF nor a picture."),
    Refusal.DAMAGED: N_("The file is incomplete or damaged. Export it again."),
    Refusal.UNDECODABLE: N_("The file cannot be read. Export it again, or print it to a new PDF."),
    Refusal.TOO_MANY_PIXELS: N_("The picture has too many pixels. Send a smaller copy."),
    Refusal.BAD_DIMENSIONS: N_("A page is too small, or far too long and narrow."),
    Refusal.TOO_COMPLEX: N_("The file takes too long to open. Print it to a new PDF."),
    Refusal.GAVE_UP: N_("The server could not open the file. Print it to a new PDF."),
}


class RefusedError(Exception):
    """A file cannot be used; raised by the code that opens it."""

    def __init__(self, reason: Refusal, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


def words_of_document(refusal: Refusal) -> str:
    """Return the message to the sender of a document, not yet translated."""
    return DOCUMENT_REASONS.get(refusal) or REASONS[refusal]


def words_of(refusal: Refusal, *, clip: bool) -> str:
    """Return the message to the author of a photo or a clip, not yet translated."""
    return (CLIP_REASONS if clip else {}).get(refusal) or REASONS[refusal]
