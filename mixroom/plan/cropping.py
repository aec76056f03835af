"""Where a picture lies in the frame of a channel: it fills it, and its focus point stays in sight.

static/js/plan/cropping.js does the same.
"""

from typing import NamedTuple

from mixroom.plan.channels import Crop


class Place(NamedTuple):
    """The place and size of the whole picture, in pixels of the frame."""

    x: float
    y: float
    width: float
    height: float


def placed(width: int | None, height: int | None, crop: Crop, focus: tuple[float, float]) -> Place:
    """Return where a picture of this size lies in a frame, with `focus` as near the middle as can.

    One of unknown size has that of the frame.
    """
    if not width or not height:
        return Place(0, 0, crop.width, crop.height)
    scale = max(crop.width / width, crop.height / height)
    wide, high = width * scale, height * scale
    x = _between(crop.width / 2 - focus[0] * wide, crop.width - wide)
    y = _between(crop.height / 2 - focus[1] * high, crop.height - high)
    return Place(round(x, 2), round(y, 2), round(wide, 2), round(high, 2))


def _between(wanted: float, least: float) -> float:
    return min(0.0, max(least, wanted))
