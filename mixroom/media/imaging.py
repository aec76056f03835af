"""The darkroom: a photo's bytes in, upright sRGB renditions without metadata out.

Runs in a process of its own (`sandbox`), never in the web process: it opens strangers' files.
Pillow is named here, in `colours` and in `likeness`, and nowhere else.
"""

import base64
import hashlib
import io
import math
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module

import pillow_heif
from PIL import (
    AvifImagePlugin,
    Image,
    ImageChops,
    ImageFile,
    ImageStat,
)

from mixroom.media import likeness
from mixroom.media.colours import in_srgb
from mixroom.media.containers import Bare, bare
from mixroom.media.model import (
    CARD,
    CLIPS,
    LOGO,
    LOGO_ASPECT,
    LOGOS,
    MAX_ASPECT,
    MAX_PIXELS,
    MAX_SIDE,
    MIN_SIDE,
    QUALITY,
    THUMB,
    WALL,
    WALL_MAX,
    Format,
    Mark,
    Photo,
    Print,
    Refusal,
    RefusedError,
    sniff,
)
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
    kind = _recognised(data)
    with _wary():
        file = bare(data, kind)
        source = _opened(file, kind)
        turn, taken_at = _exif(source)
        width, height = source.size if turn not in _SIDEWAYS else source.size[::-1]
        whole = _decoded(source, file, turn, retouch.closer(width, height))
        differs = shown is not None and _differs(shown, whole)
    plain = _shrunk(whole, WALL) if _longer(whole, WALL_MAX) else whole
    wall = _retouched(whole, retouch)
    card = _card(wall)
    thumb = _thumb(card)
    hashed = thumb if retouch == PLAIN else _thumb(_card(plain))
    yield Photo(
        format=kind,
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
        dhash=_dhash(hashed),
        phash=_phash(hashed),
        color=_color(thumb),
        placeholder=_placeholder(thumb),
        taken_at=taken_at,
        differs=differs,
    )
    prints = [("thumb", thumb), ("card", card), ("wall", wall)]
    if retouch != PLAIN:
        prints.append(("plain", plain))
    for name, picture in prints:
        yield Print(name, *picture.size, _encoded(picture, "JPEG", quality=QUALITY))


def still(pixels: bytes, size: tuple[int, int], stride: int) -> bytes:
    """Return a picture of a clip, rows of RGB of `stride` bytes each, as a file to develop."""
    out = io.BytesIO()
    picture = Image.frombuffer("RGB", size, pixels, "raw", "RGB", stride, 1)
    picture.save(out, "JPEG", quality=95, subsampling=0)
    return out.getvalue()


def trim(data: bytes) -> Mark:
    """Return a logo: its margins cut off, its transparency kept, its ink measured.

    Raises RefusedError; whatever else comes out of a decoder is one for the sandbox.
    """
    kind = _recognised(data)
    if kind not in LOGOS:
        raise RefusedError(Refusal.NOT_AN_IMAGE, kind.value)
    with _wary():
        file = bare(data, kind)
        source = _opened(file, kind)
        turn, _ = _exif(source)
        picture = _in_clear(source, file)
    if turn is not None:
        picture = picture.transpose(turn)
    clear = picture.getchannel("A").histogram()[0] > 0
    ink = _ink(picture)
    box = ink.getbbox()
    if box is None:
        raise RefusedError(Refusal.BAD_DIMENSIONS, "nothing is drawn")
    picture, ink = picture.crop(box), ink.crop(box)
    if max(picture.size) > LOGO_ASPECT * min(picture.size):
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{picture.width} x {picture.height}")
    if _longer(picture, LOGO):
        size = _fit(picture.size, LOGO)
        # premultiplied, or the colour of what is transparent bleeds into the edges
        picture = picture.convert("RGBa").resize(size, _LANCZOS).convert("RGBA")
        ink = ink.resize(size, _BOX)
    covered = ImageStat.Stat(ink).mean[0] / 255
    luminance = ImageStat.Stat(picture.convert("L"), ink).mean[0]
    pale = clear and luminance > _PALE
    return Mark(*picture.size, round(covered, 4), pale, _encoded(picture, "PNG", optimize=1))


