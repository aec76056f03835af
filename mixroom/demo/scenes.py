"""Draws the photographs of the rehearsal, so that a demonstration needs no one else's.

A picture depends only on its seed: the same number gives the same picture, and successive numbers
give pictures of different families.
"""

import random
from collections.abc import Callable
from datetime import datetime
from io import BytesIO

from PIL import Image

from mixroom.demo.studio import closeups, rooms

Size = tuple[int, int]
Family = Callable[[random.Random, Size], Image.Image]

LANDSCAPE: Size = (1600, 1067)
PORTRAIT: Size = (1200, 1600)
SQUARE: Size = (1400, 1400)
PANORAMA: Size = (2000, 860)
SIZES = {"landscape": LANDSCAPE, "portrait": PORTRAIT, "square": SQUARE, "panorama": PANORAMA}

FAMILIES: dict[str, Family] = {
    "gallery": rooms.gallery,
    "bench": closeups.bench,
    "projection": rooms.projection,
    "notes": closeups.notes,
    "corner": rooms.corner,
    "circuit": closeups.circuit,
    "tunnel": rooms.tunnel,
    "lamps": closeups.lamps,
    "plinth": rooms.plinth,
    "roundtable": closeups.roundtable,
    "windows": rooms.windows,
    "screen": closeups.screen,
    "detail": closeups.detail,
    "journal": closeups.journal,
    "night": closeups.night,
}
_NAMES = tuple(FAMILIES)
_LARGEST = 2000  # pixels; a larger picture is drawn at this size and enlarged, to save time


def seed(family: str, take: int) -> int:
    """Return the seed of the `take`-th picture of a family."""
    return take * len(_NAMES) + _NAMES.index(family)


def scene(seed: int, size: Size = LANDSCAPE) -> Image.Image:
    """Return the picture of a seed, in this size (pixels)."""
    draw = FAMILIES[_NAMES[seed % len(_NAMES)]]
    shrink = min(1.0, _LARGEST / max(size))
    drawn = draw(random.Random(seed), (round(size[0] * shrink), round(size[1] * shrink)))  # noqa: S311
    return drawn if drawn.size == size else drawn.resize(size, Image.Resampling.LANCZOS)


def photograph(
    seed: int, taken: datetime, size: Size = LANDSCAPE, *, sideways: bool = False, quality: int = 88
) -> bytes:
    """Return the picture as a phone would send it: a JPEG with EXIF data, GPS position included.

    `taken` must have a time zone. `sideways` stores the pixels rotated, with an orientation tag, as
    phones do. The position is there to be stripped.
    """
    image = scene(seed, size)
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Mixroom", "Répétition 1"
    exif[0x0131], exif[0x0132] = "mixroom demo", f"{taken:%Y:%m:%d %H:%M:%S}"
    exif[0x0112] = 1
    if sideways:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[0x0112] = 6
    offset = f"{taken:%z}"
    exif.get_ifd(0x8769).update(
        {
            0x9003: f"{taken:%Y:%m:%d %H:%M:%S}",
            0x9011: f"{offset[:3]}:{offset[3:]}",
            0x829A: 1 / 60,
            0x829D: 1.8,
            0x8827: 400,
            0x920A: 5.7,
        }
    )
    exif.get_ifd(0x8825).update({1: "N", 2: (45.0, 30.0, 29.0), 3: "W", 4: (73.0, 33.0, 59.0)})
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, exif=exif, optimize=False)
    return out.getvalue()
