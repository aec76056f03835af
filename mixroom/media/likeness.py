"""Compares an original with its preview, pixel by pixel and part by part.

People approved the preview; the original takes its place on the wall without another look. So it
must be the same picture, and one with a word more in a corner is another (ADR 19).

Both are laid over each other at the preview's size. Their tones are matched by a curve for each
colour, of a bounded steepness, as a phone and a server may bring the same light to a screen in two
ways. Then each pixel of either must lie between the darkest and the brightest of those around its
place in the other, give or take TOLERANCE: recompression, another filter and a shift by a pixel
stay within, a stroke that was not there does not. The rest is added up in small tiles, so that a
little of it in one place counts as much in a large picture as in a small one. No structure is
needed: of two white walls a hash says nothing, and this says that they are the same.
"""

from collections.abc import Callable
from itertools import pairwise

from PIL import Image, ImageChops, ImageStat

MIN_EDGE = (
    640  # pixels, the long edge: a smaller preview leaves too much unseen of a larger original
)
GRAIN = 1280  # pixels, the long edge at which two are compared at most
TOLERANCE = 8  # of 255 levels, beyond what is around
TILE = 8  # pixels
MAX_OUTSIDE = 4.0  # levels outside, the mean of a tile
GRAINY = 4.0  # levels more where all tiles have some: a dim room's grain, which a JPEG smooths
SHAPE = 1.5  # pixels of the preview's short side, which is rounded to whole ones
STEEPEST, GENTLEST = 1.6, 0.5  # the curve between the tones of the two
FURTHEST = 64  # levels that the curve may move a tone


def same(preview: Image.Image, original: Image.Image) -> bool:
    """Return whether two upright pictures in sRGB are surely one."""
    return (
        max(preview.size) >= min(MIN_EDGE, max(original.size))
        and same_shape(preview.size, original.size)
        and outside(preview, original) <= MAX_OUTSIDE
    )


def same_shape(preview: tuple[int, int], original: tuple[int, int]) -> bool:
    """Return whether a preview of this size can have been made of all of the original."""
    (across, down), (width, height) = preview, original
    if across < down:
        across, down, width, height = down, across, height, width
    return abs(height * across / width - down) <= SHAPE


def outside(preview: Image.Image, original: Image.Image) -> float:
    """Return how far the two differ in the tile where they differ most, in levels of 255.

    Tones are matched one way, and where that does not do the other: what is blown out in one of the
    two can be told from the other only.
    """
    size = _fit(preview.size, min(GRAIN, max(original.size)))
    ours, theirs = _laid(preview, size), _laid(original, size)
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


def _laid(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    smaller = picture.width > size[0]
    return picture.resize(size, Image.Resampling.BOX if smaller else Image.Resampling.BICUBIC)


def _planes(picture: Image.Image) -> tuple[Image.Image, ...]:
    """Return lightness, and at half the size, as a JPEG keeps them, the two of colour."""
    light, blue, red = picture.convert("YCbCr").split()
    return light, blue.reduce(2), red.reduce(2)


def _worst_tile(one: Image.Image, other: Image.Image) -> float:
    tiles = ImageChops.lighter(_astray(one, other), _astray(other, one)).reduce(TILE)
    everywhere: float = ImageStat.Stat(tiles).mean[0]
    worst: float = tiles.getextrema()[1]  # type: ignore[assignment]
    return worst - min(GRAINY, 2 * everywhere)


def _astray(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return how far each pixel of `one` lies outside what is around its place in `other`."""
    inner = one.crop((1, 1, one.width - 1, one.height - 1))
    above = ImageChops.subtract(inner, _around(other, ImageChops.lighter), 1, -TOLERANCE)
    below = ImageChops.subtract(_around(other, ImageChops.darker), inner, 1, -TOLERANCE)
    return ImageChops.lighter(above, below)


def _around(
    picture: Image.Image, pick: Callable[[Image.Image, Image.Image], Image.Image]
) -> Image.Image:
    """Return the brightest or the darkest of nine pixels, for all but the outermost."""
    width, height = picture.size
    left, middle, right = (picture.crop((x, 0, width - 2 + x, height)) for x in range(3))
    rows = pick(pick(left, middle), right)
    top, centre, foot = (rows.crop((0, y, width - 2, height - 2 + y)) for y in range(3))
    return pick(pick(top, centre), foot)


_BANDS = 16
_BAND = 256 // _BANDS  # levels
_FEW = 24  # pixels; fewer say nothing of a tone
_GLANCE = 128  # pixels, the long edge at which tones are compared


def _curves(source: Image.Image, target: Image.Image) -> list[int]:
    """Return what brings the tones of one picture to those of the other: 256 levels a colour."""
    size = _fit(source.size, _GLANCE)
    ours, theirs = (each.resize(size, Image.Resampling.BOX) for each in (source, target))
    pairs = zip(ours.split(), theirs.split(), strict=True)
    return [level for one, other in pairs for level in _curve(one.tobytes(), other.tobytes())]


def _curve(source: bytes, target: bytes) -> list[int]:
    """Return a curve through the median of what each band of tones has become."""
    moved: list[list[int]] = [[] for _ in range(_BANDS)]
    for one, other in zip(source, target, strict=True):
        moved[one // _BAND].append(other - one)
    knots: list[tuple[int, int]] = []
    for band, moves in enumerate(moved):
        if len(moves) < _FEW:
            continue
        median = max(-FURTHEST, min(FURTHEST, sorted(moves)[len(moves) // 2]))
        at = band * _BAND + _BAND // 2
        if knots:
            run, before = at - knots[-1][0], knots[-1][1]
            least, most = before + (GENTLEST - 1) * run, before + (STEEPEST - 1) * run
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
