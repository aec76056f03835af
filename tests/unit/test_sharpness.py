"""What is shown is as sharp as a perfect reduction, and as like it as another encoder makes it.

A perfect reduction decodes everything, converts the colours at full size, and scales by Lanczos.
Sharpness is the variance of the Laplacian of the brightness; the reference is saved at quality 80.
"""

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from mixroom.media.findings import Print
from mixroom.media.imaging import develop
from tests import photos

SIZES = {"8 MP": (3264, 2448), "12 MP": photos.TWELVE_MP}


def perfect(data: bytes, size: tuple[int, int]) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    srgb = ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(picture, profile, srgb, renderingIntent=intent)
    assert converted
    return converted.resize(size, Image.Resampling.LANCZOS)


def saved(picture: Image.Image) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80)
    return Image.open(out)


def sharpness(picture: Image.Image) -> float:
    y = np.asarray(picture.convert("L"), float)
    around = y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:]
    return float((4 * y[1:-1, 1:-1] - around).var())


def distance(one: Image.Image, other: Image.Image) -> float:
    """Return the mean squared difference of the brightness."""
    a, b = (np.asarray(each.convert("L"), float) for each in (one, other))
    return float(((a - b) ** 2).mean())


@pytest.mark.parametrize("kind", SIZES)
def test_wall_and_card_are_as_sharp_as_a_perfect_reduction(kind: str) -> None:
    data = photos.phone(photos.mosaic(0, SIZES[kind]), 1, SIZES[kind]).data
    _, *prints = develop(data)
    for made in prints:
        assert isinstance(made, Print)
        if made.name == "thumb":
            continue
        shown = Image.open(io.BytesIO(made.data))
        reduced = perfect(data, shown.size)
        ratio = sharpness(shown) / sharpness(saved(reduced))
        assert 0.93 < ratio < 1.1, (made.name, ratio)
        assert distance(shown, reduced) < 1.15 * distance(saved(reduced), reduced), made.name
