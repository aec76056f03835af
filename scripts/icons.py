#!/usr/bin/env python3
"""Draws the app's icons as PNG files, after `static/img/icon.svg`; run it when that changes."""

from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "static" / "img"
ENCRE, PAPIER, VERMILLON, WHITE = "#121212", "#f4f1ea", "#ff4d1f", "#ffffff"
# The letter M and the light on it, in the units of the drawing: 32 by 32.
LETTER = ((6, 25), (6, 7), (10.6, 7), (16, 16.2), (21.4, 7), (26, 7), (26, 25), (21.7, 25))
LETTER += ((21.7, 14.4), (16, 23.6), (10.3, 14.4), (10.3, 25))
LIGHT = ((22, 3), (29, 3), (29, 10), (22, 10))
FINER = 4  # drawn larger and made smaller: smooth edges


def main() -> None:
    """Draw every icon."""
    for size in (192, 512):
        _save(f"icon-{size}", _drawn(size, 1.0))
        _save(f"maskable-{size}", _drawn(size, 0.7))  # phones cut it to a circle of four fifths
    _save("touch-180", _drawn(180, 0.9))
    _save("badge-96", _drawn(96, 1.15, ground=None, letter=WHITE, light=WHITE))


def _drawn(
    size: int,
    scale: float,
    ground: str | None = ENCRE,
    letter: str = PAPIER,
    light: str = VERMILLON,
) -> Image.Image:
    wide = size * FINER
    image = Image.new("RGBA", (wide, wide), ground or (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    for shape, colour in ((LETTER, letter), (LIGHT, light)):
        draw.polygon([_placed(x, y, wide, scale) for x, y in shape], fill=colour)
    smooth = image.resize((size, size), Image.Resampling.LANCZOS)
    return smooth if ground is None else smooth.convert("RGB")


def _placed(x: float, y: float, wide: int, scale: float) -> tuple[float, float]:
    """Return a point of the drawing in pixels, its middle in the middle."""
    return tuple(wide / 2 + (part - 16) * scale * wide / 32 for part in (x, y))  # type: ignore[return-value]


def _save(name: str, image: Image.Image) -> None:
    image.save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
