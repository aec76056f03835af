"""The fast ways (eighths of a JPEG, tables of Display P3) show what Pillow and Little CMS show."""

import io
import random

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from mixroom.media.containers import bare
from mixroom.media.display_p3 import is_display_p3, to_srgb
from mixroom.media.eighths import decode_eighths
from mixroom.media.filetypes import Format
from tests import photos

SIZE = (1600, 1200)


def jpeg(mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    photos.raster("coffee", SIZE).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()


def decoded(data: bytes, box: tuple[int, int]) -> Image.Image | None:
    return decode_eighths(Image.open(io.BytesIO(data)), bare(data, Format.JPEG), box)


@pytest.mark.parametrize(
    ("box", "size"),
    [
        ((1600, 1200), (1600, 1200)),
        ((1401, 1000), (1600, 1200)),
        ((1400, 1050), (1400, 1050)),
        ((900, 675), (1000, 750)),
        ((300, 225), (400, 300)),
        ((100, 75), (200, 150)),
    ],
)
@pytest.mark.parametrize(
    "options",
    [{}, {"progressive": True}, {"subsampling": 0}, {"restart_marker_rows": 1}],
    ids=str,
)
def test_a_jpeg_is_decoded_at_the_eighth_that_fills_the_box(
    options: dict[str, object], box: tuple[int, int], size: tuple[int, int]
) -> None:
    data = jpeg(**options)
    picture = decoded(data, box)
    assert picture
    assert picture.size == size
    expected = Image.open(io.BytesIO(data)).resize(size, Image.Resampling.LANCZOS)
    difference = ImageStat.Stat(ImageChops.difference(picture, expected))
    assert max(difference.mean) < 2.5


def test_a_grey_jpeg_stays_grey() -> None:
    picture = decoded(jpeg("L"), SIZE)
    assert picture
    assert picture.mode == "L"
    assert picture.tobytes() == Image.open(io.BytesIO(jpeg("L"))).tobytes()


def test_the_second_picture_of_an_mpo_is_not_looked_at() -> None:
    out = io.BytesIO()
    first, second = photos.raster("coffee", SIZE), Image.new("RGB", SIZE, "red")
    first.save(out, "MPO", save_all=True, append_images=[second])
    picture = decoded(out.getvalue(), SIZE)
    assert picture
    assert photos.mean_difference(picture, first) < 1


@pytest.mark.parametrize(
    "data",
    [
        jpeg("CMYK"),
        jpeg()[:-20_000],
        jpeg()[:-20_000] + b"\xff\xd9",
        jpeg().replace(b"\xff\xda", b"\xff\xda", 1)[:30_000] + bytes(4000) + jpeg()[34_000:],
    ],
    ids=["CMYK", "cut", "cut, with an end", "overwritten"],
)
def test_what_is_odd_is_left_to_pillow(data: bytes) -> None:
    assert decoded(data, SIZE) is None


def transform(profile: ImageCms.ImageCmsProfile) -> ImageCms.ImageCmsTransform:
    srgb = ImageCms.createProfile("sRGB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    return ImageCms.buildTransform(profile, srgb, "RGB", "RGB", intent)


def test_the_tables_say_what_little_cms_says() -> None:
    lcms = transform(ImageCms.ImageCmsProfile(io.BytesIO(photos.display_p3())))
    assert is_display_p3(lcms)
    size = (500, 333)
    colours = Image.frombytes("RGB", size, random.Random(8).randbytes(3 * size[0] * size[1]))
    expected = ImageCms.applyTransform(colours, lcms)
    assert expected
    difference = ImageChops.difference(to_srgb(colours.copy()), expected)
    assert max(high for _, high in difference.getextrema()) <= 1


def test_other_profiles_are_left_to_little_cms() -> None:
    assert not is_display_p3(transform(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))))
    other = photos.display_p3().replace(photos._fixed(0.51512), photos._fixed(0.55))
    assert not is_display_p3(transform(ImageCms.ImageCmsProfile(io.BytesIO(other))))
