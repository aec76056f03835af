"""Renditions are as sharp as a perfect reduction, and as like it as another encoder makes them."""

import io

import pytest
from PIL import Image

from mixroom.media.findings import Print
from mixroom.media.imaging import develop
from tests import photos
from tests.sharpness import likeness, perfect, saved, sharpness

SIZES = {"8 MP": (3264, 2448), "12 MP": photos.TWELVE_MP}


@pytest.mark.parametrize("kind", SIZES)
def test_wall_and_card_are_as_sharp_as_a_perfect_reduction(kind: str) -> None:
    data = photos.phone(photos.mosaic(0, SIZES[kind]), 3, SIZES[kind]).data
    _, *prints = develop(data)
    for made in prints:
        assert isinstance(made, Print)
        if made.name != "thumb":
            shown = Image.open(io.BytesIO(made.data))
            reduced = perfect(data, shown.size)
            delivered = saved(reduced)
            assert 0.93 < sharpness(shown) / sharpness(delivered) < 1.1, made.name
            assert likeness(shown, reduced) > likeness(delivered, reduced) - 0.004, made.name
