"""Photographs as phones make them: twelve megapixels, turned, placed, signed, in Display P3.

They are made from the small ones in `data/photos`, the same ones every time.
"""

import io
import random
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageFilter, ImageOps, ImageStat

from mixroom.media.retouch import Box

SOURCES = Path(__file__).parent / "data" / "photos"
NAMES = ("astronaut", "chelsea", "coffee", "hubble", "rocket")
TWELVE_MP = (4032, 3024)
FACE = Box(0.5, 0.25, 0.25, 0.25)  # where a portrait has something to hide
SECRETS = (b"Nom Secret", b"Fabricant", b"secret-xmp", b"secret-comment", b"SERIAL-4711", b"GPS")
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b"secret-xmp</x:xmpmeta>"
)
STORED = {  # how a phone stores an upright picture for each EXIF orientation
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True)
class Phone:
    """A photo's bytes, and how it should look: upright, in sRGB, `upright` pixels small."""

    data: bytes
    upright: Image.Image


def source(name: str) -> Image.Image:
    """Return one of the small photographs."""
    return Image.open(SOURCES / f"{name}.jpg").convert("RGB")


def raster(name: str, size: tuple[int, int] = TWELVE_MP) -> Image.Image:
    """Return a photograph enlarged to fill `size`, with grain as of a sensor."""
    small = source(name)
    scale = max(size[0] / small.width, size[1] / small.height)
    width, height = size[0] / scale, size[1] / scale
    left, top = (small.width - width) / 2, (small.height - height) / 2
    box = (left, top, left + width, top + height)
    picture = small.resize(size, Image.Resampling.BICUBIC, box)
    return Image.blend(picture, _grain(size), 0.04)


