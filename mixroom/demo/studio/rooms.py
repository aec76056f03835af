"""Rooms of the museum, photographed from eye height through a simple camera."""
# ruff: noqa: PLR2004  a drawing is made of numbers

import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mixroom.demo.studio.art import artwork, palette
from mixroom.demo.studio.light import (
    Colour,
    Point,
    Size,
    cast,
    clouds,
    develop,
    fade,
    glowing,
    lit,
    mix,
    pool,
    scaled,
    warp,
)
from mixroom.demo.studio.people import look, moving, silhouette, visitor

EYE = 1.56  # metres: a camera held by someone standing, so that heads meet the horizon
NEAR = 0.35
DOTS = 170  # texture pixels per metre of wall


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera: its turn as (sin, cos), its focal length in frame widths."""

    size: Size
    focal: float
    sin: float = 0.0
    cos: float = 1.0
    horizon: float = 0.5

    def see(self, x: float, y: float, z: float) -> Point:
        """Return the pixel of a point: metres right, up from the floor, and ahead."""
        across, deep = self.turned(x, z)
        scale = self.focal * self.size[0] / max(deep, NEAR)
        return self.size[0] / 2 + across * scale, self.size[1] * self.horizon - (y - EYE) * scale

    def turned(self, x: float, z: float) -> tuple[float, float]:
        """Return the distances of a floor point to the right of the lens axis and ahead."""
        return x * self.cos - z * self.sin, x * self.sin + z * self.cos

    def scale(self, x: float, z: float) -> float:
        """Return the pixels per metre at that distance."""
        return self.focal * self.size[0] / max(self.turned(x, z)[1], NEAR)


@dataclass(frozen=True, slots=True)
class Wall:
    """A painted wall between two points of the floor plan."""

    start: Point
    end: Point
    height: float
    texture: Image.Image

    def quad(self, camera: Camera, mirrored: bool = False) -> list[Point]:
        """Return its corners in the picture, or those of its reflection in the floor."""
        sign = -1 if mirrored else 1
        (x0, z0), (x1, z1) = self.start, self.end
        top = sign * self.height
        return [
            camera.see(x0, top, z0),
            camera.see(x1, top, z1),
            camera.see(x1, 0, z1),
            camera.see(x0, 0, z0),
        ]


def paint(
    rng: random.Random, length: float, height: float, colour: Colour, *, works: int, dark: bool
) -> Image.Image:
    """Return a wall's texture with works hung at eye height, their light, shadow and labels."""
    dots = DOTS
    size = (round(length * dots), round(height * dots))
    wall = Image.new("RGB", size, colour)
    spots, hung = [], []
    slot = length / max(1, works)
    for i in range(works):
        wide = slot * rng.uniform(0.5, 0.78)
        high = min(height * 0.62, wide * rng.choice((0.66, 0.75, 1.0, 1.3)), 2.5)
        wide = min(wide, high * 2.4)
        x = (i + 0.5) * slot + rng.uniform(-0.05, 0.05) * slot
        middle = max(1.56, high / 2 + 0.45)
        hung.append((x, middle, wide, high))
        spots.append(
            (
                x / length,
                1 - (middle + high * 0.12) / height,
                wide * 0.85 / length,
                high * 0.95 / height,
                0.42 if not dark else 0.8,
            )
        )
    wall = lit(wall, pool(size, spots, 198 if not dark else 40))
    for x, middle, wide, high in hung:
        _hang(
            rng,
            wall,
            (round((x - wide / 2) * dots), round((height - middle - high / 2) * dots)),
            (round(wide * dots), round(high * dots)),
            dark,
        )
    return wall


