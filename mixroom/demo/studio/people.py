"""Visitors, seen from behind so that they resemble nobody: varied coats, hair, builds, poses."""
# ruff: noqa: PLR2004  a drawing is made of numbers

import random
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from mixroom.demo.studio.light import Colour, Point, fade, scaled, sideways, spline

COATS: tuple[Colour, ...] = (
    (46, 48, 54),
    (196, 62, 42),
    (222, 172, 58),
    (66, 92, 134),
    (214, 208, 198),
    (52, 98, 84),
    (120, 44, 58),
    (166, 128, 92),
    (34, 40, 62),
    (108, 112, 112),
    (232, 126, 96),
    (92, 74, 120),
)
LEGS: tuple[Colour, ...] = ((36, 38, 46), (58, 70, 98), (74, 66, 60), (30, 28, 30), (112, 100, 84))
HAIR: tuple[Colour, ...] = (
    (24, 20, 20),
    (58, 38, 26),
    (110, 76, 44),
    (166, 128, 78),
    (136, 132, 128),
    (96, 46, 28),
)
SKIN: tuple[Colour, ...] = ((226, 184, 156), (196, 148, 114), (142, 98, 70), (92, 60, 44))
POSES = ("stand", "stand", "pockets", "phone", "cross", "point", "walk")
HAIRCUTS = ("short", "short", "bob", "long", "bun", "beanie", "curls", "tail")
GARMENTS = ("coat", "jacket", "jacket", "sweater", "parka", "dress")


@dataclass(frozen=True, slots=True)
class Look:
    """A visitor's clothes and posture."""

    coat: Colour
    legs: Colour
    hair: Colour
    skin: Colour
    haircut: str
    garment: str
    pose: str
    build: float
    bag: Colour | None


def look(rng: random.Random, pose: str | None = None) -> Look:
    """Return the random look of a visitor."""
    return Look(
        coat=rng.choice(COATS),
        legs=rng.choice(LEGS),
        hair=rng.choice(HAIR),
        skin=rng.choice(SKIN),
        haircut=rng.choice(HAIRCUTS),
        garment=rng.choice(GARMENTS),
        pose=pose or rng.choice(POSES),
        build=rng.uniform(0.9, 1.12),
        bag=rng.choice(COATS) if rng.random() < 0.3 else None,
    )


