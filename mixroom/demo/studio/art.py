"""Works of art made by code, to hang in the rooms."""
# ruff: noqa: PLR2004  a drawing is made of numbers

import math
import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mixroom.demo.studio.light import Colour, Size, clouds, fade, mix, pool, scaled, spline, tinted

PALETTES: tuple[tuple[Colour, ...], ...] = (
    ((24, 43, 94), (232, 76, 48), (245, 196, 66), (240, 234, 220), (20, 20, 24)),
    ((12, 74, 77), (33, 142, 118), (238, 184, 150), (247, 240, 226), (209, 73, 91)),
    ((64, 28, 84), (187, 62, 104), (247, 143, 92), (252, 219, 164), (28, 20, 44)),
    ((17, 45, 78), (63, 114, 175), (219, 226, 239), (249, 247, 247), (222, 108, 62)),
    ((38, 70, 48), (118, 146, 86), (226, 214, 158), (190, 88, 44), (30, 32, 28)),
    ((20, 20, 22), (236, 232, 224), (150, 146, 140), (214, 40, 40), (70, 70, 74)),
    ((8, 48, 120), (0, 132, 200), (120, 210, 220), (250, 220, 90), (250, 250, 244)),
    ((120, 20, 40), (220, 64, 62), (248, 166, 160), (250, 232, 220), (44, 16, 28)),
    ((74, 52, 36), (150, 104, 62), (214, 176, 122), (240, 226, 200), (36, 60, 66)),
    ((40, 30, 110), (98, 70, 214), (232, 110, 200), (255, 206, 220), (20, 220, 180)),
    ((250, 214, 0), (255, 120, 40), (230, 40, 110), (40, 40, 60), (250, 246, 236)),
    ((190, 226, 214), (92, 168, 160), (32, 84, 98), (246, 236, 210), (240, 128, 98)),
)