_FAINT = 12  # of 255: compression's dust around a logo
_PALE = 170  # of 255: the mean of what is drawn, beyond which paper is no ground for it
_LANCZOS = Image.Resampling.LANCZOS
_BICUBIC = Image.Resampling.BICUBIC
_BILINEAR = Image.Resampling.BILINEAR
_BOX = Image.Resampling.BOX
_CELLS = 4  # to a blurred part's long side: too few for a face or a word
_LEAST_CELL = 8  # pixels of the wall rendition
_ORIENTATION, _DATE_TIME, _EXIF_BLOCK = 0x0112, 0x0132, 0x8769
_DATE_TIME_ORIGINAL, _OFFSET_TIME_ORIGINAL = 0x9003, 0x9011
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUARTERS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}

Image.init()  # load every module now: a child can open none
for _name in ("ImageColor", "ImagePalette"):
    import_module(f"PIL.{_name}")
pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False)
Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
ImageFile.LOAD_TRUNCATED_IMAGES = False  # a cut-off upload is an error, not half a grey picture
AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _recognised(data: bytes) -> Format:
    """Return what the file is by its first bytes; refuse what must not even be opened."""
    kind = sniff(data[:64])
    if isinstance(kind, Refusal):
        raise RefusedError(kind)
    if kind in CLIPS:
        raise RefusedError(Refusal.VIDEO)
    return kind


