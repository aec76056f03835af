"""Converts Display P3, in which most phones take photos, to sRGB by tables.

Little CMS needs twice the time of decoding the photo. In this conversion, red and green depend on
red and green alone, and blue on blue and on a share that red and green take from it. So one table
has the answer for each pair of red and green, and the share in `_SHARES` steps; another one has
blue for each share and each blue. The result is that of Little CMS, give or take one level of 256.
"""

from itertools import product
from typing import Any, TypeAlias

from PIL import Image, ImageChops, ImageCms

from mixroom.media.arrays import numpy as np

_SHARES = 512
_ROWS = 32  # converted at once, so that they stay in the processor's cache
_NEAR = 2  # levels


def is_display_p3(to_srgb: ImageCms.ImageCmsTransform) -> bool:
    """Return whether a transform does the same as the tables, tried on some colours."""
    answer = ImageCms.applyTransform(_SAMPLE, to_srgb)
    difference = ImageChops.difference(answer or _SAMPLE, _EXPECTED)
    return all(high <= _NEAR for _, high in difference.getextrema())  # type: ignore[misc]


def to_srgb(picture: Image.Image) -> Image.Image:
    """Convert an RGB picture from Display P3 to sRGB in place, and return it."""
    width, height = picture.size
    for top in range(0, height, _ROWS):
        rows = (0, top, width, min(top + _ROWS, height))
        halves = np.frombuffer(picture.crop(rows).tobytes("raw", "RGBX"), "<u2")
        pairs = _PAIRS.take(halves[::2])
        blues = _BLUES.take((pairs >> 16 << 8) | (halves[1::2] & 0xFF))
        done = (pairs & 0xFFFF) | (blues.astype("<u4") << 16)
        size = (width, rows[3] - top)
        picture.paste(Image.frombytes("RGB", size, done, "raw", "RGBX"), rows)
    return picture


# To the light of sRGB's red, green and blue, from that of Display P3 (both with D65 as their white)
_RED = (1.22494018, -0.22494018)
_GREEN = (-0.04205695, 1.04205695)
_BLUE = (-0.01963755, -0.07863605, 1.09827360)


Levels: TypeAlias = np.ndarray[Any, np.dtype[np.uint8]]
Light: TypeAlias = np.ndarray[Any, np.dtype[np.float64]]
Pairs: TypeAlias = np.ndarray[Any, np.dtype[np.uint32]]


def _tables() -> tuple[Pairs, Levels]:
    """Return red, green and the share for each pair; blue for each share and each blue."""
    levels = np.arange(256) / 255
    light = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)  # noqa: PLR2004
    red, green = light[None, :], light[:, None]  # little-endian: red is the low byte of a pair
    most = -_BLUE[0] - _BLUE[1]
    shares = np.rint(-(_BLUE[0] * red + _BLUE[1] * green) / most * (_SHARES - 1))
    pairs = _encoded(_RED[0] * red + _RED[1] * green).astype(np.uint32)
    pairs |= _encoded(_GREEN[0] * red + _GREEN[1] * green).astype(np.uint32) << 8
    pairs |= shares.astype(np.uint32) << 16
    taken = np.arange(_SHARES)[:, None] / (_SHARES - 1) * most
    return pairs.ravel(), _encoded(_BLUE[2] * light[None, :] - taken).ravel()


def _encoded(light: Light) -> Levels:
    light = light.clip(0, 1)
    levels = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)  # noqa: PLR2004
    rounded: Levels = np.rint(levels * 255).astype(np.uint8)
    return rounded


_PAIRS, _BLUES = _tables()
_STEPS = bytes(range(0, 256, 51))
_SAMPLE = Image.frombytes(
    "RGB", (36, 6), bytes(each for colour in product(_STEPS, repeat=3) for each in colour)
)
_EXPECTED = to_srgb(_SAMPLE.copy())