def _hang(
    rng: random.Random, wall: Image.Image, at: tuple[int, int], size: Size, dark: bool
) -> None:
    work = artwork(rng, size)
    if not dark:
        cast(wall, Image.new("L", size, 255), (at[0] + 3, at[1] + 9), 9, 0.5)
        frame = rng.choice((None, None, (30, 28, 26), (236, 234, 228), (150, 118, 80)))
        if frame:
            edge = max(4, size[0] // 46)
            wall.paste(
                frame, (at[0] - edge, at[1] - edge, at[0] + size[0] + edge, at[1] + size[1] + edge)
            )
        label = (
            at[0] + size[0] + 34,
            at[1] + size[1] - 34,
            at[0] + size[0] + 58,
            at[1] + size[1] - 8,
        )
        wall.paste((250, 250, 248), label)
    wall.paste(lit(work, fade(size, 255, 214)), at)


def shoot(
    rng: random.Random,
    camera: Camera,
    walls: list[Wall],
    *,
    floor: tuple[Colour, Colour],
    ceiling: Colour,
    shine: float,
    people: list[tuple[float, float]],
    dark: Colour | None = None,
    poses: tuple[str, ...] = (),
) -> Image.Image:
    """Return the photograph: floor, walls and their reflection, visitors from far to near."""
    size = camera.size
    line = round(size[1] * camera.horizon)
    frame = Image.new("RGB", size, ceiling)
    below = Image.composite(
        Image.new("RGB", (size[0], size[1] - line), floor[1]),
        Image.new("RGB", (size[0], size[1] - line), floor[0]),
        fade((size[0], size[1] - line), 0, 255),
    )
    frame.paste(below, (0, line))
    mirror = frame.copy()
    masks = Image.new("L", size, 0)
    for wall in walls:
        small = wall.texture.reduce(3)
        part, mask, at = warp(
            small.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
            _flipped(wall.quad(camera, mirrored=True)),
            size,
        )
        mirror.paste(part, at, mask)
        masks.paste(255, at, mask)
        part, mask, at = warp(wall.texture, wall.quad(camera), size)
        frame.paste(part, at, mask)
    _reflect(rng, frame, mirror, masks, camera, walls, shine)
    for x, z in sorted(people, key=lambda place: -camera.turned(*place)[1]):
        _stand(rng, frame, camera, (x, z), dark, shine, poses)
    return frame


def _flipped(quad: list[Point]) -> list[Point]:
    a, b, c, d = quad
    return [d, c, b, a]


def _reflect(
    rng: random.Random,
    frame: Image.Image,
    mirror: Image.Image,
    masks: Image.Image,
    camera: Camera,
    walls: list[Wall],
    shine: float,
) -> None:
    size = camera.size
    ground = Image.new("L", size, 0)
    foot = [wall.quad(camera)[2:] for wall in walls]
    draw = ImageDraw.Draw(ground)
    for (x1, y1), (x0, y0) in foot:
        draw.polygon([(x0, y0), (x1, y1), (x1, size[1] * 2), (x0, size[1] * 2)], fill=255)
    line = round(size[1] * camera.horizon)
    depth = Image.new("L", size, 0)
    depth.paste(fade((size[0], size[1] - line), round(235 * shine), round(60 * shine)), (0, line))
    rough = clouds(rng, size, 7, 3).point([170 + value // 3 for value in range(256)])
    veil = ImageChops.multiply(
        ImageChops.multiply(masks, ground), ImageChops.multiply(depth, rough)
    )
    soft = mirror.reduce(2).filter(ImageFilter.GaussianBlur(size[0] / 260)).resize(size)
    frame.paste(soft, mask=veil)
    # where a wall meets the floor no light gets in
    draw = ImageDraw.Draw(frame)
    near: Colour = frame.getpixel((size[0] // 2, size[1] - 2))  # type: ignore[assignment]
    for (x1, y1), (x0, y0) in foot:
        edge = max(2, size[1] // 260)
        draw.line((x0, y0, x1, y1), fill=scaled(near, 0.42), width=edge)


def _stand(
    rng: random.Random,
    frame: Image.Image,
    camera: Camera,
    place: tuple[float, float],
    dark: Colour | None,
    shine: float,
    poses: tuple[str, ...],
) -> None:
    tall = rng.choice((1.58, 1.64, 1.7, 1.76, 1.82, 1.12 if rng.random() < 0.25 else 1.7))
    height = round(tall * camera.scale(*place))
    x, foot = camera.see(place[0], 0, place[1])
    who = look(rng, rng.choice(poses) if poses else None)
    figure = visitor(rng, who, height, 1 if rng.random() < 0.5 else -1)
    if dark:
        figure = silhouette(figure, dark)
    at = (round(x - figure.width / 2), round(foot - height))
    ground = Image.new("L", (round(height * 0.34), max(3, round(height * 0.03))), 0)
    ImageDraw.Draw(ground).ellipse((0, 0, ground.width, ground.height), fill=255)
    cast(
        frame,
        ground,
        (round(x - ground.width / 2), round(foot - ground.height * 0.75)),
        height * 0.014,
        0.62,
    )
    upside = figure.transpose(Image.Transpose.FLIP_TOP_BOTTOM).filter(
        ImageFilter.GaussianBlur(height * 0.012)
    )
    upside.putalpha(
        ImageChops.multiply(upside.getchannel("A"), fade(upside.size, round(150 * shine), 0))
    )
    if who.pose == "walk":
        wide = round(height * 0.09)
        figure, upside = moving(figure, wide), moving(upside, wide)
        at = (at[0] - wide // 2, at[1])
    frame.paste(upside, (at[0], round(foot) - 2), upside)
    frame.paste(figure, at, figure)


def gallery(rng: random.Random, size: Size) -> Image.Image:
    """A white wall from the front, with one to five works and a few visitors."""
    ratio = size[0] / size[1]
    focal = rng.uniform(0.85, 1.05) if ratio > 1 else rng.uniform(1.0, 1.3)
    deep = _distance(rng, focal, ratio)
    length = deep / focal * 1.5
    works = max(1, min(5, round(ratio * rng.uniform(0.7, 2.2))))
    tone = rng.choice(
        (
            (240, 238, 232),
            (236, 236, 236),
            (232, 226, 214),
            (226, 232, 236),
            (206, 62, 44),
            (44, 62, 96),
        )
    )
    height = 3.6 if ratio > 0.9 else 5.2
    texture = paint(rng, length, height, tone, works=works, dark=False)
    walls = [Wall((-length / 2, deep), (length / 2, deep), height, texture)]
    camera = Camera(size, focal, horizon=rng.uniform(0.46, 0.54))
    reach = deep / focal / 2
    people = [
        (rng.uniform(-0.75, 0.75) * reach, rng.uniform(deep * 0.66, deep - 0.9))
        for _ in range(rng.choice((1, 1, 2, 2, 3)))
    ]
    floor = rng.choice(
        (
            ((168, 162, 152), (132, 126, 118)),
            ((186, 160, 128), (148, 118, 86)),
            ((120, 120, 122), (92, 92, 94)),
        )
    )
    frame = shoot(
        rng,
        camera,
        walls,
        floor=floor,
        ceiling=scaled(tone, 0.8),
        shine=rng.uniform(0.25, 0.5),
        people=people,
    )
    return develop(frame, rng, warmth=rng.uniform(-0.03, 0.09))


def _distance(rng: random.Random, focal: float, ratio: float) -> float:
    """Return the distance at which the floor fills the lower fifth of the picture."""
    return max(4.4, 5.0 * focal * ratio * rng.uniform(0.9, 1.2))


def corner(rng: random.Random, size: Size) -> Image.Image:
    """Two walls that meet, one of them in colour, and the depth of a room."""
    tone = rng.choice(((238, 236, 230), (230, 228, 222)))
    colour = rng.choice((tone, palette(rng)[0], palette(rng)[1], (60, 78, 70), (198, 74, 50)))
    focal = rng.uniform(0.72, 0.9) if size[0] > size[1] else 1.05
    height, deep = (
        (3.9 if size[0] >= size[1] else 5.4),
        _distance(rng, focal, size[0] / size[1]) + 0.6,
    )
    edge = rng.uniform(-1.4, 1.4)
    left = paint(rng, deep + 1.5, height, colour, works=rng.choice((2, 3)), dark=False)
    long = deep / focal * 1.35 + 1.0
    back = paint(rng, long, height, tone, works=max(2, round(long / 3.6)), dark=False)
    side = edge - rng.uniform(1.6, 2.6)
    walls = [
        Wall((side, deep), (side + long, deep), height, back),
        Wall((side, -1.5 + NEAR + 1.6), (side, deep), height, left),
    ]
    turn = rng.uniform(-0.22, 0.1)
    camera = Camera(
        size, focal, sin=turn, cos=(1 - turn * turn) ** 0.5, horizon=rng.uniform(0.5, 0.56)
    )
    people = [
        (side + rng.uniform(1.0, 4.6), rng.uniform(deep * 0.6, deep - 0.9))
        for _ in range(rng.choice((1, 2, 3)))
    ]
    floor = rng.choice((((176, 158, 132), (142, 116, 86)), ((150, 150, 150), (110, 110, 112))))
    frame = shoot(
        rng, camera, walls, floor=floor, ceiling=scaled(tone, 0.86), shine=0.3, people=people
    )
    return develop(frame, rng, warmth=rng.uniform(-0.02, 0.08))


def projection(rng: random.Random, size: Size) -> Image.Image:
    """A dark room: one great moving image, its light on the floor, visitors against it."""
    ratio = size[0] / size[1]
    focal = 0.9 if ratio > 1 else 1.25
    deep = _distance(rng, focal, ratio) * 1.05
    length, height = deep / focal * 1.25, (5.0 if ratio > 1 else 6.4)
    colours = palette(rng)
    texture = Image.new("RGB", (round(length * 110), round(height * 110)), (20, 21, 26))
    wide, high = (
        round(texture.width * rng.uniform(0.66, 0.8)),
        round(texture.height * rng.uniform(0.6, 0.72)),
    )
    image = ImageChops.screen(
        artwork(rng, (wide, high)), Image.new("RGB", (wide, high), (14, 14, 22))
    )
    at = ((texture.width - wide) // 2, round(texture.height * 0.1))
    mean = image.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    texture = glowing(texture, pool(texture.size, [(0.5, 0.42, 0.62, 0.75, 0.5)]), mean)  # type: ignore[arg-type]
    texture.paste(image, at)
    walls = [Wall((-length / 2, deep), (length / 2, deep), height, texture)]
    camera = Camera(size, focal, horizon=rng.uniform(0.54, 0.6))
    reach = deep / focal / 2
    people = [
        (rng.uniform(-0.7, 0.7) * reach, rng.uniform(deep * 0.5, deep - 1.0))
        for _ in range(rng.choice((1, 2, 3, 5)))
    ]
    dark = scaled(mix(mean, colours[2], 0.3), 0.9)  # type: ignore[arg-type]
    frame = shoot(
        rng,
        camera,
        walls,
        floor=((34, 34, 40), (14, 14, 17)),
        ceiling=(10, 10, 13),
        shine=0.95,
        people=people,
        dark=dark,
        poses=("stand", "pockets", "phone", "point", "cross"),
    )
    return develop(frame, rng, bloom=0.55, grain=4.5, vignette=0.4)


def tunnel(rng: random.Random, size: Size) -> Image.Image:
    """A corridor of light: frames of colour that run to one point, a figure in the middle."""
    colours = palette(rng)
    camera = Camera(size, 0.7 if size[0] > size[1] else 1.0, horizon=0.54)
    frame = Image.new("RGB", size, (8, 8, 12))
    glow = frame.copy()
    half, high = 1.9, 3.2
    for k in range(11, -1, -1):
        z = 1.1 * 1.34**k
        colour = mix(colours[0], colours[2], k / 11) if rng.random() < 0.85 else colours[1]
        for sheet in (frame, glow):
            draw = ImageDraw.Draw(sheet)
            shape = [
                camera.see(-half, 0, z),
                camera.see(-half, high, z),
                camera.see(half, high, z),
                camera.see(half, 0, z),
            ]
            draw.line(
                [*shape, shape[0]],
                fill=scaled(colour, 1.35 if sheet is frame else 1.0),
                width=max(2, round(camera.scale(0, z) * 0.05)),
                joint="curve",
            )
    halo = glow.reduce(4).filter(ImageFilter.GaussianBlur(size[0] / 130)).resize(size)
    wide = glow.reduce(8).filter(ImageFilter.GaussianBlur(size[0] / 60)).resize(size)
    frame = ImageChops.screen(ImageChops.screen(frame, halo), ImageChops.add(wide, wide))
    for x, z in (
        (rng.uniform(-0.4, 0.4), rng.uniform(4.2, 6)),
        (rng.uniform(-1.2, 1.2), rng.uniform(7, 11)),
    ):
        if rng.random() < 0.85:
            _stand(
                rng, frame, camera, (x, z), scaled(colours[2], 1.2), 0.9, ("stand", "walk", "phone")
            )
    return develop(frame, rng, bloom=0.5, grain=4.5, vignette=0.3)


def windows(rng: random.Random, size: Size) -> Image.Image:
    """November sun through tall windows, laid in bars across the wall and the floor."""
    tone = rng.choice(((236, 230, 220), (228, 222, 214), (214, 220, 224)))
    focal = 0.85 if size[0] > size[1] else 1.1
    deep = _distance(rng, focal, size[0] / size[1])
    length, height = 14.0, 6.0
    texture = lit(
        Image.new("RGB", (round(length * 90), round(height * 90)), tone),
        pool((round(length * 90), round(height * 90)), [(0.4, 0.7, 0.6, 0.8, 0.3)], 120),
    )
    sun = Image.new("L", texture.size, 0)
    draw = ImageDraw.Draw(sun)
    lean, bar = rng.uniform(0.4, 1.1) * rng.choice((-1, 1)), rng.uniform(70, 110)
    for k in range(-2, 9):
        x = 120 + k * bar * 2
        for row in range(3):
            y = 70 + row * 150
            draw.polygon(
                [
                    (x + lean * y, y),
                    (x + bar * 1.4 + lean * y, y),
                    (x + bar * 1.4 + lean * (y + 136), y + 136),
                    (x + lean * (y + 136), y + 136),
                ],
                fill=255,
            )
    sun = sun.filter(ImageFilter.GaussianBlur(3))
    texture = glowing(
        texture, sun.point([round(value * 0.42) for value in range(256)]), (255, 226, 170)
    )
    walls = [Wall((-length / 2, deep), (length / 2, deep), height, texture)]
    camera = Camera(size, focal, horizon=0.5)
    people = [
        (rng.uniform(-1.6, 1.6), rng.uniform(deep * 0.6, deep - 0.8))
        for _ in range(rng.choice((1, 2)))
    ]
    frame = shoot(
        rng,
        camera,
        walls,
        floor=((182, 164, 138), (120, 98, 74)),
        ceiling=scaled(tone, 0.7),
        shine=0.55,
        people=people,
        poses=("stand", "walk", "pockets", "phone"),
    )
    return develop(frame, rng, warmth=0.1, bloom=0.5)


def plinth(rng: random.Random, size: Size) -> Image.Image:
    """A prototype on its plinth: a lit solid before a seamless ground."""
    w, h = size
    colours = palette(rng)
    ground = rng.choice((colours[1], colours[2], colours[0], (226, 222, 214)))
    frame = lit(Image.new("RGB", size, ground), pool(size, [(0.42, 0.36, 0.75, 0.7, 0.5)], 120))
    draw = ImageDraw.Draw(frame)
    unit = min(w, h)
    cx, top, half = w * rng.uniform(0.44, 0.56), h * 0.66, unit * 0.24
    skew = half * 0.5
    shadow = Image.new("L", (round(half * 3), round(h - top)), 200)
    cast(frame, shadow, (round(cx + half * 0.6), round(top + skew * 0.4)), unit * 0.05, 0.5)
    draw.polygon(
        [
            (cx - half, top),
            (cx + half * 0.3, top + skew * 0.55),
            (cx + half * 0.3, h),
            (cx - half, h),
        ],
        fill=(226, 224, 220),
    )
    draw.polygon(
        [
            (cx + half * 0.3, top + skew * 0.55),
            (cx + half, top + skew * 0.08),
            (cx + half, h),
            (cx + half * 0.3, h),
        ],
        fill=(168, 166, 164),
    )
    draw.polygon(
        [
            (cx - half, top),
            (cx - half * 0.25, top - skew * 0.5),
            (cx + half, top + skew * 0.08),
            (cx + half * 0.3, top + skew * 0.55),
        ],
        fill=(248, 247, 244),
    )
    spot = Image.new("L", (round(half * 1.3), round(skew * 0.4)), 0)
    ImageDraw.Draw(spot).ellipse((0, 0, spot.width, spot.height), fill=255)
    cast(frame, spot, (round(cx - half * 0.5), round(top - skew * 0.1)), unit * 0.014, 0.6)
    _solid(
        rng,
        frame,
        (cx, top + skew * 0.06),
        unit * rng.uniform(0.3, 0.42),
        [c for c in colours if c != ground],
    )
    return develop(frame, rng, bloom=0.3, warmth=0.03)


def _solid(
    rng: random.Random, frame: Image.Image, foot: Point, tall: float, colours: list[Colour]
) -> None:
    """Draw a stack of laser-cut sheets or rings, lit from the left."""
    count = rng.choice((9, 14, 22))
    kind = rng.choice(("discs", "slabs", "twist"))
    draw = ImageDraw.Draw(frame)
    step = tall / count
    for i in range(count):
        share = i / count
        swell = 0.55 + 0.4 * abs(((share * rng.choice((1.0, 1.0)) * 2 + 0.3) % 2) - 1)
        colour = mix(colours[0], colours[1], share)
        cx, y = foot[0], foot[1] - i * step
        r = tall * 0.42 * swell
        if kind == "discs":
            for lift, tone in ((0, 0.55), (-step * 0.55, 1.08)):
                draw.ellipse(
                    (cx - r, y - r * 0.3 + lift, cx + r, y + r * 0.3 + lift),
                    fill=scaled(colour, tone),
                )
        else:
            swing = r * 0.9 * ((share - 0.5) if kind == "twist" else 0.1)
            base = [
                (cx - r, y),
                (cx + swing * 0.4, y + r * 0.3),
                (cx + r, y - swing * 0.2),
                (cx - swing * 0.4, y - r * 0.3),
            ]
            for lift, tone in ((0.0, 0.5), (-step * 0.6, 1.06)):
                draw.polygon([(px, py + lift) for px, py in base], fill=scaled(colour, tone))
