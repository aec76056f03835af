"""Draws the logos of the rehearsal's sponsors: a sign, and the name beside it or under it."""

from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from mixroom.settings import ROOT

Sign = Callable[[ImageDraw.ImageDraw, int, str], None]
SIDE = 300  # px of a sign
FONT = ROOT / "static" / "fonts" / "bricolage.woff2"
WEIGHT = 560


def emblem(name: str, sign: str, colour: str, *, under: bool = False) -> bytes:
    """Return a logo as a PNG with transparent ground."""
    height = 92 if under else 150
    font = ImageFont.truetype(FONT, height)
    font.set_variation_by_axes([WEIGHT])
    words = name.split(" ")
    lines = [words[0], " ".join(words[1:])] if len(words) > 1 else words
    probe = ImageDraw.Draw(Image.new("RGBA", (1, 1)))
    width = round(max(probe.textlength(line, font) for line in lines))
    step = round(height * 1.05)
    size = (max(SIDE, width), SIDE + 40 + step * len(lines)) if under else (SIDE + 60 + width, SIDE)
    picture = Image.new("RGBA", size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    SIGNS[sign](draw, (size[0] - SIDE) // 2 if under else 0, colour)
    top = SIDE + 30 if under else (SIDE - step * len(lines)) // 2
    for n, line in enumerate(lines):
        left = (size[0] - round(probe.textlength(line, font))) // 2 if under else SIDE + 60
        draw.text((left, top + n * step), line, "#1a1a1a", font)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _lamp(draw: ImageDraw.ImageDraw, x: int, colour: str) -> None:
    draw.ellipse((x + 50, 50, x + 250, 250), colour)
    for left, top in ((140, 0), (140, 270), (0, 140), (270, 140)):
        draw.rectangle((x + left, top, x + left + 20, top + 30), colour)


def _brook(draw: ImageDraw.ImageDraw, x: int, colour: str) -> None:
    for n in range(3):
        for left in (0, 150):
            box = (x + left, 40 + 80 * n, x + left + 150, 140 + 80 * n)
            draw.arc(box, *((180, 360) if left else (0, 180)), fill=colour, width=36)


def _chip(draw: ImageDraw.ImageDraw, x: int, colour: str) -> None:
    draw.rectangle((x + 60, 60, x + 240, 240), colour)
    for at in (90, 140, 190):
        draw.rectangle((x, at, x + 300, at + 20), colour)
        draw.rectangle((x + at, 0, x + at + 20, 300), colour)


def _mug(draw: ImageDraw.ImageDraw, x: int, colour: str) -> None:
    draw.rectangle((x + 30, 60, x + 210, 300), colour)
    draw.arc((x + 140, 100, x + 300, 250), 270, 90, fill=colour, width=36)


def _colon(draw: ImageDraw.ImageDraw, x: int, colour: str) -> None:
    draw.ellipse((x + 90, 10, x + 210, 130), colour)
    draw.ellipse((x + 90, 170, x + 210, 290), colour)


SIGNS: dict[str, Sign] = {
    "lamp": _lamp,
    "brook": _brook,
    "chip": _chip,
    "mug": _mug,
    "colon": _colon,
}
