"""A photo's bytes in, upright sRGB renditions without metadata out."""

import base64
import io
from datetime import datetime

import pytest
from PIL import Image, ImageEnhance

from mixroom.core.speech import both
from mixroom.media.filetypes import Format, MediaKind, sniff
from mixroom.media.findings import Photo, Print
from mixroom.media.imaging import RefusedError, develop
from mixroom.media.limits import CARD, THUMB
from mixroom.media.refusals import Refusal, words_of
from mixroom.media.twins import alike
from tests import hostile, photos

SMALL = (320, 240)
PHONES = {  # name and orientation of what a volunteer's phone sends
    "coffee": 6,
    "astronaut": 1,
    "chelsea": 3,
    "rocket": 8,
}


def developed(data: bytes) -> tuple[Photo, dict[str, Print]]:
    photo, *prints = develop(data)
    assert isinstance(photo, Photo)
    assert all(isinstance(each, Print) for each in prints)
    return photo, {each.name: each for each in prints}


def seen(made: Print) -> Image.Image:
    picture = Image.open(io.BytesIO(made.data))
    assert picture.format == "JPEG"
    assert picture.mode == "RGB"
    assert picture.size == (made.width, made.height)
    return picture


def refusal(data: bytes) -> Refusal:
    with pytest.raises(RefusedError) as caught:
        list(develop(data))
    return caught.value.reason


@pytest.fixture(scope="session", params=PHONES)
def phone(request: pytest.FixtureRequest) -> photos.Phone:
    """A photograph of twelve megapixels in Display P3, as a phone stores it."""
    turned = PHONES[request.param] in (6, 8)
    size = photos.TWELVE_MP[::-1] if turned else photos.TWELVE_MP
    return photos.phone(request.param, PHONES[request.param], size)


def test_a_phone_photo_becomes_three_upright_clean_renditions(phone: photos.Phone) -> None:
    photo, prints = developed(phone.data)
    long, short = max(photo.width, photo.height), min(photo.width, photo.height)
    assert (long, short) == photos.TWELVE_MP
    assert list(prints) == ["thumb", "card", "wall"]
    assert [max(each.width, each.height) for each in prints.values()] == [320, 1008, 2016]
    for each in prints.values():
        assert photos.mean_difference(seen(each), phone.upright) < 3
        assert segments(each.data) == {"JFIF", "DQT", "SOF0", "DHT", "SOS"}
        assert not [secret for secret in photos.SECRETS if secret in each.data]
    assert photo.taken_at == datetime.fromisoformat("2015-11-07T14:03:21-05:00")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_every_format_is_turned_upright(kind: str) -> None:
    for orientation in range(1, 9):
        phone = photos.phone("rocket", orientation, SMALL[::-1], kind=kind, p3=kind != "AVIF")
        photo, prints = developed(phone.data)
        assert (photo.width, photo.height) == SMALL[::-1], orientation
        assert photo.format is Format(kind)
        assert photos.mean_difference(seen(prints["wall"]), phone.upright) < 2, orientation
        for each in prints.values():
            assert segments(each.data) == {"JFIF", "DQT", "SOF0", "DHT", "SOS"}
            assert not [secret for secret in photos.SECRETS if secret in each.data]


@pytest.mark.parametrize(
    ("size", "wall"),
    [
        ((4032, 3024), (2016, 1512)),
        ((3264, 2448), (2040, 1530)),
        ((2600, 1950), (1950, 1463)),
        ((2400, 1800), (1920, 1440)),
        ((2048, 1536), (2048, 1536)),
        ((2049, 1536), (1920, 1439)),
        ((800, 600), (800, 600)),
        ((200, 100), (200, 100)),
        ((5000, 300), (2500, 150)),
    ],
)
def test_the_wall_rendition_is_at_most_2048_long_and_never_enlarged(
    size: tuple[int, int], wall: tuple[int, int]
) -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").resize(size).save(out, "JPEG")
    photo, prints = developed(out.getvalue())
    expected = wall if max(size) < 5000 else (1920, round(300 * 1920 / 5000))
    made = {name: (each.width, each.height) for name, each in prints.items()}
    assert (photo.width, photo.height) == size
    assert made["wall"] == expected
    assert max(made["card"]) <= max(wall) // 2 + 1 or max(made["card"]) <= CARD
    assert max(made["thumb"]) <= THUMB


