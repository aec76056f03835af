"""The darkroom: a photo's bytes in, upright sRGB renditions without metadata out.

Runs in a process of its own (`sandbox`), never in the web process: it opens strangers' files.
"""

import hashlib
import io
from collections.abc import Iterator

from PIL import Image

from mixroom.media import likeness
from mixroom.media.containers import bare
from mixroom.media.decoding import (
    SIDEWAYS,
    decode,
    decode_whole,
    guarded,
    open_picture,
    read_exif,
    recognise,
)
from mixroom.media.findings import Photo, Print
from mixroom.media.fingerprints import dhash, dominant_color, phash, placeholder
from mixroom.media.limits import QUALITY, WALL, WALL_MAX
from mixroom.media.refusals import RefusedError
from mixroom.media.resizing import BOX, encode, fit, is_longer, make_card, make_thumb, shrink
from mixroom.media.retouch import PLAIN, Retouch


def develop(
    data: bytes, retouch: Retouch = PLAIN, *, shown: bytes | None = None
) -> Iterator[Photo | Print]:
    """Yield what the photo is, then its renditions, smallest first: thumb, card, wall.

    The thumb can be on a reviewer's screen while the wall rendition is still being encoded.
    A retouching is burnt into each; the picture without it is then yielded last, as `plain`.
    Hashes are those of the picture without: they tell whether it may be the same photo.
    `shown` is a preview that people have seen: the Photo says whether this is the same picture.
    Raises RefusedError; whatever else comes out of a decoder is one for the sandbox.
    """
    kind = recognise(data)
    with guarded():
        file = bare(data, kind)
        source = open_picture(file, kind)
        turn, taken_at = read_exif(source)
        width, height = source.size if turn not in SIDEWAYS else source.size[::-1]
        whole = decode(source, file, turn, retouch.closer(width, height))
        differs = shown is not None and _differs(shown, whole)
    plain = shrink(whole, WALL) if is_longer(whole, WALL_MAX) else whole
    wall = _retouch(whole, retouch)
    card = make_card(wall)
    thumb = make_thumb(card)
    hashed = thumb if retouch == PLAIN else make_thumb(make_card(plain))
    yield Photo(
        format=kind,
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
        dhash=dhash(hashed),
        phash=phash(hashed),
        color=dominant_color(thumb),
        placeholder=placeholder(thumb),
        taken_at=taken_at,
        differs=differs,
    )
    prints = [("thumb", thumb), ("card", card), ("wall", wall)]
    if retouch != PLAIN:
        prints.append(("plain", plain))
    for name, picture in prints:
        yield Print(name, *picture.size, encode(picture, "JPEG", quality=QUALITY))


def still(pixels: bytes, size: tuple[int, int], stride: int) -> bytes:
    """Return a picture of a clip, rows of RGB of `stride` bytes each, as a file to develop."""
    out = io.BytesIO()
    picture = Image.frombuffer("RGB", size, pixels, "raw", "RGB", stride, 1)
    picture.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


_CELLS = 4  # to a blurred part's long side: too few for a face or a word
_BILINEAR = Image.Resampling.BILINEAR
_MIN_CELL = 8  # pixels of the wall rendition
_QUARTERS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def _differs(shown: bytes, whole: Image.Image) -> bool:
    """Return whether this is not surely the picture that a preview shows.

    A preview that cannot be opened was never shown; one that is gone may have been.
    """
    if not shown:
        return True
    try:
        preview = decode_whole(shown)
    except RefusedError:
        return False
    return not likeness.same(preview, whole)


def _retouch(whole: Image.Image, retouch: Retouch) -> Image.Image:
    """Return the wall rendition's pixels, WALL_MAX long at most."""
    picture = whole.copy() if retouch.blurs else whole
    for box in retouch.blurs:
        _blur(picture, box.pixels(whole.size))
    if retouch.crop:
        picture = picture.crop(retouch.crop.pixels(whole.size))
    if retouch.turn:
        picture = picture.transpose(_QUARTERS[retouch.turn])
    return shrink(picture, WALL) if is_longer(picture, WALL_MAX) else picture


def _blur(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Leave of a part some patches of colour, each the mean of what it covers, run together.

    No filter brings back what was there: it is in none of the pixels.
    """
    part = picture.crop(box)
    cells = max(1, min(_CELLS, max(part.size) // _MIN_CELL))
    patches = part.resize(fit(part.size, cells), BOX)
    picture.paste(patches.resize(part.size, _BILINEAR), box)
