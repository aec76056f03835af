"""Files made to hurt: bombs, wrecks, masquerades and loops, each with what must become of it."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pillow_heif
from PIL import Image, ImageCms

from mixroom.media.refusals import Refusal
from tests import photos

FINE = "fine"  # a photo after all: whatever else the file holds must be gone from what is served
PAYLOAD = b"<script>alert('payload')</script>"


@dataclass(frozen=True)
class Case:
    """A hostile file and the answers that are right for it."""

    name: str
    make: Callable[[], bytes]
    expected: frozenset[str]

    def __str__(self) -> str:
        return self.name


CASES: list[Case] = []


def _case(name: str, make: Callable[[], bytes], *expected: str) -> None:
    CASES.append(Case(name, make, frozenset(expected)))


def mutants(count: int, seed: int = 2015) -> Iterator[tuple[str, bytes]]:
    """Yield photos of every format with some bytes changed, cut, doubled or dropped."""
    dice = random.Random(seed)
    kinds = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF", "progressive")
    for number in range(count):
        kind = kinds[number % len(kinds)]
        yield f"{kind}-{seed}-{number}", _mutated(_small(kind), dice)


def _mutated(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 2, 8, 64))):
        at, length = dice.randrange(len(changed)), dice.choice((1, 2, 4, 64))
        match dice.randrange(4):
            case 0:
                changed[at] ^= 1 << dice.randrange(8)
            case 1:
                changed[at : at + length] = dice.randbytes(length)
            case 2:
                changed[at : at + length] = dice.choice((b"\0", b"\xff")) * length
            case _:
                changed[at:at] = changed[at : at + length]
    return bytes(changed[: dice.randrange(len(changed))] if dice.random() < 0.1 else changed)


@cache
def _small(kind: str) -> bytes:
    """Return an honest picture of 320 x 240 pixels."""
    pillow_heif.register_heif_opener()
    picture = photos.raster("coffee", (320, 240))
    out = io.BytesIO()
    if kind == "progressive":
        picture.save(out, "JPEG", progressive=True, exif=photos.exif())
    elif kind == "GIF":
        picture.quantize(64).save(out, "GIF")
    else:
        picture.save(out, kind, exif=photos.exif())
    return out.getvalue()


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _png(
    width: int, height: int, depth: int = 8, kind: int = 2, *, idat: bytes = b"", extra: bytes = b""
) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + extra
        + _chunk(b"IDAT", idat or zlib.compress(bytes(1000))) + _chunk(b"IEND", b"")
    )  # fmt: skip


def _whole_png(extra: bytes) -> bytes:
    """Return a good PNG with more chunks before its pixels."""
    good = _small("PNG")
    return good[:33] + extra + good[33:]


@cache
def _zeros(megabytes: int) -> bytes:
    squeeze = zlib.compressobj(9)
    parts = [squeeze.compress(bytes(1 << 20)) for _ in range(megabytes)]
    return b"".join([*parts, squeeze.flush()])


def _after_soi(segments: bytes, kind: str = "JPEG") -> bytes:
    good = _small(kind)
    return good[:2] + segments + good[2:]


def _segment(marker: int, data: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def _scan_bomb() -> bytes:
    """Return a progressive JPEG of 64 MP whose thousands of scans hold nothing."""
    frame = struct.pack(">BHHB", 8, 8000, 8000, 1) + b"\x01\x11\0"
    table = b"\0" + bytes([1] + [0] * 15) + b"\0"
    scan = _segment(0xDA, b"\x01\x01\0\0\0\0") + b"\0"
    quant = _segment(0xDB, b"\0" + b"\1" * 64)
    start = b"\xff\xd8" + quant + _segment(0xC2, frame) + _segment(0xC4, table)
    return start + scan * 5000 + b"\xff\xd9"


def _jpeg_header(width: int, height: int) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 3) + b"\x01\x22\0\x02\x11\1\x03\x11\1"
    return _resized(_small("JPEG"), _segment(0xC0, frame))


def _resized(good: bytes, frame: bytes) -> bytes:
    at = good.index(b"\xff\xc0")
    length = int.from_bytes(good[at + 2 : at + 4], "big") + 2
    return good[:at] + frame + good[at + length :]


def _ispe(data: bytes, width: int, height: int) -> bytes:
    """Return a HEIC or AVIF whose header claims another size."""
    at = data.index(b"ispe") + 8
    return data[:at] + struct.pack(">II", width, height) + data[at + 8 :]


def _webp_claim(width: int, height: int) -> bytes:
    """Return a WebP of 26 bytes that claims a canvas."""
    body = struct.pack("<I", 0x2F | (width - 1) << 8 | ((height - 1) & 0x3F) << 22)
    body += struct.pack("<I", (height - 1) >> 6)[:1]
    chunk = b"VP8L" + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


def _gif(width: int, height: int, frames: int) -> bytes:
    """Return a GIF whose frames are one pixel each."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + frame * frames + b";"