def test_display_p3_colours_arrive_as_the_same_colours_in_srgb() -> None:
    """Inside sRGB a colour differs by less than two ΔE, which nobody sees."""
    colours = [(200, 90, 80), (90, 180, 90), (70, 90, 190), (128, 128, 128), (220, 200, 120)]
    sheet = Image.new("RGB", (80 * len(colours), 80))
    for n, colour in enumerate(colours):
        sheet.paste(colour, (80 * n, 0, 80 * n + 80, 80))
    out = io.BytesIO()
    sheet.save(out, "JPEG", quality=100, subsampling=0, icc_profile=photos.display_p3())
    _, prints = developed(out.getvalue())
    wall = seen(prints["wall"])
    for n, colour in enumerate(colours):
        shown = wall.getpixel((80 * n + 40, 40))
        meant = from_p3(colour)
        assert delta_e(shown, meant) < 2, (colour, shown, meant)
    assert delta_e(wall.getpixel((40, 40)), colours[0]) > 3, "the profile was not heeded"


def test_a_profile_that_says_srgb_changes_nothing() -> None:
    from PIL import ImageCms

    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    plain, tagged = io.BytesIO(), io.BytesIO()
    photos.source("coffee").save(plain, "JPEG")
    photos.source("coffee").save(tagged, "JPEG", icc_profile=srgb)
    assert developed(plain.getvalue())[1] == developed(tagged.getvalue())[1]


def test_the_placeholder_is_a_tiny_picture_of_the_photo() -> None:
    phone = photos.phone("coffee", 1, SMALL, p3=False)
    photo, _ = developed(phone.data)
    start, code = photo.placeholder.split(",")
    tiny = Image.open(io.BytesIO(base64.b64decode(code)))
    assert start == "data:image/webp;base64"
    assert tiny.size == (16, 12)
    assert len(photo.placeholder) < 300
    assert photos.mean_difference(tiny, phone.upright.reduce(20)) < 14


def test_the_colour_is_one_that_dominates() -> None:
    out = io.BytesIO()
    picture = Image.new("RGB", (100, 100), (200, 30, 40))
    picture.paste((10, 10, 250), (0, 0, 100, 20))
    picture.save(out, "PNG")
    red, green, blue = bytes.fromhex(developed(out.getvalue())[0].color[1:])
    assert red > 180
    assert max(green, blue) < 60


@pytest.mark.parametrize("name", photos.NAMES)
def test_copies_of_a_photo_are_alike(name: str) -> None:
    original = photos.source(name)
    brighter = ImageEnhance.Brightness(original).enhance(1.15)
    copies = {
        "again": (original, 90),
        "squeezed": (original, 30),
        "half": (original.reduce(2), 80),
        "grey": (original.convert("L").convert("RGB"), 80),
        "brighter": (brighter, 80),
    }
    first = taken(original, 95)
    different = [copy for copy, (im, q) in copies.items() if not alike(first, taken(im, q))]
    assert not different


def test_different_photos_are_not_alike() -> None:
    every = [taken(photos.source(name), 90) for name in photos.NAMES]
    assert not any(alike(a, b) for n, a in enumerate(every) for b in every[n + 1 :])


def taken(picture: Image.Image, quality: int) -> Photo:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return developed(out.getvalue())[0]


@pytest.mark.parametrize(
    ("written", "offset", "read"),
    [
        ("2015:11:07 14:03:21", "-05:00", "2015-11-07T14:03:21-05:00"),
        ("2015:11:07 14:03:21", None, "2015-11-07T14:03:21"),
        ("2015:11:07 14:03:21", "somewhere", "2015-11-07T14:03:21"),
        ("0000:00:00 00:00:00", None, None),
        ("yesterday", None, None),
        (None, None, None),
    ],
)
def test_the_time_of_the_picture(written: str | None, offset: str | None, read: str | None) -> None:
    tags = Image.Exif()
    block = {0x9003: written, 0x9011: offset}
    tags.get_ifd(0x8769).update({key: value for key, value in block.items() if value})
    out = io.BytesIO()
    photos.source("coffee").save(out, "JPEG", exif=tags)
    taken_at = developed(out.getvalue())[0].taken_at
    assert taken_at == (datetime.fromisoformat(read) if read else None)