@contextmanager
def _wary() -> Iterator[None]:
    """Silence warnings (one crafted EXIF block emits 5,000), but for the one about bombs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _opened(file: Bare, kind: Format) -> Image.Image:
    """Open the file with the one decoder that it is for, and hold its header against the limits."""
    try:
        source = Image.open(io.BytesIO(file.data), formats=(kind.value,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RefusedError(Refusal.TOO_MANY_PIXELS) from bomb
    except MemoryError:
        raise
    except Exception as error:  # the first bytes fit, the header does not: anything may come
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    long, short = max(source.size), min(source.size)
    if long * short > MAX_PIXELS[kind]:
        raise RefusedError(Refusal.TOO_MANY_PIXELS, f"{source.width} x {source.height}")
    if short < MIN_SIDE or long > MAX_SIDE or long > MAX_ASPECT * short:
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{source.width} x {source.height}")
    return source


def _exif(source: Image.Image) -> tuple[Image.Transpose | None, datetime | None]:
    """Return how to turn the picture upright, and when it was taken.

    Pillow reports AVIF's own orientation here, and none for HEIC, which arrives upright. Broken
    EXIF never blocks a photo. XMP has a say in Pillow and in no browser, so it has none here.
    """
    turn = taken_at = None
    with suppress(Exception):
        for name in ("xmp", "XML:com.adobe.xmp", "Raw profile type exif"):
            source.info.pop(name, None)
        exif = source.getexif()
        orientation = exif.get(_ORIENTATION)
        turn = _TURNS.get(orientation) if isinstance(orientation, int) else None
        block = exif.get_ifd(_EXIF_BLOCK)
        text = str(block.get(_DATE_TIME_ORIGINAL) or exif.get(_DATE_TIME))[:19]
        taken_at = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  zone is below
        offset = str(block.get(_OFFSET_TIME_ORIGINAL) or "")
        if re.fullmatch(r"[+-]\d\d:\d\d", offset):
            taken_at = datetime.fromisoformat(taken_at.isoformat() + offset)
    return turn, taken_at


def _decoded(
    source: Image.Image, file: Bare, turn: Image.Transpose | None, closer: float
) -> Image.Image:
    """Return all of it in upright sRGB, WALL to WALL_MAX times `closer` long at most."""
    profile = source.info.get("icc_profile")
    # The box must have the picture's proportions, else a square one silently decodes in full.
    box = _fit(source.size, round(WALL * closer))
    try:
        picture = _flat(_loaded(source, box) if file.ended else _all_there(file, box))
        if _longer(picture, round(WALL_MAX * closer)):
            picture = _shrunk(picture, round(WALL * closer))
        picture = in_srgb(picture, profile, file.colours)
        return picture if turn is None else picture.transpose(turn)
    except (MemoryError, RefusedError):
        raise
    except Exception as error:  # decoders raise half of the built-in exceptions, measured
        cut = not file.ended or isinstance(error, EOFError) or re.search(_CUT, str(error))
        reason = Refusal.DAMAGED if cut else Refusal.UNDECODABLE
        raise RefusedError(reason, repr(error)[:200]) from error


def _loaded(source: Image.Image, box: tuple[int, int]) -> Image.Image:
    source.draft(None, box)
    source.load()
    return source


_CUT = "(?i)truncated|cannot load this image"  # in Pillow's words: too little, and nothing at all
_END = b"\xff\xd9"
_ANYTHING = bytes(range(1, 255)) * 256


def _all_there(file: Bare, box: tuple[int, int]) -> Image.Image:
    """Return the pixels of a JPEG whose end is not marked.

    It is whole if it does not matter what follows: a decoder that still wants pixels makes others
    of other bytes. Raises RefusedError where some are missing.
    """
    pictures = (
        _loaded(Image.open(io.BytesIO(file.data + more + _END), formats=("JPEG",)), box)
        for more in (b"", _ANYTHING)
    )
    picture, other = pictures
    if ImageChops.difference(picture, other).getbbox():
        raise RefusedError(Refusal.DAMAGED, "it ends before all its pixels")
    return picture


def _differs(shown: bytes, whole: Image.Image) -> bool:
    """Say whether this is not surely what a preview shows.

    A preview that cannot be opened was never shown; one that is gone may have been.
    """
    if not shown:
        return True
    try:
        preview = _whole(shown)
    except RefusedError:
        return False
    return not likeness.same(preview, whole)


def _whole(data: bytes) -> Image.Image:
    kind = _recognised(data)
    file = bare(data, kind)
    source = _opened(file, kind)
    turn, _ = _exif(source)
    return _decoded(source, file, turn, 1)


def _flat(picture: Image.Image) -> Image.Image:
    """Return the picture in 8 bits without transparency: RGB, CMYK or L."""
    if picture.mode in ("RGB", "CMYK", "L"):
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey; converting would clip instead of scale
        deep = picture.convert("I;16") if picture.mode == "I" else picture
        return deep.point(lambda value: value * (1 / 256), "L")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, "white")
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")


def _in_clear(source: Image.Image, file: Bare) -> Image.Image:
    """Return a logo's pixels: RGBA, in sRGB."""
    profile = source.info.get("icc_profile")
    try:
        source.load()
        clear = source.convert("RGBA") if source.mode != "RGBA" else source
        alpha = clear.getchannel("A")
        flat = source if source.mode in ("CMYK", "L") else clear.convert("RGB")
        picture = in_srgb(flat, profile, file.colours)
    except MemoryError:
        raise
    except Exception as error:  # decoders raise half of the built-in exceptions, measured
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    picture.putalpha(alpha)
    return picture


def _ink(picture: Image.Image) -> Image.Image:
    """Return what of a logo is drawn, as a mask: what is opaque and not of its corner's colour."""
    alpha = picture.getchannel("A")
    if picture.getpixel((0, 0))[3] < 255:  # type: ignore[index]  # noqa: PLR2004
        return alpha.point(lambda value: value if value > _FAINT else 0)
    ground = Image.new("RGB", picture.size, picture.convert("RGB").getpixel((0, 0)))
    apart = ImageChops.difference(picture.convert("RGB"), ground)
    most = ImageChops.lighter(ImageChops.lighter(*apart.split()[:2]), apart.getchannel("B"))
    drawn = most.point(lambda value: min(255, 4 * value) if value > _FAINT else 0)
    return ImageChops.multiply(drawn, alpha)


def _retouched(whole: Image.Image, retouch: Retouch) -> Image.Image:
    """Return the wall rendition's pixels, WALL_MAX long at most."""
    picture = whole.copy() if retouch.blurs else whole
    for box in retouch.blurs:
        _blur(picture, box.pixels(whole.size))
    if retouch.crop:
        picture = picture.crop(retouch.crop.pixels(whole.size))
    if retouch.turn:
        picture = picture.transpose(_QUARTERS[retouch.turn])
    return _shrunk(picture, WALL) if _longer(picture, WALL_MAX) else picture


