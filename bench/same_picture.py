"""How often the comparison of a preview with its original errs, on 12-megapixel phone photos.

    bench/same_picture.py [PHOTO ...]

Without files it enlarges the photographs in tests/data and roughens them like a sensor. Each photo
is the original of previews as browsers make them. "Set aside" counts genuine pairs that are held
back, which costs a sharper picture; "passed" counts other pictures that would have been shown.
Prints Markdown.
"""

import io
import itertools
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFont, ImageOps

from mixroom.media.likeness import outside, same
from tests import photos

EDGES = (
    (1600, 80),
    (1280, 60),
    (720, 50),
)  # long edge and JPEG quality, as static/js/lib/uplink.js
FILTERS = ("BOX", "BILINEAR", "BICUBIC", "LANCZOS")
HEIGHTS = (0.2, 0.05, 0.03, 0.02, 0.015, 0.01)
PLACES = ((0.04, 0.05), (0.6, 0.9), (0.4, 0.45), (0.75, 0.1))
OTHER = 999.0
NAMES = ("astronaut", "chelsea", "coffee", "rocket")


def originals(paths: list[str]) -> Iterator[tuple[str, Image.Image]]:
    """Yield photos upright and at half their size, as the darkroom decodes them."""
    for path in paths:
        with Image.open(path) as file:
            yield Path(path).stem, ImageOps.exif_transpose(file).convert("RGB").reduce(2)
    if not paths:
        for name in NAMES:
            yield name, photos.raster(name).convert("RGB").reduce(2)
    for name, tone in (("dim room", (24, 21, 20)), ("white wall", (233, 231, 226))):
        picture = Image.new("RGB", (4032, 3024), tone)
        grain = Image.effect_noise(picture.size, 20).convert("RGB")
        yield name, ImageChops.add(picture, grain, 1, -128).reduce(2)


def jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """Return the picture after a round through JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def preview(picture: Image.Image, edge: int, quality: int, how: str = "BICUBIC") -> Image.Image:
    """Return what a browser makes of it."""
    scale = edge / max(picture.size)
    size = round(picture.width * scale), round(picture.height * scale)
    return jpeg(picture.resize(size, Image.Resampling[how]), quality)


def genuine(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the original as other decoders and screens would have it."""
    yield "as it is", picture
    yield "recompressed", jpeg(picture, 70)
    yield "moved by a pixel", ImageChops.offset(picture, 1, 1)
    yield "brighter", ImageEnhance.Brightness(picture).enhance(1.15)
    yield "darker", ImageEnhance.Brightness(picture).enhance(0.85)
    yield "more contrast", ImageEnhance.Contrast(picture).enhance(1.2)
    yield "paler (P3 as sRGB)", ImageEnhance.Color(picture).enhance(0.85)
    yield "tone-mapped", picture.point([round(255 * (n / 255) ** 0.8) for n in range(256)] * 3)


def written(picture: Image.Image, height: float, place: tuple[float, float]) -> Image.Image:
    """Return the picture with a word on it, as bright or dark as can be read there."""
    other, font = picture.copy(), ImageFont.load_default(round(height * picture.height))
    at = tuple(round(a * b) for a, b in zip(place, picture.size, strict=True))
    draw = ImageDraw.Draw(other)
    box = tuple(map(round, draw.textbbox(at, "IDIOT", font)))
    under = picture.crop(box).resize((1, 1), Image.Resampling.BOX).convert("L").getpixel((0, 0))
    draw.text(at, "IDIOT", "white" if under < 128 else "black", font)
    return other


def words(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield the picture with a word on it, from large to small."""
    for tall, place in itertools.product(HEIGHTS, PLACES):
        yield f"a word of {tall:.1%} of the height", written(picture, tall, place)


def others(picture: Image.Image) -> Iterator[tuple[str, Image.Image]]:
    """Yield other pictures that must not pass; of a blank wall they would be the same."""
    width, height = picture.size
    for share in (0.02, 0.05, 0.1):
        dx, dy = round(width * share / 2), round(height * share / 2)
        yield f"cut by {share:.0%}", picture.crop((dx, dy, width - dx, height - dy))
    for size in (20, 12, 8):
        side = width // size
        part = picture.crop((width // 3, height // 3, width // 3 + side, height // 3 + side))
        other = picture.copy()
        other.paste(part.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (width // 3, height // 3))
        yield f"a face of 1/{size} exchanged", other
    yield "on its head", picture.transpose(Image.Transpose.ROTATE_180)
    yield "mirrored", picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def count(
    pictures: list[tuple[str, Image.Image]],
    made: Callable[[Image.Image], Iterator[tuple[str, Image.Image]]],
    filters: tuple[str, ...],
) -> dict[str, dict[int, list[float]]]:
    """Return the excess of each pair, by what was done and by the preview's edge."""
    found: dict[str, dict[int, list[float]]] = {}
    for (_, picture), (edge, quality), how in itertools.product(pictures, EDGES, filters):
        small = preview(picture, edge, quality, how)
        for what, other in made(picture):
            excess = outside(small, other) if same(small, other) else OTHER
            found.setdefault(what, {}).setdefault(edge, []).append(excess)
    return found


def row(what: str, counts: list[tuple[int, int]]) -> str:
    """Return a row of a table."""
    return f"| {what} | " + " | ".join(f"{n} of {of}" for n, of in counts) + " |"


def main(paths: list[str]) -> None:
    """Print both kinds of error, and what a comparison costs."""
    pictures = list(originals(paths))
    structured = [each for each in pictures if each[0] not in ("dim room", "white wall")]
    edges = [edge for edge, _ in EDGES]
    print("| the same picture | " + " | ".join(f"set aside, {edge} px" for edge in edges) + " |")
    print("| --- |" + " --- |" * len(edges))
    for what, excesses in count(pictures, genuine, FILTERS).items():
        print(row(what, [(sum(e >= OTHER for e in excesses[n]), len(excesses[n])) for n in edges]))
    print("\n| another picture | " + " | ".join(f"passed, {edge} px" for edge in edges) + " |")
    print("| --- |" + " --- |" * len(edges))
    found = count(pictures, words, ("BICUBIC",)) | count(structured, others, ("BICUBIC",))
    for what, excesses in found.items():
        print(row(what, [(sum(e < OTHER for e in excesses[n]), len(excesses[n])) for n in edges]))
    small = [preview(picture, 1280, 60) for _, picture in pictures]
    begun = time.process_time()
    for shown, (_, picture) in zip(small, pictures, strict=True):
        outside(shown, picture)
    print(
        f"\nA comparison at 1,280 px: {(time.process_time() - begun) / len(small) * 1000:.0f} ms."
    )


if __name__ == "__main__":
    main(sys.argv[1:])
