"""Decodes a JPEG at any eighth of its size; Pillow knows a half, a quarter and one eighth.

A photo of eight megapixels is 3264 pixels long, and half of that is too short for the wall. Pillow
would decode all of it and scale it down, which costs more than a photo of twelve. Five eighths are
just right.
"""

from PIL import Image

from mixroom.media.arrays import decode_jpeg
from mixroom.media.containers import Bare

_LAYOUTS = {"RGB": "RGBX", "L": "GRAY"}  # Pillow's modes of a JPEG; CMYK is left to Pillow


def decode_eighths(source: Image.Image, file: Bare, box: tuple[int, int]) -> Image.Image | None:
    """Return the picture at the fewest eighths that fill `box`; None if Pillow has to decode it.

    `source` is the same file, opened by Pillow. This decoder gives up at any irregularity, such as
    an odd marker in the data; Pillow then finds out whether the picture is whole.
    """
    layout = _LAYOUTS.get(source.mode)
    if source.format not in ("JPEG", "MPO") or layout is None or not file.ended:
        return None
    try:
        pixels = decode_jpeg(file.data, layout, min_width=box[0], min_height=box[1])
    except ValueError:
        return None
    height, width = pixels.shape[:2]
    raw = "L" if source.mode == "L" else layout
    return Image.frombytes(source.mode, (width, height), pixels, "raw", raw)
