"""Light and lens: masks, shadows, projection, and the effects that turn a drawing into a photo."""
# ruff: noqa: PLR2004  a drawing is made of numbers

import math
import random
from collections.abc import Sequence

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]
Size = tuple[int, int]

_FALLOFF = [round(255 * math.exp(-((value / 255) ** 2) * 3.2)) for value in range(256)]
_FALLOFF[255] = 0


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `one` to `other`."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(one, other, strict=True))
    return r, g, b


def scaled(colour: Colour, factor: float) -> Colour:
    """Return the colour brighter or darker."""
    r, g, b = (max(0, min(255, round(part * factor))) for part in colour)
    return r, g, b


def fade(size: Size, top: int, bottom: int) -> Image.Image:
    """Return a mask that goes from `top` to `bottom`."""
    table = [round(top + (bottom - top) * value / 255) for value in range(256)]
    return Image.linear_gradient("L").point(table).resize(size, Image.Resampling.BILINEAR)


def sideways(size: Size, left: int, right: int) -> Image.Image:
    """Return a mask that goes from `left` to `right`."""
    turned = fade((size[1], size[0]), left, right).transpose(Image.Transpose.ROTATE_90)
    return turned.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if left != right else turned


def pool(
    size: Size, spots: Sequence[tuple[float, float, float, float, float]], ground: int = 0
) -> Image.Image:
    """Return a mask of light pools; a spot is x, y, half width, half height, strength (0 to 1)."""
    small = (max(2, size[0] // 8), max(2, size[1] // 8))
    mask = Image.new("L", small, ground)
    for x, y, across, down, strength in spots:
        box = (max(2, round(across * small[0] * 2)), max(2, round(down * small[1] * 2)))
        table = [round(value * strength) for value in _FALLOFF]
        glow = Image.radial_gradient("L").point(table).resize(box, Image.Resampling.BILINEAR)
        layer = Image.new("L", small, 0)
        layer.paste(glow, (round(x * small[0] - box[0] / 2), round(y * small[1] - box[1] / 2)))
        mask = ImageChops.add(mask, layer)
    return mask.filter(ImageFilter.GaussianBlur(2)).resize(size, Image.Resampling.BICUBIC)


def lit(picture: Image.Image, mask: Image.Image, colour: Colour = (255, 255, 255)) -> Image.Image:
    """Return the picture under a light of this shape and colour."""
    bands = [mask.point([round(value * part / 255) for value in range(256)]) for part in colour]
    return ImageChops.multiply(picture, Image.merge("RGB", bands))


def glowing(picture: Image.Image, mask: Image.Image, colour: Colour) -> Image.Image:
    """Return the picture with light of this shape and colour added."""
    bands = [mask.point([round(value * part / 255) for value in range(256)]) for part in colour]
    return ImageChops.screen(picture, Image.merge("RGB", bands))


def clouds(rng: random.Random, size: Size, grains: int = 4, octaves: int = 3) -> Image.Image:
    """Return smooth noise, `grains` across; each octave is twice as fine and half as strong."""
    ratio = size[1] / size[0]
    field = Image.new("L", size, 128)
    for octave in range(octaves):
        cells = (grains * 2**octave + 2, max(2, round(grains * ratio * 2**octave)) + 2)
        layer = Image.frombytes("L", cells, rng.randbytes(cells[0] * cells[1]))
        layer = layer.resize(size, Image.Resampling.BICUBIC)
        field = layer if octave == 0 else Image.blend(field, layer, 0.5 / (octave + 0.5))
    return field


def tinted(field: Image.Image, stops: Sequence[Colour]) -> Image.Image:
    """Return a grey picture in colour: black becomes the first stop, white the last."""
    tables: list[list[int]] = [[], [], []]
    for value in range(256):
        place = value / 255 * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        for table, part in zip(
            tables, mix(stops[index], stops[index + 1], place - index), strict=True
        ):
            table.append(part)
    return Image.merge("RGB", [field.point(table) for table in tables])


def spline(points: Sequence[Point], closed: bool = True, steps: int = 8) -> list[Point]:
    """Return a smooth line through the points (Catmull and Rom's)."""
    count = len(points)
    line: list[Point] = []
    for i in range(count if closed else count - 1):
        around = [
            points[(i + k) % count] if closed else points[max(0, min(count - 1, i + k))]
            for k in (-1, 0, 1, 2)
        ]
        for step in range(steps):
            t = step / steps
            line.append((_between(around, 0, t), _between(around, 1, t)))
    if not closed:
        line.append(points[-1])
    return line


def _between(p: Sequence[Point], axis: int, t: float) -> float:
    a, b, c, d = (point[axis] for point in p)
    return 0.5 * (
        2 * b
        + (c - a) * t
        + (2 * a - 5 * b + 4 * c - d) * t * t
        + (3 * b - 3 * c + d - a) * t * t * t
    )


def cast(
    picture: Image.Image, shape: Image.Image, at: tuple[int, int], blur: float, strength: float
) -> None:
    """Darken the picture under a shape (a mask) placed at `at`, as a soft shadow."""
    edge = round(blur * 3)
    mask = Image.new("L", (shape.width + 2 * edge, shape.height + 2 * edge), 0)
    mask.paste(shape.point([round(value * strength) for value in range(256)]), (edge, edge))
    mask = mask.filter(ImageFilter.GaussianBlur(blur))
    picture.paste((14, 12, 12), (at[0] - edge, at[1] - edge), mask)


def warp(
    picture: Image.Image, quad: Sequence[Point], size: Size
) -> tuple[Image.Image, Image.Image, tuple[int, int]]:
    """Return the picture projected on a quadrilateral (clockwise from its top left corner).

    Return also its mask and its place, cut to a frame of this size.
    """
    left = max(0, math.floor(min(x for x, _ in quad)))
    top = max(0, math.floor(min(y for _, y in quad)))
    right = min(size[0], math.ceil(max(x for x, _ in quad)))
    bottom = min(size[1], math.ceil(max(y for _, y in quad)))
    box = (max(1, right - left), max(1, bottom - top))
    w, h = picture.size
    corners = ((0.0, 0.0), (float(w), 0.0), (float(w), float(h)), (0.0, float(h)))
    inside = [(x - left, y - top) for x, y in quad]
    out = picture.transform(
        box,
        Image.Transform.PERSPECTIVE,
        _homography(inside, corners),
        Image.Resampling.BILINEAR,
    )
    mask = Image.new("L", (box[0] * 2, box[1] * 2), 0)
    ImageDraw.Draw(mask).polygon([(x * 2, y * 2) for x, y in inside], fill=255)
    return out, mask.resize(box, Image.Resampling.BOX), (left, top)


def _homography(source: Sequence[Point], target: Sequence[Point]) -> list[float]:
    """Return the eight coefficients that map each source point to its target."""
    rows: list[list[float]] = []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for i in range(8):
        pivot = max(range(i, 8), key=lambda r: abs(rows[r][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [value / rows[i][i] for value in rows[i]]
        for r in range(8):
            if r != i and rows[r][i]:
                rows[r] = [a - rows[r][i] * b for a, b in zip(rows[r], rows[i], strict=True)]
    return [row[8] for row in rows]


def shallow(picture: Image.Image, sharp: Image.Image, blur: float) -> Image.Image:
    """Return the picture with a shallow depth of field: sharp where the mask is white."""
    small = picture.reduce(2) if blur > 4 else picture
    soft = small.filter(ImageFilter.GaussianBlur(blur / (2 if small is not picture else 1)))
    return Image.composite(picture, soft.resize(picture.size, Image.Resampling.BILINEAR), sharp)


def develop(
    picture: Image.Image,
    rng: random.Random,
    *,
    warmth: float = 0.0,
    bloom: float = 0.25,
    grain: float = 3.2,
    vignette: float = 0.17,
) -> Image.Image:
    """Return the picture with the effects of lens and sensor: bloom, fall-off, tone, grain."""
    size = picture.size
    small = picture.reduce(8)
    high = small.point([max(0, value - 150) * 2 for value in range(256)] * 3)
    halo = high.filter(ImageFilter.GaussianBlur(size[0] / 8 / 40))
    halo = halo.point([round(value * bloom) for value in range(256)] * 3)
    picture = ImageChops.screen(picture, halo.resize(size, Image.Resampling.BILINEAR))
    corner = [round(255 * (1 - vignette * (value / 255) ** 2.2)) for value in range(256)]
    shade = Image.radial_gradient("L").point(corner).resize(size, Image.Resampling.BILINEAR)
    picture = lit(picture, shade)
    tables: list[int] = []
    for gain in (1 + warmth * 0.5, 1 + warmth * 0.06, 1 - warmth * 0.55):
        tables += [round(255 * _tone(min(1.0, value / 255 * gain * 1.07))) for value in range(256)]
    return ImageChops.add(picture.point(tables), _grain(rng, size, grain), 1, -128)


def _tone(value: float) -> float:
    """Lift the blacks a little and bend the middle, as film does."""
    curve = value * value * (3 - 2 * value)
    return 0.018 + 0.975 * (0.72 * value + 0.28 * curve)


def _grain(rng: random.Random, size: Size, strength: float) -> Image.Image:
    tile = Image.frombytes("L", (384, 384), rng.randbytes(384 * 384))
    tile = tile.filter(ImageFilter.GaussianBlur(0.7))
    tile = tile.point([round(128 + (value - 128) * strength / 26) for value in range(256)])
    sheet = Image.new("L", size)
    for x in range(0, size[0], 384):
        for y in range(0, size[1], 384):
            sheet.paste(tile, (x, y))
    return Image.merge("RGB", (sheet, sheet, sheet))
