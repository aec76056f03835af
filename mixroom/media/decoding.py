"""Opens a photo with the one decoder for its format; returns its pixels, upright and in sRGB."""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from importlib import import_module

import pillow_heif
from PIL import AvifImagePlugin, Image, ImageChops, ImageFile

from mixroom.media.colours import in_srgb
from mixroom.media.containers import Bare, bare
from mixroom.media.eighths import decode_eighths
from mixroom.media.filetypes import CLIPS, MAX_PIXELS, Format, sniff
from mixroom.media.limits import MAX_ASPECT, MAX_SIDE, MIN_SIDE, WALL, WALL_MAX
from mixroom.media.refusals import Refusal, RefusedError
from mixroom.media.resizing import fit, is_longer, shrink


def recognise(data: bytes) -> Format:
    """Return the format of a photo by its first bytes; raises RefusedError for other files."""
    kind = sniff(data[:64])
    if isinstance(kind, Refusal):
        raise RefusedError(kind)
    if kind in CLIPS:
        raise RefusedError(Refusal.VIDEO)
    return kind


@contextmanager
def guarded() -> Iterator[None]:
    """Silence warnings (one crafted EXIF block emits 5,000), but raise those about bombs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def open_picture(file: Bare, kind: Format) -> Image.Image:
    """Open the file with the decoder for its format; raises RefusedError beyond the limits."""
    try:
        source = Image.open(io.BytesIO(file.data), formats=(kind.value,))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise RefusedError(Refusal.TOO_MANY_PIXELS) from bomb
    except MemoryError:
        raise
    except Exception as error:  # a broken header can raise anything
        raise RefusedError(Refusal.DAMAGED, repr(error)[:200]) from error
    long, short = max(source.size), min(source.size)
    if long * short > MAX_PIXELS[kind]:
        raise RefusedError(Refusal.TOO_MANY_PIXELS, f"{source.width} x {source.height}")
    if short < MIN_SIDE or long > MAX_SIDE or long > MAX_ASPECT * short:
        raise RefusedError(Refusal.BAD_DIMENSIONS, f"{source.width} x {source.height}")
    return source


def read_exif(source: Image.Image) -> tuple[Image.Transpose | None, datetime | None]:
    """Return the transpose that turns the picture upright, and the time when it was taken.

    Pillow reports AVIF's own orientation here, and none for HEIC, which it opens upright. Broken
    EXIF never blocks a photo. XMP is ignored, as in browsers, but not in Pillow.
    """
    turn = taken_at = None
    with suppress(Exception):
        for name in ("xmp", "XML:com.adobe.xmp", "Raw profile type exif"):
            source.info.pop(name, None)
        exif = source.getexif()
        orientation = exif.get(_ORIENTATION)
        turn = TURNS.get(orientation) if isinstance(orientation, int) else None
        block = exif.get_ifd(_EXIF_BLOCK)
        text = str(block.get(_DATE_TIME_ORIGINAL) or exif.get(_DATE_TIME))[:19]
        taken_at = datetime.strptime(text, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  zone is below
        offset = str(block.get(_OFFSET_TIME_ORIGINAL) or "")
        if re.fullmatch(r"[+-]\d\d:\d\d", offset):
            taken_at = datetime.fromisoformat(taken_at.isoformat() + offset)
    return turn, taken_at


def decode(
    source: Image.Image, file: Bare, turn: Image.Transpose | None, closer: float
) -> Image.Image:
    """Return the whole picture, upright in sRGB, at most WALL_MAX times `closer` pixels long."""
    profile = source.info.get("icc_profile")
    # The box must have the picture's proportions, else a square one silently decodes in full.
    box = fit(source.size, round(WALL * closer))
    try:
        picture = _flatten(_pixels(source, file, box))
        if (whole_times := max(picture.size) // round(WALL * closer)) > 1:
            picture = picture.reduce(whole_times)
        if is_longer(picture, round(WALL_MAX * closer)):
            picture = shrink(picture, round(WALL * closer))
        picture = in_srgb(picture, profile, file.colours)
        return picture if turn is None else picture.transpose(turn)
    except (MemoryError, RefusedError):
        raise
    except Exception as error:  # decoders raise many kinds of exceptions
        cut = not file.ended or isinstance(error, EOFError) or re.search(_CUT, str(error))
        reason = Refusal.DAMAGED if cut else Refusal.UNDECODABLE
        raise RefusedError(reason, repr(error)[:200]) from error


def _pixels(source: Image.Image, file: Bare, box: tuple[int, int]) -> Image.Image:
    """Return the picture, scaled down by the decoder where that can be done to fill the box."""
    if not file.ended:
        return _all_there(file, box)
    return decode_eighths(source, file, box) or _loaded(source, box)


def _loaded(source: Image.Image, box: tuple[int, int]) -> Image.Image:
    source.draft(None, box)
    source.load()
    return source


_CUT = "(?i)truncated|cannot load this image"  # Pillow's messages for missing data
_END = b"\xff\xd9"
_ANYTHING = bytes(range(1, 255)) * 256


def _all_there(file: Bare, box: tuple[int, int]) -> Image.Image:
    """Return the pixels of a JPEG without an end marker; raises RefusedError if some are missing.

    It is decoded twice, with different bytes added: a decoder that still expects pixels makes them
    from those bytes, so that the two pictures differ.
    """
    pictures = (
        _loaded(Image.open(io.BytesIO(file.data + more + _END), formats=("JPEG",)), box)
        for more in (b"", _ANYTHING)
    )
    picture, other = pictures
    if ImageChops.difference(picture, other).getbbox():
        raise RefusedError(Refusal.DAMAGED, "it ends before all its pixels")
    return picture


def decode_whole(data: bytes) -> Image.Image:
    """Return a photo's pixels, upright in sRGB; raises RefusedError."""
    kind = recognise(data)
    file = bare(data, kind)
    source = open_picture(file, kind)
    turn, _ = read_exif(source)
    return decode(source, file, turn, 1)


def _flatten(picture: Image.Image) -> Image.Image:
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


_ORIENTATION, _DATE_TIME, _EXIF_BLOCK = 0x0112, 0x0132, 0x8769
_DATE_TIME_ORIGINAL, _OFFSET_TIME_ORIGINAL = 0x9003, 0x9011
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = {
    Image.Transpose.TRANSPOSE,
    Image.Transpose.ROTATE_270,
    Image.Transpose.TRANSVERSE,
    Image.Transpose.ROTATE_90,
}
Image.init()  # load every plugin now, as a child can open no file
for _name in ("ImageColor", "ImagePalette"):
    import_module(f"PIL.{_name}")
pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False)
Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
ImageFile.LOAD_TRUNCATED_IMAGES = False  # a cut-off upload is an error, not half a grey picture
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
