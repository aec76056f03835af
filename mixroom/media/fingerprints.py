"""Computes two hashes, a colour and a placeholder from a small copy of a photo."""

import base64
import math
from collections.abc import Iterator

from PIL import Image

from mixroom.media.resizing import BOX, LANCZOS, encode, fit


def placeholder(thumb: Image.Image) -> str:
    """Return the picture, 16 pixels long, as a data URI of some 160 characters."""
    tiny = thumb.resize(fit(thumb.size, 16), BOX)
    data = encode(tiny, "WEBP", quality=40, method=4)
    return f"data:image/webp;base64,{base64.b64encode(data).decode()}"


def dominant_color(thumb: Image.Image) -> str:
    """Return the most frequent colour of a palette of eight, as `#rrggbb`."""
    few = thumb.resize((48, 36), BOX).quantize(8, method=Image.Quantize.FASTOCTREE)
    palette, counts = few.getpalette() or [0, 0, 0], few.getcolors() or [(0, 0)]
    most = max(counts)[1]
    assert isinstance(most, int)
    return "#{:02x}{:02x}{:02x}".format(*palette[3 * most : 3 * most + 3])


def dhash(thumb: Image.Image) -> str:
    """Return a difference hash, 64 bits: which pixels of 9 x 8 are darker than the next one."""
    grey = thumb.convert("L").resize((9, 8), LANCZOS).tobytes()
    return _bits(grey[9 * y + x] < grey[9 * y + x + 1] for y in range(8) for x in range(8))


_COSINES = [[math.cos(math.pi * u * (2 * x + 1) / 64) for x in range(32)] for u in range(8)]


def phash(thumb: Image.Image) -> str:
    """Return a perceptual hash, 64 bits: which of 8 x 8 low frequencies exceed the median."""
    grey = [float(value) for value in thumb.convert("L").resize((32, 32), LANCZOS).tobytes()]
    rows = [_frequencies(grey[y : y + 32]) for y in range(0, 1024, 32)]
    columns = [_frequencies(list(column)) for column in zip(*rows, strict=True)]
    waves = [columns[u][v] for v in range(8) for u in range(8)]
    median = sorted(waves[1:])[31]  # the first is the mean brightness, which says nothing
    return _bits(wave > median for wave in waves)


def _frequencies(values: list[float]) -> list[float]:
    return [sum(map(float.__mul__, values, cosines)) for cosines in _COSINES]


def _bits(bits: Iterator[bool]) -> str:
    """Return 64 bits as 16 hexadecimal digits."""
    value = 0
    for bit in bits:
        value = value << 1 | bit
    return f"{value:016x}"
