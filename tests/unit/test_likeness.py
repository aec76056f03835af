"""An original takes its preview's place only if it shows the same, in every part."""

import io
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFont

from mixroom.media.findings import Photo
from mixroom.media.imaging import develop
from mixroom.media.likeness import MAX_OUTSIDE, MIN_EDGE, outside, same, same_shape
from tests import photos

NAMES = ("coffee", "astronaut", "chelsea", "rocket", "dim room", "white wall", "fog")
FILTERS = (
    Image.Resampling.BOX,
    Image.Resampling.BILINEAR,
    Image.Resampling.BICUBIC,
    Image.Resampling.LANCZOS,
)
SIZE = (2016, 1512)


@cache
def taken(name: str) -> Image.Image:
    """Return a picture as it is decoded for the wall, upright; three of them have no structure."""
    tone = {"dim room": (26, 23, 21), "white wall": (236, 233, 228)}.get(name)
    if tone:
        picture = Image.new("RGB", SIZE, tone)
    elif name == "fog":
        picture = Image.linear_gradient("L").resize(SIZE).point(lambda n: 150 + n // 16)
    else:
        return photos.raster(name, SIZE).convert("RGB")
    grain = Image.effect_noise(SIZE, 25).convert("RGB")
    return ImageChops.add(picture.convert("RGB"), grain, scale=1, offset=-128)


def preview(
    picture: Image.Image, edge: int = 1280, quality: int = 72, how: int = Image.Resampling.BICUBIC
) -> Image.Image:
    scale = edge / max(picture.size)
    size = round(picture.width * scale), round(picture.height * scale)
    return recompressed(picture.resize(size, how), quality)


def recompressed(picture: Image.Image, quality: int) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out).convert("RGB")


def written(picture: Image.Image, words: str, place: tuple[float, float], height: float) -> object:
    """Return the picture with words across, in a colour that can be read there."""
    defaced = picture.copy()
    font = ImageFont.load_default(max(8, round(height * picture.height)))
    at = round(place[0] * picture.width), round(place[1] * picture.height)
    draw = ImageDraw.Draw(defaced)
    box = draw.textbbox(at, words, font)
    light = picture.crop(tuple(map(round, box))).resize((1, 1), Image.Resampling.BOX).convert("L")
    draw.text(at, words, "white" if light.getpixel((0, 0)) < 128 else "black", font)
    return defaced


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    edge=st.sampled_from((MIN_EDGE, 720, 960, 1280, 1600)),
    quality=st.integers(50, 92),
    how=st.sampled_from(FILTERS),
    again=st.integers(80, 95),
)
def test_a_preview_of_a_photo_shows_it_however_it_was_made(
    name: str, edge: int, quality: int, how: int, again: int
) -> None:
    original = taken(name)
    assert same(preview(original, edge, quality, how), recompressed(original, again))


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    edge=st.sampled_from((960, 1280, 1600)),
    words=st.sampled_from(("IDIOT", "imbécile", "FU")),
    place=st.tuples(st.floats(0.01, 0.7), st.floats(0.01, 0.85)),
    height=st.floats(0.03, 0.12),
)
def test_words_written_across_are_found_wherever_they_are(
    name: str, edge: int, words: str, place: tuple[float, float], height: float
) -> None:
    original = taken(name)
    assert not same(preview(original, edge), written(original, words, place, height))


@pytest.mark.parametrize("name", NAMES)
def test_what_two_devices_do_to_the_same_light_is_no_difference(name: str) -> None:
    original, small = taken(name), preview(taken(name))
    moved = ImageChops.offset(original, 1, 1)
    assert same(small, moved)
    for change in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        for factor in (0.87, 1.15):
            assert same(small, change(original).enhance(factor)), (change, factor)


@pytest.mark.parametrize("name", [name for name in NAMES if " " not in name and name != "fog"])
def test_another_picture_is_another(name: str) -> None:
    original, small = taken(name), preview(taken(name))
    width, height = original.size
    others = {
        "mirrored": original.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "on its head": original.transpose(Image.Transpose.ROTATE_180),
        "cut by three in a hundred": original.crop((60, 45, width - 60, height - 45)),
        "another one": taken("coffee" if name != "coffee" else "rocket"),
        "without colours": original.convert("L").convert("RGB"),
        "a part exchanged": original.copy(),
    }
    part = original.crop((0, 0, width // 8, height // 8))
    others["a part exchanged"].paste(part, (width // 2, height // 2))
    for what, other in others.items():
        assert not same(small, other), what


def test_a_faint_pattern_cannot_be_brought_out() -> None:
    """Words too faint for a reviewer are not the same as words on the wall."""
    ground = Image.new("RGB", SIZE, (120, 120, 120))
    faint, clear = ground.copy(), ground.copy()
    for picture, tone in ((faint, 122), (clear, 200)):
        ImageDraw.Draw(picture).text((200, 200), "IDIOT", (tone,) * 3, ImageFont.load_default(400))
    assert outside(preview(faint), clear) > MAX_OUTSIDE


def test_a_preview_too_small_to_show_what_matters_proves_nothing() -> None:
    original = taken("coffee")
    assert not same(preview(original, MIN_EDGE - 1), original)
    small = preview(original, 400)
    assert same(small, small), "but of a picture that is as small it shows all"


@given(
    width=st.integers(700, 9000),
    height=st.integers(700, 9000),
    edge=st.integers(640, 1600),
)
def test_a_preview_has_the_shape_of_its_original_to_a_pixel(
    width: int, height: int, edge: int
) -> None:
    scale = min(1, edge / max(width, height))
    made = round(width * scale), round(height * scale)
    assert same_shape(made, (width, height))
    wider = made[0] + (4 if made[0] < made[1] else 0), made[1] + (4 if made[0] >= made[1] else 0)
    assert not same_shape(wider, (width, height))


def test_the_darkroom_compares_with_what_was_shown() -> None:
    original = photos.phone("chelsea", 6, (1512, 2016)).data
    shown = photos.preview(original)
    defaced = io.BytesIO()
    with Image.open(io.BytesIO(original)) as file:
        exif = file.getexif()
        written(file.convert("RGB"), "IDIOT", (0.4, 0.4), 0.03).save(
            defaced, "JPEG", quality=90, exif=exif, icc_profile=file.info["icc_profile"]
        )
    assert not differs(original, shown)
    assert differs(defaced.getvalue(), shown)
    assert differs(original, b""), "a preview that is gone may have shown anything"
    assert not differs(original, b"no picture"), "one that could not be opened showed nothing"
    assert not differs(original, None)


def differs(original: bytes, shown: bytes | None) -> bool:
    learnt = next(develop(original, shown=shown))
    assert isinstance(learnt, Photo)
    return learnt.differs