def _animated(kind: str, frames: int) -> bytes:
    pictures = [Image.new("RGB", (32, 32), (n % 256, n // 256, 0)) for n in range(frames)]
    return _saved(pictures[0], kind, save_all=True, append_images=pictures[1:], duration=20)


def _mpo() -> bytes:
    return _saved(
        photos.raster("coffee", (1600, 1200)),
        "MPO",
        save_all=True,
        append_images=[photos.raster("rocket", (1600, 1200))],
    )


def _with_exif(tiff: bytes) -> bytes:
    return _after_soi(_segment(0xE1, b"Exif\0\0" + tiff))


def _ifd(entries: bytes, count: int, following: int) -> bytes:
    start = b"MM\0*\0\0\0\x08" + struct.pack(">H", count)
    return start + entries + struct.pack(">I", following)


def _exif_loop() -> bytes:
    gps = struct.pack(">HHII", 0x8825, 4, 1, 8)
    block = struct.pack(">HHII", 0x8769, 4, 1, 8)
    return _with_exif(_ifd(block + gps, 2, 8))


def _exif_crowd() -> bytes:
    entry = struct.pack(">HHII", 0x9999, 2, 0xFFFFFFF0, 0xFFFFFF00)
    return _with_exif(_ifd(entry * 5000, 0xFFFF, 0))


def _orientation(value: bytes, kind: int = 3) -> bytes:
    return _with_exif(_ifd(struct.pack(">HHI", 0x0112, kind, 1) + value, 1, 0))


def _zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("payload.html", PAYLOAD)
    return out.getvalue()


def _cut(kind: str, keep: float) -> Callable[[], bytes]:
    return lambda: _small(kind)[: int(len(_small(kind)) * keep)]


def _icc(profile: bytes, mode: str = "RGB") -> bytes:
    picture = photos.raster("coffee", (320, 240)).convert(mode)
    return _saved(picture, "JPEG", icc_profile=profile)


def _lab_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()


def _deep_png() -> bytes:
    rows = b"".join(
        b"\0" + b"".join(struct.pack(">H", (x * 200) & 0xFFFF) for x in range(300))
        for _ in range(200)
    )
    return _png(300, 200, 16, 0, idat=zlib.compress(rows))


def _deep_rgba_png() -> bytes:
    row = b"\0" + struct.pack(">HHHH", 60000, 30000, 100, 50000) * 120
    return _png(120, 80, 16, 6, idat=zlib.compress(row * 80))


def _photo(mode: str) -> Image.Image:
    return photos.raster("coffee", (320, 240)).convert(mode)


def _motion_photo() -> bytes:
    """Return a JPEG with a film behind it, in which scan markers turn up by chance."""
    film = b"\0\0\0\x18ftypmp42" + random.Random(3).randbytes(4 << 20) + b"\xff\xda" * 200
    return _small("JPEG") + film


def _many_chunks() -> bytes:
    return _whole_png(_chunk(b"abCd", b"") * 400_000)


MANY, DIM, DAMAGED = Refusal.TOO_MANY_PIXELS, Refusal.BAD_DIMENSIONS, Refusal.DAMAGED
CANNOT, COMPLEX, ALIEN = Refusal.UNDECODABLE, Refusal.TOO_COMPLEX, Refusal.NOT_AN_IMAGE

_case("empty", lambda: b"", Refusal.EMPTY)
_case("one byte", lambda: b"\xff", ALIEN)
_case("magic only", lambda: b"\xff\xd8\xff", DAMAGED)
_case("magic only, PNG", lambda: b"\x89PNG\r\n\x1a\n", DAMAGED)
_case("zeros", lambda: bytes(100_000), ALIEN)

_case("PNG of 50,000 squared", lambda: _png(50_000, 50_000, 1, 0), MANY)
_case("PNG of 2 billion squared", lambda: _png(2**31 - 1, 2**31 - 1), MANY, DAMAGED)
_case("PNG of 7,200 squared, 16 bits", lambda: _png(7200, 7200, 16, 6), MANY)
_case("PNG of no width", lambda: _png(0, 100), DAMAGED, DIM)
_case("PNG of 65,500 by 20", lambda: _png(65_500, 20, 1, 0), DIM)
_case("JPEG of 65,500 squared", lambda: _jpeg_header(65_500, 65_500), MANY)
_case("JPEG of 12,000 squared", lambda: _jpeg_header(12_000, 12_000), MANY)
_case("JPEG that claims 10,000 squared", lambda: _jpeg_header(10_000, 10_000), FINE, DAMAGED)
_case("WebP of 26 bytes, 16,383 squared", lambda: _webp_claim(16_383, 16_383), MANY, DAMAGED)
_case("WebP of 26 bytes, 5,000 squared", lambda: _webp_claim(5000, 5000), DAMAGED, CANNOT)
_case("GIF screen of 65,535 squared", lambda: _gif(65_535, 65_535, 1), MANY)
_case("HEIC that claims 9,000 squared", lambda: _ispe(_small("HEIF"), 9000, 9000), MANY, DAMAGED)
_case("AVIF that claims 9,000 squared", lambda: _ispe(_small("AVIF"), 9000, 9000), MANY, DAMAGED)
_case("AVIF that claims 4,000 squared", lambda: _ispe(_small("AVIF"), 4000, 4000), FINE, CANNOT)
_case("100 by 20,000", lambda: _saved(Image.new("1", (100, 20_000)), "PNG"), DIM)
_case("1 pixel", lambda: _saved(Image.new("RGB", (1, 1)), "PNG"), DIM)
_case("1 pixel, GIF", lambda: _gif(1, 1, 1), DIM)

_case("scan bomb", _scan_bomb, COMPLEX)
_case("segment bomb", lambda: _after_soi(_segment(0xDB, b"") * 200_000), COMPLEX)
_case("200,000 comments", lambda: _after_soi(_segment(0xFE, b"") * 200_000), FINE)
_case("10 MB of comments", lambda: _after_soi(_segment(0xFE, bytes(65_000)) * 160), FINE)
_case(
    "10 MB of XMP",
    lambda: _after_soi(_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + b"<" * 65_000) * 160),
    FINE,
)
_case("zTXt bomb", lambda: _whole_png(_chunk(b"zTXt", b"k\0\0" + _zeros(64))), FINE)
_case("iTXt bomb", lambda: _whole_png(_chunk(b"iTXt", b"k\0\1\0\0\0" + _zeros(64))), FINE)
_case("iCCP bomb", lambda: _whole_png(_chunk(b"iCCP", b"k\0\0" + _zeros(64))), FINE)
_case("2 MB of text chunks", lambda: _whole_png(_chunk(b"tEXt", b"k\0" + b"x" * 60_000) * 30), FINE)
_case("400,000 chunks", _many_chunks, FINE)
_case("64 MB of pixels in a small PNG", lambda: _png(100, 100, idat=_zeros(64)), FINE)
_case("GIF of 10,000 frames", lambda: _gif(64, 64, 10_000), FINE)
_case("animated WebP", lambda: _animated("WEBP", 300), FINE)
_case("animated PNG", lambda: _animated("PNG", 300), FINE)
_case("animated GIF", lambda: _animated("GIF", 50), FINE)
_case("animated AVIF", lambda: _animated("AVIF", 5), FINE)
_case("MPO", _mpo, FINE)
_case("motion photo", _motion_photo, FINE)

for _kind in ("JPEG", "progressive", "PNG", "WEBP", "AVIF", "HEIF"):
    _case(f"half a {_kind}", _cut(_kind, 0.5), DAMAGED, CANNOT)
    _case(f"{_kind} without its end", _cut(_kind, 0.97), DAMAGED, CANNOT, FINE)
    _case(f"{_kind} of a few bytes", _cut(_kind, 0.02), DAMAGED, ALIEN)

_case("SVG", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'>" + PAYLOAD + b"</svg>", ALIEN)
_case("HTML", lambda: b"<!doctype html>" + PAYLOAD, ALIEN)
_case("PDF", lambda: b"%PDF-1.7\n" + PAYLOAD, ALIEN)
_case("EPS", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n", ALIEN)
_case("TIFF", lambda: _saved(_photo("RGB"), "TIFF"), ALIEN)
_case("BMP", lambda: _saved(_photo("RGB"), "BMP"), ALIEN)
_case("ICO", lambda: _saved(_photo("RGB"), "ICO"), ALIEN)
_case("JPEG 2000", lambda: _saved(_photo("RGB"), "JPEG2000"), ALIEN)
_case("zip", _zip, ALIEN)
_case("MVG", lambda: b"push graphic-context\nviewbox 0 0 640 480\n", ALIEN)
_case("MP4", lambda: b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(1000), Refusal.VIDEO)
_case("WebM", lambda: b"\x1aE\xdf\xa3" + bytes(1000), Refusal.VIDEO)
_case("JPEG and HTML", lambda: _after_soi(_segment(0xFE, PAYLOAD)) + PAYLOAD, FINE)
_case("JPEG and zip", lambda: _small("JPEG") + _zip(), FINE)
_case("PNG and HTML", lambda: _whole_png(_chunk(b"tEXt", b"k\0" + PAYLOAD)) + PAYLOAD, FINE)
_case(
    "GIF and script",
    lambda: b"GIF89a/*" + bytes(20) + b"*/=1;" + PAYLOAD,
    DAMAGED,
    CANNOT,
    MANY,
    DIM,
    FINE,
)
_case("PNG called a JPEG", lambda: b"\xff\xd8\xff" + _small("PNG"), DAMAGED)

_case("EXIF that leads to itself", _exif_loop, FINE)
_case("EXIF of 65,535 entries", _exif_crowd, FINE)
_case("EXIF that is noise", lambda: _with_exif(random.Random(1).randbytes(60_000)), FINE)
_case("orientation 0", lambda: _orientation(b"\0\0\0\0"), FINE)
_case("orientation 255", lambda: _orientation(b"\0\xff\0\0"), FINE)
_case("orientation six", lambda: _orientation(b"six\0", 2), FINE)

_case("noise for a profile", lambda: _icc(random.Random(2).randbytes(5000)), FINE)
_case("profile of 2 MB", lambda: _icc(bytes(2 << 20)), FINE)
_case("LAB profile", lambda: _icc(_lab_profile()), FINE)
_case("RGB profile in a grey JPEG", lambda: _icc(photos.display_p3(), "L"), FINE)

_case("CMYK", lambda: _saved(_photo("CMYK"), "JPEG"), FINE)
_case("grey", lambda: _saved(_photo("L"), "JPEG"), FINE)
_case("black and white", lambda: _saved(_photo("1"), "PNG"), FINE)
_case("grey and alpha", lambda: _saved(_photo("LA"), "PNG"), FINE)
_case("palette with a hole", lambda: _saved(_photo("P"), "PNG", transparency=3), FINE)
_case("transparent", lambda: _saved(Image.new("RGBA", (100, 100), (255, 0, 0, 0)), "PNG"), FINE)
_case("16 bits of grey", _deep_png, FINE)
_case("16 bits of colour and alpha", _deep_rgba_png, FINE)
_case("transparent WebP", lambda: _saved(_photo("RGBA"), "WEBP", lossless=True), FINE)
