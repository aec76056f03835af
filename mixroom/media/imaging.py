"""Develops a photo: makes upright sRGB renditions without metadata.

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
from mixroom.media.jpeg import Gain, encode_jpeg, gain_of
from mixroom.media.limits import CARD, STEPS, THUMB, WALL, WALL_MAX
from mixroom.media.refusals import RefusedError
from mixroom.media.resizing import BOX, fit, is_longer, make_card, make_thumb, shrink
from mixroom.media.retouch import PLAIN, Retouch


def develop(
    data: bytes, retouch: Retouch = PLAIN, *, shown: bytes | None = None
) -> Iterator[Photo | Print]:
    """Yield the facts of the photo, then its renditions, smallest first: thumb, card, wall.

    A reviewer can see the thumb while the wall rendition is still being encoded. A retouching is
    burnt into each of them; the picture without it comes last, as `plain`, and the hashes are those
    of that picture. With a preview that people have seen (`shown`), the Photo says whether it
    differs.
    Raises RefusedError, and any error of a decoder, which the sandbox turns into a refusal.
    """
    kind = recognise(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with guarded():
        file = bare(data, kind)
        del data  # up to forty megabytes
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
        sha256=sha256,
        dhash=dhash(hashed),
        phash=phash(hashed),
        color=dominant_color(thumb),
        placeholder=placeholder(thumb),
        taken_at=taken_at,
        differs=differs,
    )
    lost = gain_of(max(whole.size), max(width, height))
    averaged = is_longer(wall, 2 * CARD - 1) and lost is not Gain.BY_EIGHTHS
    prints = [
        ("thumb", thumb, Gain.AVERAGED if is_longer(card, 2 * THUMB) else Gain.NONE),
        ("card", card, Gain.AVERAGED if averaged else Gain.NONE),
        ("wall", wall, lost),
    ]
    if retouch != PLAIN:
        prints.append(("plain", plain, lost))
    for name, picture, gain in prints:
        yield Print(name, *picture.size, encode_jpeg(picture, STEPS[name], gain))


def still(pixels: bytes, size: tuple[int, int], stride: int) -> bytes:
    """Return a frame of a clip, as rows of RGB of `stride` bytes each, as a file to develop."""
    out = io.BytesIO()
    picture = Image.frombuffer("RGB", size, pixels, "raw", "RGB", stride, 1)
    picture.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


_CELLS = 4  # along the long side of a blurred part: too few for a face or a word
_BILINEAR = Image.Resampling.BILINEAR
_MIN_CELL = 8  # pixels of the wall rendition
_QUARTERS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def _differs(shown: bytes, whole: Image.Image) -> bool:
    """Return whether this may be another picture than the preview.

    A preview that cannot be opened was never shown, so it does not differ. An empty one is lost: it
    may have shown anything.
    """
    if not shown:
        return True
    try:
        preview = decode_whole(shown)
    except RefusedError:
        return False
    return not likeness.same(preview, whole)


def _retouch(whole: Image.Image, retouch: Retouch) -> Image.Image:
    """Return the retouched picture, at most WALL_MAX pixels long."""
    picture = whole.copy() if retouch.blurs else whole
    for box in retouch.blurs:
        _blur(picture, box.pixels(whole.size))
    if retouch.crop:
        picture = picture.crop(retouch.crop.pixels(whole.size))
    if retouch.turn:
        picture = picture.transpose(_QUARTERS[retouch.turn])
    return shrink(picture, WALL) if is_longer(picture, WALL_MAX) else picture


def _blur(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Replace a part by a few patches of its mean colours, blended into each other.

    No filter can restore the part, as its detail is in none of the pixels.
    """
    part = picture.crop(box)
    cells = max(1, min(_CELLS, max(part.size) // _MIN_CELL))
    patches = part.resize(fit(part.size, cells), BOX)
    picture.paste(patches.resize(part.size, _BILINEAR), box)