def test_sixteen_bits_of_grey_are_scaled_not_clipped() -> None:
    case = next(case for case in hostile.CASES if case.name == "16 bits of grey")
    wall = seen(developed(case.make())[1]["wall"])
    assert wall.getpixel((0, 100))[0] < 10
    assert 105 < wall.getpixel((150, 100))[0] < 130
    assert wall.getpixel((299, 100))[0] > 220


def test_what_is_transparent_becomes_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (64, 64), (255, 0, 0, 0)).save(out, "PNG")
    assert seen(developed(out.getvalue())[1]["wall"]).getpixel((32, 32)) == (255, 255, 255)


def test_of_an_animation_the_first_frame_is_shown() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "lime", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert seen(developed(out.getvalue())[1]["wall"]).getpixel((32, 32))[0] > 240


def test_limits_are_held_against_the_header_alone() -> None:
    """A bomb is recognised before a single pixel is decoded."""
    bombs = ("PNG of 50,000 squared", "PNG of 7,200 squared, 16 bits", "JPEG of 12,000 squared")
    found = {case.name: refusal(case.make()) for case in hostile.CASES if case.name in bombs}
    assert found == dict.fromkeys(bombs, Refusal.TOO_MANY_PIXELS)


def test_scans_are_counted_in_the_picture_only() -> None:
    cases = {case.name: case for case in hostile.CASES}
    assert refusal(cases["scan bomb"].make()) is Refusal.TOO_COMPLEX
    assert refusal(cases["segment bomb"].make()) is Refusal.TOO_COMPLEX
    assert developed(cases["motion photo"].make())[0].format is Format.JPEG


@pytest.mark.parametrize("name", [c.name for c in hostile.CASES if "EXIF" in c.name])
def test_crafted_exif_neither_warns_nor_blocks_a_photo(name: str) -> None:
    """Warnings are errors here: one that leaks would fail the test."""
    case = next(case for case in hostile.CASES if case.name == name)
    assert developed(case.make())[0].width == 320


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"", Refusal.EMPTY),
        (b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", Format.HEIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1heic", Format.HEIF),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", Format.AVIF),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  ", Format.MP4),
        (b"\xff\xff\xff\xffftyp", Format.MP4),
        (b"<svg", Refusal.NOT_AN_IMAGE),
        (b"II*\0", Refusal.NOT_AN_IMAGE),
    ],
)
def test_a_file_is_known_by_its_first_bytes(head: bytes, kind: Format | Refusal) -> None:
    assert sniff(head) is kind


@pytest.mark.parametrize("reason", Refusal)
@pytest.mark.parametrize("kind", MediaKind)
def test_every_refusal_has_words_in_both_languages(kind: MediaKind, reason: Refusal) -> None:
    words = both(words_of(reason, clip=kind is MediaKind.VIDEO))
    assert words.en
    assert words.fr
    assert words.fr != words.en


MARKERS = {0xE0: "JFIF", 0xDB: "DQT", 0xC0: "SOF0", 0xC4: "DHT", 0xDA: "SOS"}


def segments(jpeg: bytes) -> set[str]:
    """Return what a JPEG is made of; nothing may follow its end."""
    found, at = set(), 2
    assert jpeg.startswith(b"\xff\xd8")
    while True:
        marker = jpeg[at + 1]
        found.add(MARKERS.get(marker, hex(marker)))
        at += 2 + int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if marker == 0xDA:
            assert jpeg.index(b"\xff\xd9", at) == len(jpeg) - 2
            return found


def linear(value: float) -> float:
    value /= 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def gamma(value: float) -> float:
    value = value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055
    return value * 255


def from_p3(colour: tuple[int, ...]) -> tuple[float, ...]:
    """Return the sRGB numbers of a Display P3 colour (matrix of CSS Color 4)."""
    r, g, b = (linear(value) for value in colour)
    return (
        gamma(1.2249401 * r - 0.2249402 * g),
        gamma(-0.0420569 * r + 1.0420571 * g),
        gamma(-0.0196376 * r - 0.0786361 * g + 1.0982735 * b),
    )


def delta_e(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the distance of two sRGB colours in CIE L*a*b* (ΔE 1976)."""
    return sum((x - y) ** 2 for x, y in zip(lab(one), lab(other), strict=True)) ** 0.5


def lab(colour: tuple[float, ...]) -> tuple[float, float, float]:
    r, g, b = (linear(value) for value in colour)
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    x, y, z = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)