def mosaic(number: int, size: tuple[int, int] = TWELVE_MP) -> Image.Image:
    """Return a picture with fine detail everywhere: the photographs side by side, hardly enlarged.

    `number` says with which photograph it begins.
    """
    picture = Image.new("RGB", size)
    across, down = -(-size[0] // _TILE[0]), -(-size[1] // _TILE[1])
    for at in range(across * down):
        row, column = divmod(at, across)
        small = source(NAMES[(number + at + row) % len(NAMES)])
        tile = ImageOps.fit(small, _TILE, Image.Resampling.LANCZOS)
        tile = ImageOps.mirror(tile) if (row + column) % 2 else tile
        picture.paste(tile, (column * _TILE[0], row * _TILE[1]))
    return Image.blend(picture, _grain(size), 0.02)


_TILE = (1008, 756)


def phone(
    name: str | Image.Image,
    orientation: int = 1,
    size: tuple[int, int] = TWELVE_MP,
    *,
    p3: bool = True,
    kind: str = "JPEG",
    **options: object,
) -> Phone:
    """Return a photograph as a phone stores it, full of what must not be published.

    `name` is that of one of the small photographs, or an upright picture of this `size`.
    """
    picture = raster(name, size) if isinstance(name, str) else name
    upright = picture.reduce(max(1, max(size) // 504))
    if p3:
        picture = ImageCms.applyTransform(picture, _srgb_to_p3())
    turn = STORED[orientation]
    if turn is not None:
        picture = picture.transpose(turn)
    return Phone(_saved(picture, orientation, kind, p3, options), upright)


def portrait(size: tuple[int, int] = (1600, 1200), name: str = "coffee") -> bytes:
    """Return a photo that has fine detail in FACE, stronger than anywhere else."""
    picture = raster(name, size)
    left, top, right, bottom = FACE.pixels(size)
    width, height = (right - left) // 8, (bottom - top) // 8
    squares = Image.new("L", (width, height))
    squares.putdata([255 * ((i % width + i // width) % 2) for i in range(width * height)])
    picture.paste(squares.resize((right - left, bottom - top), Image.Resampling.BOX), (left, top))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=92)
    return out.getvalue()


def preview(data: bytes, edge: int = 1280, quality: int = 72) -> bytes:
    """Return what a phone sends before a photo: the same picture, upright, smaller."""
    with Image.open(io.BytesIO(data)) as file:
        picture = ImageOps.exif_transpose(file).convert("RGB")
    picture.thumbnail((edge, edge), Image.Resampling.BILINEAR)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a phone writes about a photo."""
    tags = Image.Exif()
    tags[0x0112], tags[0x010F], tags[0x0110] = orientation, "Fabricant", "Téléphone 7"
    tags[0x0132], tags[0x013B] = "2015:11:07 14:03:22", "Nom Secret"
    tags.get_ifd(0x8769).update(
        {
            0x9003: "2015:11:07 14:03:21",
            0x9011: "-05:00",
            0xA431: "SERIAL-4711",
            0x927C: b"SERIAL-4711" + bytes(4000),
        }
    )
    tags.get_ifd(0x8825).update(
        {1: "N", 2: (45.0, 30.0, 28.1), 3: "W", 4: (73.0, 34.0, 0.9), 27: b"GPS SERIAL-4711"}
    )
    return tags


def mean_difference(a: Image.Image, b: Image.Image) -> float:
    """Return how far two pictures are apart, 0 to 255, looked at from some distance."""
    size = (64, 48) if a.width >= a.height else (48, 64)
    one, other = (im.convert("RGB").resize(size, Image.Resampling.BOX).tobytes() for im in (a, b))
    return sum(abs(x - y) for x, y in zip(one, other, strict=True)) / len(one)


def detail(picture: Image.Image, box: Box) -> float:
    """Return how far the pixels of a part are from the mean of their neighbours, 0 to 255."""
    part = picture.convert("L").crop(inset(box, picture.size))
    around = part.filter(ImageFilter.BoxBlur(4))
    return float(ImageStat.Stat(ImageChops.difference(part, around)).mean[0])


def inset(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the pixels of a part, but for its edge, which JPEG smears with what is beside it."""
    left, top, right, bottom = box.pixels(size)
    edge = min(8, (right - left) // 4, (bottom - top) // 4)
    return left + edge, top + edge, right - edge, bottom - edge


@cache
def display_p3() -> bytes:
    """Return a Display P3 profile (ICC 4), as a phone embeds it."""
    tags = {
        b"desc": b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, 20, 28),
        b"wtpt": _xyz(0.9642, 1.0, 0.8249),
        b"rXYZ": _xyz(0.51512, 0.2412, -0.00105),
        b"gXYZ": _xyz(0.29198, 0.69225, 0.04189),
        b"bXYZ": _xyz(0.1571, 0.06657, 0.78407),
        b"rTRC": b"para"
        + struct.pack(">IHH", 0, 3, 0)
        + _fixed(2.4, 1 / 1.055, 0.055 / 1.055)
        + _fixed(1 / 12.92, 0.04045),
    }
    tags[b"desc"] += "Display P3".encode("utf-16-be")
    tags[b"gTRC"] = tags[b"bTRC"] = tags[b"rTRC"]
    at, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, value in tags.items():
        table += struct.pack(">4sII", name, at + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    header = struct.pack(
        ">I4sI4s4s4s12s4sIIIIQI12sI44s",
        at + len(body), b"", 0x04000000, b"mntr", b"RGB ", b"XYZ ", bytes(12), b"acsp",
        0, 0, 0, 0, 0, 0, _fixed(0.9642, 1.0, 0.8249), 0, bytes(44),
    )  # fmt: skip
    return header + struct.pack(">I", len(tags)) + table + body


def _saved(picture: Image.Image, orientation: int, kind: str, p3: bool, options: dict) -> bytes:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    options = {"exif": exif(orientation).tobytes(), "xmp": XMP, "quality": 90} | options
    if p3:
        options["icc_profile"] = display_p3()
    if kind == "JPEG":
        options["comment"] = b"secret-comment"
    picture.save(out, kind, **options)
    return out.getvalue()


@cache
def _grain(size: tuple[int, int]) -> Image.Image:
    tile = Image.frombytes("L", (512, 512), random.Random(7).randbytes(512 * 512))
    grain = Image.new("L", size)
    for x in range(0, size[0], 512):
        for y in range(0, size[1], 512):
            grain.paste(tile, (x, y))
    return grain.convert("RGB")


@cache
def _srgb_to_p3() -> ImageCms.ImageCmsTransform:
    p3 = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    return ImageCms.buildTransform(ImageCms.createProfile("sRGB"), p3, "RGB", "RGB")


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(*values)


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)