def artwork(rng: random.Random, size: Size) -> Image.Image:
    """Return a work of art in a random manner and palette."""
    manner = rng.choice(MANNERS)
    if manner is gestures and max(size) > 700:  # a brush is soft, and slow
        half = (size[0] // 2, size[1] // 2)
        return gestures(rng, half, palette(rng)).resize(size, Image.Resampling.BICUBIC)
    if manner is gestures or max(size) > 1100:  # smooth enough as it is
        return manner(rng, size, palette(rng))
    return manner(rng, (size[0] * 2, size[1] * 2), palette(rng)).reduce(2)


def palette(rng: random.Random) -> list[Colour]:
    """Return five colours that go together."""
    return list(rng.choice(PALETTES))


def truchet(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Quarter rings on a grid, turned at random: a line that never ends."""
    w, h = size
    cell = max(24, round(max(w, h) / rng.choice((6, 8, 11, 14))))
    image = Image.new("RGB", size, colours[0])
    draw = ImageDraw.Draw(image)
    for x in range(0, w, cell):
        for y in range(0, h, cell):
            draw.rectangle(
                (x, y, x + cell, y + cell), fill=colours[0] if rng.random() < 0.8 else colours[4]
            )
            corners = ((x, y), (x + cell, y + cell))
            if rng.random() < 0.5:
                corners = ((x + cell, y), (x, y + cell))
            for cx, cy in corners:
                for radius, colour in ((0.74, 1), (0.56, 2), (0.42, 3), (0.26, 0)):
                    r = cell * radius
                    tile = (cx - r, cy - r, cx + r, cy + r)
                    start = (0 if cx == x else 90) if cy == y else (270 if cx == x else 180)
                    draw.pieslice(tile, start, start + 90, fill=colours[colour])
    return image


def fields(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Broad soft fields of related colours, one over the other."""
    image = Image.new("RGB", size, scaled(colours[0], 0.8))
    top = 0.05
    for colour in rng.sample(colours[1:], 3):
        height = rng.uniform(0.2, 0.36)
        mask = Image.new("L", size, 0)
        box = (size[0] * 0.07, size[1] * top, size[0] * 0.93, size[1] * min(0.96, top + height))
        ImageDraw.Draw(mask).rectangle(box, fill=235)
        mask = mask.filter(ImageFilter.GaussianBlur(min(size) * 0.009))
        rough = clouds(rng, size, 9, 3).point([200 + value // 5 for value in range(256)])
        image.paste(
            tinted(clouds(rng, size, 3, 3), (scaled(colour, 0.86), scaled(colour, 1.1))),
            mask=ImageChops.multiply(mask, rough),
        )
        top += height + 0.035
    return image


def waves(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Bands that swell across the canvas."""
    w, h = size
    image = Image.new("RGB", size, colours[3])
    draw = ImageDraw.Draw(image)
    count = rng.choice((9, 14, 22))
    phase, tilt, turns = rng.uniform(0, 6), rng.uniform(-0.5, 0.5), rng.uniform(0.6, 2.2)
    order = [rng.choice(colours) for _ in range(count * 3)]
    for i in range(-count, count * 2):
        edge = []
        for step in range(41):
            x = step / 40
            swell = (
                math.sin(x * turns * 5 + phase + i * 0.21) * 0.055
                + math.sin(x * 9 - i * 0.4) * 0.012
            )
            edge.append((x * w, (i / count + swell + tilt * x) * h))
        draw.polygon([*edge, (w, h * 3), (0, h * 3)], fill=order[i])
    return image


def rings(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Discs within discs, cut into halves that do not match."""
    w, h = size
    image = Image.new("RGB", size, colours[3])
    draw = ImageDraw.Draw(image)
    for _ in range(rng.choice((3, 5, 8))):
        cx, cy = rng.uniform(0, w), rng.uniform(0, h)
        radius, turn = min(size) * rng.uniform(0.22, 0.62), rng.choice((0, 45, 90))
        for k in range(6):
            r = radius * (1 - k / 6)
            box = (cx - r, cy - r, cx + r, cy + r)
            one, other = rng.sample(colours, 2)
            draw.pieslice(box, turn, turn + 180, fill=one)
            draw.pieslice(box, turn + 180, turn + 360, fill=other)
    return image


def facets(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """A crumpled sheet: triangles, each lit according to its direction."""
    w, h = size
    columns, rows = 7, max(3, round(7 * h / w))
    points = [
        [
            (
                (x + (rng.uniform(-0.4, 0.4) if 0 < x < columns else 0)) * w / columns,
                (y + (rng.uniform(-0.4, 0.4) if 0 < y < rows else 0)) * h / rows,
            )
            for x in range(columns + 1)
        ]
        for y in range(rows + 1)
    ]
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    one, other = rng.sample(colours, 2)
    for y in range(rows):
        for x in range(columns):
            a, b, c, d = points[y][x], points[y][x + 1], points[y + 1][x + 1], points[y + 1][x]
            for triangle in ((a, b, c), (a, c, d)):
                tone = mix(one, other, (x / columns + y / rows) / 2 + rng.uniform(-0.2, 0.2))
                draw.polygon(triangle, fill=scaled(tone, rng.uniform(0.72, 1.2)))
    return image


def lines(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Hundreds of lines that bend around something invisible."""
    w, h = size
    ground, ink = (colours[3], colours[4]) if rng.random() < 0.6 else (colours[4], colours[2])
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    bumps = [
        (rng.uniform(0.2, 0.8), rng.uniform(0.2, 0.8), rng.uniform(0.1, 0.24)) for _ in range(3)
    ]
    count = rng.choice((34, 50))
    for i in range(count + 1):
        y = i / count
        path = []
        for step in range(49):
            x = step / 48
            lift = sum(
                (y - by) * 1.1 * math.exp(-(((x - bx) ** 2 + (y - by) ** 2) / (r * r)))
                for bx, by, r in bumps
            )
            path.append((x * w, (y + lift * 0.6) * h))
        draw.line(path, fill=ink, width=max(1, round(h / count * 0.34)), joint="curve")
    return image


def squares(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """A grid of squares that loses its order towards one corner."""
    w, h = size
    image = Image.new("RGB", size, colours[3])
    draw = ImageDraw.Draw(image)
    across = rng.choice((7, 10, 14))
    cell = w / across
    down = math.ceil(h / cell)
    for i in range(across):
        for j in range(down):
            loose = (i / across + j / down) / 2
            cx = (i + 0.5 + rng.gauss(0, 0.22) * loose) * cell
            cy = (j + 0.5 + rng.gauss(0, 0.22) * loose) * cell
            turn, half = rng.gauss(0, 1.0) * loose + math.pi / 4, cell * 0.55
            corner = [
                (
                    cx + half * math.cos(turn + k * math.pi / 2),
                    cy + half * math.sin(turn + k * math.pi / 2),
                )
                for k in range(4)
            ]
            draw.polygon(
                corner,
                fill=rng.choice((colours[0], colours[0], colours[1], colours[2], colours[4])),
            )
    return image


def gestures(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Broad strokes of a loaded brush, wet in wet."""
    w, h = size
    image = tinted(clouds(rng, size, 4, 4), (scaled(colours[3], 0.86), colours[3]))
    for _ in range(rng.randint(14, 26)):
        layer = Image.new("L", size, 0)
        draw = ImageDraw.Draw(layer)
        x, y, angle = rng.uniform(-0.1, 1) * w, rng.uniform(0, 1) * h, rng.uniform(-0.8, 0.8)
        path = [(x, y)]
        for _ in range(5):
            angle += rng.uniform(-0.8, 0.8)
            x, y = x + math.cos(angle) * w * 0.14, y + math.sin(angle) * h * 0.14
            path.append((x, y))
        curve = spline(path, closed=False)
        breadth = min(size) * rng.uniform(0.03, 0.12)
        for hair in range(14):
            off = (hair - 7) / 7 * breadth
            shifted = [(px + off * 0.4, py + off) for px, py in curve]
            draw.line(shifted, fill=rng.randint(90, 255), width=max(1, round(breadth / 8)))
        colour = rng.choice(colours)
        image.paste(
            scaled(colour, rng.uniform(0.85, 1.1)), mask=layer.filter(ImageFilter.GaussianBlur(0.8))
        )
    return image


def contours(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """An invented map: the contour lines of smooth noise."""
    field = clouds(rng, size, 3, 2)
    steps = rng.choice((7, 10, 14))
    stops = [
        mix(colours[0], colours[2], k / steps) if k % 2 else mix(colours[1], colours[3], k / steps)
        for k in range(steps)
    ]
    level = field.filter(ImageFilter.GaussianBlur(2)).point(
        [value * steps // 256 for value in range(256)]
    )
    bands = [
        level.point([stops[min(value, steps - 1)][band] for value in range(256)])
        for band in range(3)
    ]
    return Image.merge("RGB", bands)


def halftone(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Dots of varying size that form a picture from a distance."""
    w, h = size
    pitch = max(8, round(max(size) / rng.choice((30, 44))))
    field = clouds(rng, (w // pitch + 2, h // pitch + 2), 3, 2)
    field = field.point(
        [max(0, min(255, round((value - 128) * 1.9 + 128))) for value in range(256)]
    )
    values = field.load()
    image = Image.new("RGB", size, colours[3])
    draw = ImageDraw.Draw(image)
    one, other = colours[0], colours[1]
    for i in range(w // pitch + 2):
        for j in range(h // pitch + 2):
            value = values[i, j] / 255  # type: ignore[index,operator]
            r = pitch * (0.1 + 0.52 * value)
            x, y = (i + 0.5 * (j % 2)) * pitch, j * pitch
            draw.ellipse((x - r, y - r, x + r, y + r), fill=mix(other, one, value))
    return image


def ridges(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """A photograph of hills in haze, with a low sun."""
    w, h = size
    warm, cold = colours[2], scaled(mix(colours[0], (30, 40, 60), 0.5), 0.7)
    image = tinted(
        fade(size, 0, 255), (mix(cold, (150, 180, 210), 0.5), mix(warm, (255, 236, 214), 0.55))
    )
    sun = pool(size, [(rng.uniform(0.2, 0.8), rng.uniform(0.3, 0.5), 0.16, 0.16 * w / h, 1.0)])
    image = ImageChops.screen(
        image,
        Image.merge(
            "RGB",
            (
                sun,
                sun.point([round(v * 0.86) for v in range(256)]),
                sun.point([round(v * 0.62) for v in range(256)]),
            ),
        ),
    )
    draw = ImageDraw.Draw(image)
    for k in range(5):
        base, rough = 0.46 + k * 0.11, rng.uniform(2, 6)
        phase = rng.uniform(0, 9)
        edge = [
            (
                x / 60 * w,
                (
                    base
                    + math.sin(x / 60 * rough * 3 + phase) * 0.045
                    + math.sin(x * 0.7 + phase) * 0.012
                )
                * h,
            )
            for x in range(61)
        ]
        draw.polygon(
            [*edge, (w, h), (0, h)], fill=mix(mix(warm, (230, 220, 214), 0.3), cold, (k + 1) / 5)
        )
    return image


def weave(rng: random.Random, size: Size, colours: list[Colour]) -> Image.Image:
    """Ribbons over and under, as on a loom."""
    w, h = size
    n = rng.choice((9, 13, 17))
    cell = max(w, h) / n
    image = Image.new("RGB", size, scaled(colours[4], 0.6))
    draw = ImageDraw.Draw(image)
    warp_colours = [rng.choice(colours[:4]) for _ in range(n + 1)]
    weft_colours = [rng.choice(colours[1:]) for _ in range(n + 1)]
    pad = cell * 0.06
    for i in range(n + 1):
        for j in range(n + 1):
            x, y = i * cell, j * cell
            if (i + j + (i // 3)) % 2:
                draw.rectangle(
                    (x + pad, y - cell * 0.2, x + cell - pad, y + cell * 1.2), fill=warp_colours[i]
                )
            else:
                draw.rectangle(
                    (x - cell * 0.2, y + pad, x + cell * 1.2, y + cell - pad), fill=weft_colours[j]
                )
    return image


MANNERS: tuple[Callable[[random.Random, Size, list[Colour]], Image.Image], ...] = (
    truchet,
    fields,
    waves,
    rings,
    facets,
    lines,
    squares,
    gestures,
    contours,
    halftone,
    ridges,
    weave,
)