def _blur(picture: Image.Image, box: tuple[int, int, int, int]) -> None:
    """Leave of a part some patches of colour, each the mean of what it covers, run together.

    No filter brings back what was there: it is in none of the pixels.
    """
    part = picture.crop(box)
    cells = max(1, min(_CELLS, max(part.size) // _LEAST_CELL))
    patches = part.resize(_fit(part.size, cells), _BOX)
    picture.paste(patches.resize(part.size, _BILINEAR), box)


def _thumb(card: Image.Image) -> Image.Image:
    return card.resize(_fit(card.size, THUMB), _LANCZOS) if _longer(card, THUMB) else card


def _card(wall: Image.Image) -> Image.Image:
    if max(wall.size) >= 2 * CARD:
        return wall.reduce(2)
    return _shrunk(wall, CARD) if _longer(wall, CARD) else wall


def _longer(picture: Image.Image, edge: int) -> bool:
    return max(picture.size) > edge


def _fit(size: tuple[int, int], edge: int) -> tuple[int, int]:
    """Return the size with its long edge no longer than `edge`."""
    scale = min(1, edge / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _shrunk(picture: Image.Image, edge: int) -> Image.Image:
    """Scale down: whole steps while far away, then a good filter (soft ones blur small steps)."""
    if max(picture.size) > 3 * edge:
        picture = picture.reduce(int(max(picture.size) / edge / 1.5))
    near = max(picture.size) < 1.4 * edge or edge < CARD
    return picture.resize(_fit(picture.size, edge), _LANCZOS if near else _BICUBIC)


def _encoded(picture: Image.Image, kind: str, **options: int) -> bytes:
    picture.info = {}  # nothing is inherited: no EXIF, GPS, profile, XMP or comment
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _placeholder(thumb: Image.Image) -> str:
    """Return the picture 16 pixels long as a data URI of some 160 characters."""
    tiny = thumb.resize(_fit(thumb.size, 16), _BOX)
    data = _encoded(tiny, "WEBP", quality=40, method=4)
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def _color(thumb: Image.Image) -> str:
    """Return the most frequent of eight colours, as `#rrggbb`."""
    few = thumb.resize((48, 36), _BOX).quantize(8, method=Image.Quantize.FASTOCTREE)
    palette, counts = few.getpalette() or [0, 0, 0], few.getcolors() or [(0, 0)]
    most = max(counts)[1]
    assert isinstance(most, int)
    return "#{:02x}{:02x}{:02x}".format(*palette[3 * most : 3 * most + 3])


def _dhash(thumb: Image.Image) -> str:
    """Return 64 bits: in a 9 x 8 picture, is each pixel darker than its right neighbour?"""
    grey = thumb.convert("L").resize((9, 8), _LANCZOS).tobytes()
    return _bits(grey[9 * y + x] < grey[9 * y + x + 1] for y in range(8) for x in range(8))


_COSINES = [[math.cos(math.pi * u * (2 * x + 1) / 64) for x in range(32)] for u in range(8)]


def _phash(thumb: Image.Image) -> str:
    """Return 64 bits: which of the 8 x 8 lowest frequencies are above their median?"""
    grey = [float(value) for value in thumb.convert("L").resize((32, 32), _LANCZOS).tobytes()]
    rows = [_frequencies(grey[y : y + 32]) for y in range(0, 1024, 32)]
    columns = [_frequencies(list(column)) for column in zip(*rows, strict=True)]
    waves = [columns[u][v] for v in range(8) for u in range(8)]
    median = sorted(waves[1:])[31]  # the first is the mean brightness, which says nothing
    return _bits(wave > median for wave in waves)


def _frequencies(values: list[float]) -> list[float]:
    return [sum(map(float.__mul__, values, cosines)) for cosines in _COSINES]


def _bits(bits: Iterator[bool]) -> str:
    """Return 64 answers as 16 hex digits."""
    value = 0
    for bit in bits:
        value = value << 1 | bit
    return f"{value:016x}"