def visitor(
    rng: random.Random, who: Look, height: int, side: float = 1.0, *, facing: bool = False
) -> Image.Image:
    """Return the visitor, `height` px tall, lit from the left (side 1) or the right (-1): RGBA.

    `facing` turns the visitor to the camera, for figures in the distance.
    """
    if facing:
        who = replace(who, bag=None)
    scale = 2 if height < 500 else 1
    tall = height * scale
    pen = _Pen(tall, who)
    _legs(pen, who, rng)
    _arms(pen, who)
    _body(pen, who, rng)
    _head(pen, who)
    if facing:
        _face(pen, who)
    image = _shaded(pen.image, rng, side)
    return image.resize((max(1, image.width // scale), height), Image.Resampling.LANCZOS)


class _Pen:
    """Draws in units of the visitor's height, x from the spine."""

    def __init__(self, tall: int, who: Look) -> None:
        self.tall, self.build = tall, who.build
        self.image = Image.new("RGBA", (round(tall * 0.64), tall), (*scaled(who.coat, 0.9), 0))
        self.draw = ImageDraw.Draw(self.image)

    def at(self, x: float, y: float) -> Point:
        return (self.image.width / 2 + x * self.build * self.tall, (0.02 + y * 0.98) * self.tall)

    def blob(self, points: list[Point], colour: Colour) -> None:
        self.draw.polygon(spline([self.at(*p) for p in points]), fill=(*colour, 255))

    def both(self, half: list[Point], colour: Colour) -> None:
        """Draw a shape that is symmetrical about the spine, given its right half."""
        self.blob([*half, *[(-x, y) for x, y in reversed(half)]], colour)

    def limb(self, points: list[Point], colour: Colour, start: float, end: float) -> None:
        path = spline([self.at(*p) for p in points], closed=False, steps=26)
        for i, (x, y) in enumerate(path):
            r = (start + (end - start) * i / len(path)) * self.tall * 0.5
            self.draw.ellipse((x - r, y - r, x + r, y + r), fill=(*colour, 255))


def _legs(pen: _Pen, who: Look, rng: random.Random) -> None:
    apart = rng.uniform(0.0, 0.016)
    stride = 0.05 if who.pose == "walk" else 0.0
    shoe = scaled(who.legs, 0.5) if rng.random() < 0.7 else (224, 222, 216)
    for way in (-1, 1):
        foot = way * (0.044 + apart) + stride * way
        lift = 0.03 if stride and way > 0 else 0.0
        pen.blob(
            [
                (foot - 0.032, 0.972 - lift),
                (foot, 0.955 - lift),
                (foot + 0.032, 0.972 - lift),
                (foot + 0.034, 0.994 - lift),
                (foot, 0.999 - lift),
                (foot - 0.034, 0.994 - lift),
            ],
            shoe,
        )
        pen.limb(
            [
                (way * 0.046, 0.5),
                (way * 0.05, 0.62),
                (way * 0.045 + stride * way * 0.4, 0.74),
                (foot * 0.98, 0.96 - lift),
            ],
            who.legs if way < 0 else scaled(who.legs, 0.9),
            0.1,
            0.056,
        )


def _arms(pen: _Pen, who: Look) -> None:
    sleeve = scaled(who.coat, 0.86)
    if who.pose == "phone":
        paths = [
            [(-0.1, 0.218), (-0.152, 0.3), (-0.1, 0.24)],
            [(0.1, 0.218), (0.15, 0.29), (0.1, 0.18), (0.085, 0.12)],
        ]
        pen.blob([(0.066, 0.02), (0.118, 0.02), (0.118, 0.115), (0.066, 0.115)], (22, 22, 26))
    elif who.pose == "cross":
        paths = [
            [(-0.1, 0.218), (-0.15, 0.31), (-0.08, 0.36)],
            [(0.1, 0.218), (0.15, 0.31), (0.08, 0.36)],
        ]
    elif who.pose == "point":
        paths = [
            [(-0.1, 0.218), (-0.14, 0.34), (-0.13, 0.47)],
            [(0.1, 0.218), (0.18, 0.225), (0.255, 0.16)],
        ]
        pen.limb([(0.25, 0.165), (0.278, 0.138)], who.skin, 0.034, 0.02)
    elif who.pose == "pockets":
        paths = [
            [(-0.1, 0.218), (-0.158, 0.34), (-0.1, 0.46)],
            [(0.1, 0.218), (0.158, 0.34), (0.1, 0.46)],
        ]
    else:
        swing = 0.03 if who.pose == "walk" else 0.0
        paths = [
            [(-0.1, 0.218), (-0.142, 0.34), (-0.135 - swing, 0.47)],
            [(0.1, 0.218), (0.142, 0.34), (0.135 + swing, 0.47)],
        ]
        for path in paths:
            x, y = path[-1]
            pen.limb([(x, y), (x * 0.99, y + 0.035)], who.skin, 0.036, 0.026)
    for path in paths:
        pen.limb(path, sleeve, 0.062, 0.046)


def _body(pen: _Pen, who: Look, rng: random.Random) -> None:
    hem = {"coat": 0.7, "jacket": 0.53, "sweater": 0.5, "parka": 0.6, "dress": 0.68}[who.garment]
    flare = {"coat": 0.118, "jacket": 0.1, "sweater": 0.092, "parka": 0.116, "dress": 0.13}[
        who.garment
    ]
    waist = 0.088 if who.garment == "dress" else 0.1
    pen.blob([(-0.026, 0.11), (0.026, 0.11), (0.03, 0.18), (-0.03, 0.18)], scaled(who.skin, 0.85))
    pen.both(
        [
            (0.0, 0.165),
            (0.05, 0.172),
            (0.094, 0.186),
            (0.122, 0.222),
            (0.112, 0.32),
            (waist, 0.4),
            (flare, 0.5 if hem > 0.55 else hem - 0.04),
            (flare * 1.02, hem - 0.012),
            (0.0, hem),
        ],
        who.coat,
    )
    if who.garment in ("coat", "parka"):
        pen.draw.line(
            [pen.at(0, 0.44), pen.at(0.002, hem - 0.004)],
            fill=(*scaled(who.coat, 0.6), 255),
            width=max(1, pen.tall // 260),
        )
    if who.garment == "parka":
        pen.both([(0.0, 0.155), (0.06, 0.168), (0.075, 0.215), (0.0, 0.262)], scaled(who.coat, 0.8))
    elif rng.random() < 0.35:
        pen.both([(0.0, 0.142), (0.044, 0.15), (0.05, 0.176), (0.0, 0.19)], rng.choice(COATS))
    if who.bag:
        pen.both(
            [(0.0, 0.22), (0.06, 0.226), (0.074, 0.27), (0.076, 0.39), (0.05, 0.42), (0.0, 0.424)],
            who.bag,
        )
        pen.both([(0.0, 0.31), (0.05, 0.315), (0.054, 0.385), (0.0, 0.395)], scaled(who.bag, 0.82))


_SKULL: list[Point] = [
    (0.0, 0.004),
    (0.036, 0.012),
    (0.055, 0.044),
    (0.054, 0.085),
    (0.034, 0.124),
    (0.0, 0.134),
]
_HAIRCUTS: dict[str, list[Point]] = {
    "short": [
        (0.0, 0.0),
        (0.038, 0.008),
        (0.057, 0.044),
        (0.054, 0.08),
        (0.034, 0.112),
        (0.0, 0.118),
    ],
    "bob": [
        (0.0, 0.0),
        (0.042, 0.008),
        (0.064, 0.05),
        (0.068, 0.11),
        (0.052, 0.146),
        (0.0, 0.152),
    ],
    "long": [
        (0.0, 0.0),
        (0.042, 0.008),
        (0.062, 0.05),
        (0.068, 0.13),
        (0.062, 0.215),
        (0.03, 0.248),
        (0.0, 0.252),
    ],
    "bun": [
        (0.0, 0.0),
        (0.038, 0.008),
        (0.057, 0.044),
        (0.052, 0.086),
        (0.03, 0.12),
        (0.0, 0.126),
    ],
    "curls": [
        (0.0, -0.01),
        (0.055, 0.0),
        (0.088, 0.045),
        (0.084, 0.1),
        (0.05, 0.14),
        (0.0, 0.146),
    ],
    "tail": [
        (0.0, 0.0),
        (0.038, 0.008),
        (0.057, 0.044),
        (0.052, 0.084),
        (0.03, 0.112),
        (0.0, 0.118),
    ],
}


def _head(pen: _Pen, who: Look) -> None:
    for way in (-1, 1):
        pen.blob(
            [(way * 0.05, 0.07), (way * 0.06, 0.066), (way * 0.058, 0.094), (way * 0.05, 0.096)],
            who.skin,
        )
    pen.both(_SKULL, scaled(who.skin, 0.8))
    if who.haircut == "beanie":
        _beanie(pen, who)
    else:
        _hair(pen, who)


def _beanie(pen: _Pen, who: Look) -> None:
    pen.both(
        [(0.0, -0.002), (0.04, 0.006), (0.059, 0.04), (0.059, 0.076), (0.0, 0.084)],
        who.hair if sum(who.hair) > 220 else (176, 58, 48),
    )
    pen.both([(0.0, 0.062), (0.058, 0.058), (0.061, 0.082), (0.0, 0.092)], (90, 84, 80))


def _hair(pen: _Pen, who: Look) -> None:
    pen.both(_HAIRCUTS[who.haircut], who.hair)
    if who.haircut == "bun":
        pen.both(
            [(0.0, -0.012), (0.024, -0.002), (0.028, 0.026), (0.014, 0.044), (0.0, 0.046)],
            scaled(who.hair, 1.25),
        )
    if who.haircut == "tail":
        pen.both(
            [(0.0, 0.055), (0.016, 0.062), (0.024, 0.12), (0.018, 0.2), (0.0, 0.226)],
            scaled(who.hair, 1.2),
        )


def _face(pen: _Pen, who: Look) -> None:
    pen.both(
        [(0.0, 0.026), (0.03, 0.034), (0.044, 0.06), (0.041, 0.094), (0.022, 0.128), (0.0, 0.133)],
        who.skin,
    )
    pen.both([(0.0, 0.018), (0.03, 0.024), (0.048, 0.054), (0.034, 0.05), (0.0, 0.042)], who.hair)
    for way in (-1, 1):
        pen.blob(
            [(way * 0.012, 0.07), (way * 0.02, 0.066), (way * 0.027, 0.07), (way * 0.02, 0.075)],
            scaled(who.skin, 0.42),
        )
    pen.both([(0.0, 0.108), (0.013, 0.106), (0.012, 0.111), (0.0, 0.113)], scaled(who.skin, 0.66))
    pen.both([(0.0, 0.172), (0.022, 0.17), (0.006, 0.235), (0.0, 0.24)], (232, 228, 220))


def _shaded(image: Image.Image, rng: random.Random, side: float) -> Image.Image:
    """Round the flat shapes: light from one side, folds, a darker foot."""
    size = image.size
    alpha = image.getchannel("A")
    near, far = (255, 150) if side > 0 else (150, 255)
    shade = ImageChops.multiply(sideways(size, near, far), fade(size, 255, 196))
    folds = Image.new("L", size, 128)
    draw = ImageDraw.Draw(folds)
    for _ in range(16):
        x, y = rng.uniform(0.3, 0.7) * size[0], rng.uniform(0.18, 0.95) * size[1]
        sway, drop = rng.uniform(-0.05, 0.05) * size[0], rng.uniform(0.04, 0.14) * size[1]
        path = spline([(x, y), (x + sway, y + drop / 2), (x + sway * 0.4, y + drop)], closed=False)
        draw.line(path, fill=rng.choice((70, 84, 186)), width=max(1, size[1] // 120))
    folds = folds.filter(ImageFilter.GaussianBlur(size[1] / 150))
    # the edges turn away from the light
    core = alpha.filter(ImageFilter.GaussianBlur(size[1] / 90)).point(
        [round(120 + value * 0.53) for value in range(256)]
    )
    light = ImageChops.multiply(shade, core)
    rgb = ImageChops.multiply(image.convert("RGB"), Image.merge("RGB", (light,) * 3))
    rgb = ImageChops.add(
        rgb,
        Image.merge("RGB", (folds.point([round(128 + (v - 128) * 0.34) for v in range(256)]),) * 3),
        1,
        -128,
    )
    rgb = rgb.point([min(255, round(value * 1.16)) for value in range(256)] * 3)
    rgb.putalpha(alpha)
    return rgb


def silhouette(figure: Image.Image, rim: Colour, strength: float = 0.16) -> Image.Image:
    """Return the figure against the light: nearly black, its edge catching the colour."""
    alpha = figure.getchannel("A")
    inner = alpha.filter(ImageFilter.GaussianBlur(max(1, figure.height / 150)))
    edge = ImageChops.subtract(alpha, inner).point([min(255, value * 2) for value in range(256)])
    dark = figure.convert("RGB").point([round(value * strength) for value in range(256)] * 3)
    dark.paste(rim, mask=ImageChops.multiply(edge, fade(figure.size, 130, 30)))
    dark.putalpha(alpha)
    return dark


def moving(figure: Image.Image, distance: int) -> Image.Image:
    """Return the figure with the motion blur of a slow shutter."""
    wide = Image.new("RGBA", (figure.width + distance, figure.height))
    wide.paste(figure, (distance // 2, 0))
    squeezed = wide.resize(
        (max(8, wide.width // max(2, distance // 3)), figure.height), Image.Resampling.BOX
    )
    return squeezed.resize(wide.size, Image.Resampling.BICUBIC)


def backdrop(figure: Image.Image, radius: float) -> Image.Image:
    """Return the figure out of focus, on a larger canvas with room for the blur."""
    edge = round(radius * 3)
    wide = Image.new("RGBA", (figure.width + 2 * edge, figure.height + 2 * edge))
    wide.paste(figure, (edge, edge))
    return wide.filter(ImageFilter.GaussianBlur(radius))
