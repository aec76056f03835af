"""A reviewer's changes to a photo before it is shown: crop, turn, focus and blur.

Places and lengths are fractions (0 to 1) of the upright original's width and height, counted from
its upper left corner. So a retouching of the preview fits the original that follows it. The turn
comes last: crop, focus and blurs are where they are in the picture as it was taken.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from mixroom.core.errors import InvalidError

QUARTERS = 4
MAX_BLURS = 20
CLOSEST = 4  # times; a smaller crop has fewer pixels than the wall
MIN_PART = 0.005  # of a side: less than a finger can draw
DIGITS = 6  # of a fraction, so that turning there and back changes nothing
_ROUNDING = 1e-5


@dataclass(frozen=True, slots=True)
class Point:
    """A point in a picture, in fractions of its width and height."""

    x: float
    y: float

    def turned(self, turn: int) -> "Point":
        """Return its position after so many clockwise quarter turns of the picture."""
        return Point(1 - self.y, self.x).turned(turn - 1) if turn else self


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture: its upper left corner, width and height, in fractions of the picture."""

    x: float
    y: float
    w: float
    h: float

    def turned(self, turn: int) -> "Box":
        """Return its position after so many clockwise quarter turns of the picture."""
        return Box(1 - self.y - self.h, self.x, self.h, self.w).turned(turn - 1) if turn else self

    def pixels(self, size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom in whole pixels of a picture of this size."""
        width, height = size
        left, top = (max(0, math.floor(at + _ROUNDING)) for at in (self.x * width, self.y * height))
        right = math.ceil((self.x + self.w) * width - _ROUNDING)
        bottom = math.ceil((self.y + self.h) * height - _ROUNDING)
        return left, top, min(width, max(right, left + 1)), min(height, max(bottom, top + 1))

    def inside(self, point: Point) -> Point:
        """Return a point in fractions of the box, moved to its edge if it is outside."""
        x, y = (point.x - self.x) / self.w, (point.y - self.y) / self.h
        return Point(min(1.0, max(0.0, x)), min(1.0, max(0.0, y)))


WHOLE = Box(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class Retouch:
    """A photo's crop, clockwise quarter turns, point to centre on, and blurred parts."""

    turn: int = 0
    crop: Box | None = None
    focus: Point | None = None
    blurs: tuple[Box, ...] = ()

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return the size of a picture after the retouching, in pixels."""
        left, top, right, bottom = (self.crop or WHOLE).pixels((width, height))
        shown = right - left, bottom - top
        return shown[::-1] if self.turn % 2 else shown

    def aim(self) -> Point | None:
        """Return the focus in the retouched picture; it is always inside."""
        return (self.crop or WHOLE).inside(self.focus).turned(self.turn) if self.focus else None

    def closer(self, width: int, height: int) -> float:
        """Return the factor by which a picture must be decoded larger to be sharp once cropped."""
        return min(CLOSEST, max(width, height) / max(self.size(width, height)))

    def hides_more_than(self, other: "Retouch") -> bool:
        """Return whether it blurs a part that the other one does not."""
        return not set(self.blurs) <= set(other.blurs)


PLAIN = Retouch()


@dataclass(frozen=True, slots=True)
class Retouching:
    """A request for a retouching: its number for the photo (`version`), reviewer and time."""

    retouch: Retouch
    version: int
    by: str
    at: datetime


def checked(retouch: Retouch, width: int, height: int, *, least: int, aspect: int) -> Retouch:
    """Return the retouching of a picture of this size (pixels), tidied and rounded.

    The sides of the result have at least `least` pixels, and a ratio of at most `aspect`.
    Raises InvalidError with the field that breaks a rule.
    """
    retouch = _rounded(retouch)
    if retouch.turn not in range(QUARTERS):
        raise InvalidError("turn", "unknown")
    if len(retouch.blurs) > MAX_BLURS:
        raise InvalidError("blurs", "too_many", most=MAX_BLURS)
    for field, box in [("crop", retouch.crop or WHOLE), *_named(retouch.blurs)]:
        if min(box.x, box.y) < 0 or max(box.x + box.w, box.y + box.h) > 1 + _ROUNDING:
            raise InvalidError(field, "outside")
        if min(box.w, box.h) < MIN_PART:
            raise InvalidError(field, "too_small")
    if retouch.focus and not (0 <= retouch.focus.x <= 1 and 0 <= retouch.focus.y <= 1):
        raise InvalidError("focus", "outside")
    if retouch.crop in (None, WHOLE):
        return replace(retouch, crop=None)
    long, short = sorted(retouch.size(width, height), reverse=True)
    if short < least or long > aspect * short:
        raise InvalidError("crop", "too_small")
    return retouch


def read(fields: Mapping[str, Any]) -> Retouch:
    """Return a retouching from its JSON, as the database and the API have it."""
    crop, focus = fields["crop"], fields["focus"]
    return Retouch(
        turn=fields["turn"],
        crop=Box(**crop) if crop else None,
        focus=Point(**focus) if focus else None,
        blurs=tuple(Box(**box) for box in fields["blurs"]),
    )


def _rounded(retouch: Retouch) -> Retouch:
    crop, focus = retouch.crop, retouch.focus
    return Retouch(
        retouch.turn,
        crop and _rounded_box(crop),
        focus and Point(round(focus.x, DIGITS), round(focus.y, DIGITS)),
        tuple(map(_rounded_box, retouch.blurs)),
    )


def _rounded_box(box: Box) -> Box:
    return Box(*(round(each, DIGITS) for each in (box.x, box.y, box.w, box.h)))


def _named(boxes: tuple[Box, ...]) -> list[tuple[str, Box]]:
    return [(f"blurs.{at}", box) for at, box in enumerate(boxes)]
