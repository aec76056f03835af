"""Compares an original with its preview, pixel by pixel and tile by tile.

People approved the preview, and the original replaces it on the wall without another review. So it
must be the same picture: even one more word in a corner makes it another (ADR 19).

Both are scaled to the preview's size. Their tones are matched by one curve for each colour, of
limited steepness, as phone and server may render the same light differently. Then each pixel of
either must lie between the darkest and the brightest pixel around its place in the other, give or
take TOLERANCE. Recompression, another filter or a shift by a pixel stay within that range; a stroke
that was not there does not. The excess is averaged over small tiles, so that a small difference
counts as much in a large picture as in a small one. No structure is needed: a hash says nothing
about two white walls, and this says that they are the same.
"""

from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

from mixroom.media.arrays import numpy as np

MIN_EDGE = 640  # pixels of the long edge; a smaller preview hides too much of a larger original
MAX_EDGE = 1280  # pixels of the long edge; larger pictures are scaled down to it
TOLERANCE = 8  # of 255 levels, beyond the range of the surroundings
TILE = 8  # pixels
MAX_OUTSIDE = 4.0  # levels, the mean excess of a tile
MAX_GRAIN = 4.0  # further levels, if all tiles have some: the noise of a dim room
SHAPE_TOLERANCE = 1.5  # pixels of the preview's short side, which is rounded to whole ones
MIN_SLOPE, MAX_SLOPE = 0.5, 1.6  # of the curve that matches the tones
MAX_SHIFT = 64  # levels by which the curve may move a tone


def same(preview: Image.Image, original: Image.Image) -> bool:
    """Return whether two upright sRGB pictures are certainly the same one."""
    return (
        max(preview.size) >= min(MIN_EDGE, max(original.size))
        and same_shape(preview.size, original.size)
        and outside(preview, original) <= MAX_OUTSIDE
    )


def same_shape(preview: tuple[int, int], original: tuple[int, int]) -> bool:
    """Return whether a preview of this size can show the whole of an original of that size."""
    (across, down), (width, height) = preview, original
    if across < down:
        across, down, width, height = down, across, height, width
    return abs(height * across / width - down) <= SHAPE_TOLERANCE


def outside(preview: Image.Image, original: Image.Image) -> float:
    """Return the mean excess, in levels of 255, in the tile where the two differ most.

    Tones are matched in one direction and, if that does not suffice, in the other: a curve cannot
    restore tones that are blown out in its source.
    """
    size = _fit(preview.size, min(MAX_EDGE, max(original.size)))
    ours, theirs = _scaled(preview, size), _scaled(original, size)
    found = _worst(ours, theirs.point(_curves(theirs, ours)))
    if found > MAX_OUTSIDE:
        found = min(found, _worst(theirs, ours.point(_curves(ours, theirs))))
    return found


def _worst(one: Image.Image, other: Image.Image) -> float:
    planes = zip(_planes(one), _planes(other), strict=True)
    return max(_worst_tile(*each) for each in planes)


def _fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    scale = min(1, edge / max(size))
    return max(3, round(size[0] * scale)), max(3, round(size[1] * scale))


def _scaled(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    smaller = picture.width > size[0]
    return picture.resize(size, Image.Resampling.BOX if smaller else Image.Resampling.BICUBIC)


def _planes(picture: Image.Image) -> tuple[Image.Image, ...]:
    """Return the luma plane and, at half the size as in a JPEG, the two chroma planes."""
    light, blue, red = picture.convert("YCbCr").split()
    return light, blue.reduce(2), red.reduce(2)


def _worst_tile(one: Image.Image, other: Image.Image) -> float:
    tiles = ImageChops.lighter(_excess(one, other), _excess(other, one)).reduce(TILE)
    everywhere: float = ImageStat.Stat(tiles).mean[0]
    worst: float = tiles.getextrema()[1]  # type: ignore[assignment]
    return worst - min(MAX_GRAIN, 2 * everywhere)


def _excess(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return how far each pixel of `one` is outside the range of its neighbourhood in `other`."""
    inner = one.crop((1, 1, one.width - 1, one.height - 1))
    above = ImageChops.subtract(inner, _around(other, ImageChops.lighter), 1, -TOLERANCE)
    below = ImageChops.subtract(_around(other, ImageChops.darker), inner, 1, -TOLERANCE)
    return ImageChops.lighter(above, below)


def _around(
    picture: Image.Image, pick: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """Return the brightest or darkest of each 3 x 3 pixels; the border is left out."""
    width, height = picture.size
    left, middle, right = (picture.crop((x, 0, width - 2 + x, height)) for x in range(3))
    rows = pick(pick(left, middle), right)
    top, centre, foot = (rows.crop((0, y, width - 2, height - 2 + y)) for y in range(3))
    return pick(pick(top, centre), foot)


_BANDS = 16
_BAND = 256 // _BANDS  # levels
_MIN_PIXELS = 24  # in a band; fewer say nothing about its tone
_TONES_EDGE = 128  # pixels of the long edge for the comparison of tones


def _curves(source: Image.Image, target: Image.Image) -> list[int]:
    """Return the curves that match the tones of two pictures: 256 levels for each colour."""
    size = _fit(source.size, _TONES_EDGE)
    ours, theirs = (each.resize(size, Image.Resampling.BOX) for each in (source, target))
    pairs = zip(ours.split(), theirs.split(), strict=True)
    return [level for one, other in pairs for level in _curve(one.tobytes(), other.tobytes())]


def _curve(source: bytes, target: bytes) -> list[int]:
    """Return a curve through the median change of each band of tones."""
    ours, theirs = (np.frombuffer(each, np.uint8).astype(np.int16) for each in (source, target))
    knots: list[tuple[int, int]] = []
    for band in range(_BANDS):
        moves = (theirs - ours)[ours // _BAND == band]
        if len(moves) < _MIN_PIXELS:
            continue
        median = max(-MAX_SHIFT, min(MAX_SHIFT, int(np.sort(moves)[len(moves) // 2])))
        at = band * _BAND + _BAND // 2
        if knots:
            run, before = at - knots[-1][0], knots[-1][1]
            least, most = before + (MIN_SLOPE - 1) * run, before + (MAX_SLOPE - 1) * run
            median = round(max(least, min(most, median)))
        knots.append((at, median))
    return _through(knots or [(0, 0)])


def _through(knots: list[tuple[int, int]]) -> list[int]:
    levels: list[int] = []
    ends = [(-1, knots[0][1]), *knots, (256, knots[-1][1])]
    for (at, moved), (then, after) in pairwise(ends):
        for level in range(max(at, 0), min(then, 256)):
            move = moved + (after - moved) * (level - at) / (then - at)
            levels.append(max(0, min(255, round(level + move))))
    return levels
