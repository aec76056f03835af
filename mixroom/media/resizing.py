"""Scales a picture to the sizes that are shown, and encodes it without metadata."""

import io

from PIL import Image

from mixroom.media.limits import CARD, THUMB

LANCZOS = Image.Resampling.LANCZOS
BICUBIC = Image.Resampling.BICUBIC
BOX = Image.Resampling.BOX


def is_longer(picture: Image.Image, edge: int) -> bool:
    """Return whether the picture's long edge is longer than `edge` pixels."""
    return max(picture.size) > edge


def fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return the size, scaled down so that its long edge is at most `edge` pixels."""
    scale = min(1, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def shrink(picture: Image.Image, edge: int) -> Image.Image:
    """Scale down to `edge` pixels: in whole steps first, which is fast, then with a good filter."""
    if max(picture.size) > 3 * edge:
        picture = picture.reduce(int(max(picture.size) / edge / 1.5))
    near = max(picture.size) < 1.4 * edge or edge < CARD
    return picture.resize(fit(picture.size, edge), LANCZOS if near else BICUBIC)


def make_thumb(card: Image.Image) -> Image.Image:
    """Return the thumb of a card."""
    if not is_longer(card, THUMB):
        return card
    return card.resize(fit(card.size, THUMB), LANCZOS, reducing_gap=1.5)


def make_card(wall: Image.Image) -> Image.Image:
    """Return the card of a wall rendition."""
    if max(wall.size) >= 2 * CARD:
        return wall.reduce(2)
    return shrink(wall, CARD) if is_longer(wall, CARD) else wall


def encode(picture: Image.Image, kind: str, **options: int) -> bytes:
    """Return the picture as the bytes of a file without metadata."""
    picture.info = {}  # Pillow would write EXIF, GPS, profile, XMP and comment from here
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()
