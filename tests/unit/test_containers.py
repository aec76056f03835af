"""Parts that are thrown away anyway refuse no picture; colours are those of a browser."""

import io
import struct
import zlib
from itertools import pairwise

import pillow_heif
import pytest
from PIL import Image, ImageStat

from mixroom.media.findings import Print
from mixroom.media.imaging import develop
from mixroom.media.refusals import Refusal, RefusedError
from tests import photos

GOOD = photos.phone("coffee", 1, (640, 480), p3=False).data
SAMSUNG = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1447000000000SEFHk\0\0\0\x01\0\0\0SEFT"
NOISE = bytes(n * 37 % 251 for n in range(100_000))


def progressive() -> bytes:
    out = io.BytesIO()
    photos.raster("coffee", (640, 480)).save(out, "JPEG", progressive=True, quality=90)
    return out.getvalue()


def wall(data: bytes) -> Image.Image:
    *_, made = develop(data)
    assert isinstance(made, Print)
    return Image.open(io.BytesIO(made.data)).convert("RGB")


def unlike(one: Image.Image, other: Image.Image) -> float:
    return photos.mean_difference(one, other)


@pytest.mark.parametrize("whole", [GOOD, progressive()], ids=["baseline", "progressive"])
@pytest.mark.parametrize(
    "tail",
    [b"", SAMSUNG, NOISE, b"\xff\xe5" + NOISE, GOOD[:-2], b"\xff\xd8\xff" + NOISE],
    ids=["nothing", "trailer", "noise", "noise that looks like a segment", "a picture", "a start"],
)
def test_a_jpeg_that_has_all_its_pixels_is_shown_whatever_follows(
    whole: bytes, tail: bytes
) -> None:
    assert unlike(wall(whole[:-2] + tail), wall(whole)) < 0.5
    assert unlike(wall(whole + tail), wall(whole)) == 0


@pytest.mark.parametrize("whole", [GOOD, progressive()], ids=["baseline", "progressive"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_a_jpeg_that_lacks_pixels_is_told(whole: bytes, share: float) -> None:
    with pytest.raises(RefusedError) as error:
        list(develop(whole[: int(len(whole) * share)]))
    assert error.value.reason is Refusal.DAMAGED


def test_a_jpeg_with_thousands_of_segments_beside_the_picture_is_shown() -> None:
    crowd = b"".join(b"\xff\xe5\0\x04ab" for _ in range(20_000))
    assert unlike(wall(GOOD[:2] + crowd + GOOD[2:]), wall(GOOD)) == 0


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*chunks: bytes, picture: Image.Image | None = None) -> bytes:
    out = io.BytesIO()
    (picture or photos.raster("coffee", (320, 240))).save(out, "PNG")
    data = out.getvalue()
    return data[:33] + b"".join(chunks) + data[33:]


@pytest.mark.parametrize(
    "extra",
    [
        chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(3 << 20))),
        chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3 << 20))),
        chunk(b"tEXt", b"Comment\0" + bytes(3 << 20)),
        chunk(b"prVW", NOISE),
        chunk(b"eXIf", NOISE)[:-4] + b"oops",
        chunk(b"iCCP", b"broken\0\0" + NOISE),
        chunk(b"gAMA", b"")[:-4] + b"oops",
        chunk(b"acTL", b"\0\0\0\2\0\0\0\0"),
    ],
    ids=["XMP", "zTXt", "tEXt", "private", "EXIF", "profile", "gamma", "animation"],
)
def test_a_png_is_shown_whatever_a_program_has_added(extra: bytes) -> None:
    assert unlike(wall(png(extra)), wall(png())) == 0
    assert unlike(wall(png() + extra), wall(png())) == 0


def test_xmp_turns_no_picture_as_no_browser_does_it() -> None:
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    body = b"http://ns.adobe.com/xap/1.0/\0" + xmp
    turned = GOOD[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + GOOD[2:]
    assert wall(turned).size == wall(GOOD).size
    plain = png(chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp))
    assert wall(plain).size == (320, 240)


BARS = ((16, 16, 16), (96, 96, 96), (148, 148, 148), (200, 60, 60), (60, 200, 60), (60, 60, 200))


def bars() -> Image.Image:
    picture = Image.new("RGB", (240, 120))
    for number, colour in enumerate(BARS):
        picture.paste(colour, (40 * number, 0, 40 * number + 40, 120))
    return picture


def shown(data: bytes) -> list[tuple[int, ...]]:
    picture = wall(data)
    boxes = pairwise(range(0, 241, 40))
    return [
        tuple(map(round, ImageStat.Stat(picture.crop((a + 8, 8, b - 8, 112))).mean))
        for a, b in boxes
    ]


def test_codes_of_hdr_become_the_light_of_an_ordinary_screen() -> None:
    """In a browser, tests/browser/test_agreement.py holds this against Chromium."""
    grey = shown(png(chunk(b"cICP", bytes([9, 16, 0, 1])), picture=bars()))
    assert grey[0][0] < grey[1][0] < grey[2][0]
    assert 170 < grey[2][0] < 205, "paper"
    assert max(grey[2]) - min(grey[2]) < 4
    red, green, blue = grey[3:]
    assert (red.index(max(red)), green.index(max(green)), blue.index(max(blue))) == (0, 1, 2)


def test_a_wide_gamut_said_by_codes_is_more_colourful_in_srgb() -> None:
    plain, wide = (
        shown(png(picture=bars())),
        shown(png(chunk(b"cICP", bytes([12, 13, 0, 1])), picture=bars())),
    )
    for one, other in zip(wide[:3], plain[:3], strict=True):
        assert one == pytest.approx(other, abs=2)
    assert wide[3][0] > plain[3][0] + 5
    assert wide[4][0] < plain[4][0] - 10


def test_what_says_srgb_or_nothing_is_left_alone() -> None:
    plain = shown(png(picture=bars()))
    for said in (
        chunk(b"cICP", bytes([1, 13, 0, 1])),
        chunk(b"gAMA", struct.pack(">I", 45455)),
        chunk(b"sRGB", b"\0"),
    ):
        assert shown(png(said, picture=bars())) == plain


def test_a_gamma_is_heeded_as_browsers_do_it() -> None:
    dark = shown(png(chunk(b"gAMA", struct.pack(">I", 100_000)), picture=bars()))
    assert dark[1][0] == pytest.approx(165, abs=3), "linear 96"


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_codes_in_a_heic_and_an_avif_are_heeded(kind: str) -> None:
    def saved(transfer: int) -> bytes:
        out = io.BytesIO()
        if kind == "HEIF":
            made = pillow_heif.from_pillow(bars())
            options = {"color_primaries": 9, "transfer_characteristics": transfer}
            made.save(out, quality=95, save_nclx_profile=True, matrix_coefficients=9, **options)
        else:
            bars().save(out, "AVIF", quality=95)
            plain = out.getvalue()
            at = plain.index(b"nclx") + 4
            return plain[:at] + bytes([0, 9, 0, transfer]) + plain[at + 4 :]
        return out.getvalue()

    ordinary, bright = shown(saved(13)), shown(saved(16))
    assert bright[2][0] > ordinary[2][0] + 15, "its paper white is not a grey"
    pure, washed_out = (red - max(green, blue) for red, green, blue in (bright[3], ordinary[3]))
    assert pure > washed_out + 15, "its red is a red"
