"""A retouching's geometry, by properties, and what it leaves of the pixels."""

import io
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw

from mixroom.core.errors import InvalidError
from mixroom.media.findings import Photo, Print
from mixroom.media.imaging import develop
from mixroom.media.limits import MAX_ASPECT, MIN_SIDE
from mixroom.media.retouch import (
    CLOSEST,
    MAX_BLURS,
    PLAIN,
    WHOLE,
    Box,
    Point,
    Retouch,
    checked,
    read,
)
from tests import photos

SIZE = (480, 360)
SHOWN = ("thumb", "card", "wall")
FRACTION = st.floats(0, 1, allow_subnormal=False)
POINTS = st.builds(Point, FRACTION, FRACTION)
TURNS = st.integers(0, 3)
SIZES = st.tuples(st.integers(16, 5000), st.integers(16, 5000))


@st.composite
def boxes(draw: st.DrawFn, least: int = 20) -> Box:
    """Parts of a picture in thousandths, the smallest `least` wide and high."""
    x, y = draw(st.integers(0, 1000 - least)), draw(st.integers(0, 1000 - least))
    w, h = draw(st.integers(least, 1000 - x)), draw(st.integers(least, 1000 - y))
    return Box(x / 1000, y / 1000, w / 1000, h / 1000)


RETOUCHES = st.builds(
    Retouch,
    TURNS,
    st.none() | boxes(200),
    st.none() | POINTS,
    st.lists(boxes(), max_size=3).map(tuple),
)


@given(POINTS, boxes())
def test_four_turns_are_none(point: Point, box: Box) -> None:
    for _ in range(4):
        point, box = point.turned(1), box.turned(1)
    around = (point.x, point.y, box.x, box.y, box.w, box.h)
    assert point.turned(4) == point.turned(1).turned(3)
    assert all(-1e-9 <= each <= 1 + 1e-9 for each in around)


@given(boxes(), POINTS, TURNS)
def test_to_cut_and_then_turn_is_to_turn_and_then_cut(crop: Box, point: Point, turn: int) -> None:
    cut_first = crop.inside(point).turned(turn)
    turned_first = crop.turned(turn).inside(point.turned(turn))
    assert math.dist((cut_first.x, cut_first.y), (turned_first.x, turned_first.y)) < 1e-6


@given(boxes(), TURNS)
def test_a_part_turns_with_its_corners(box: Box, turn: int) -> None:
    corners = [Point(box.x, box.y), Point(box.x + box.w, box.y + box.h)]
    xs, ys = zip(*((each.x, each.y) for each in (one.turned(turn) for one in corners)), strict=True)
    after = box.turned(turn)
    wanted = (min(xs), min(ys), max(xs), max(ys))
    assert (after.x, after.y, after.x + after.w, after.y + after.h) == pytest.approx(wanted)


@given(RETOUCHES, POINTS)
def test_the_focus_is_inside_whatever_is_cut_off(retouch: Retouch, focus: Point) -> None:
    aim = replace(retouch, focus=focus).aim()
    assert aim is not None
    assert 0 <= aim.x <= 1
    assert 0 <= aim.y <= 1


@given(boxes(), SIZES)
def test_every_pixel_that_a_part_touches_is_in_it(box: Box, size: tuple[int, int]) -> None:
    left, top, right, bottom = box.pixels(size)
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]
    assert left <= box.x * size[0] + 1e-5
    assert right >= (box.x + box.w) * size[0] - 1e-5
    assert top <= box.y * size[1] + 1e-5
    assert bottom >= (box.y + box.h) * size[1] - 1e-5


@given(RETOUCHES, SIZES)
def test_a_picture_keeps_its_shape_and_a_smaller_crop_is_decoded_larger(
    retouch: Retouch, size: tuple[int, int]
) -> None:
    width, height = retouch.size(*size)
    crop = retouch.crop or WHOLE
    wide, high = (crop.w * size[0], crop.h * size[1])[:: -1 if retouch.turn % 2 else 1]
    assert abs(width - wide) < 2
    assert abs(height - high) < 2
    assert 1 <= retouch.closer(*size) <= CLOSEST


@given(RETOUCHES)
def test_it_is_read_as_it_is_written(retouch: Retouch) -> None:
    assert read(asdict(retouch)) == retouch


@given(RETOUCHES, boxes())
def test_it_hides_more_where_a_part_is_blurred_that_was_not(retouch: Retouch, box: Box) -> None:
    more = replace(retouch, blurs=(*retouch.blurs, box))
    assert not retouch.hides_more_than(more)
    assert more.hides_more_than(retouch) == (box not in retouch.blurs)
    assert not replace(retouch, turn=1, crop=box).hides_more_than(retouch)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("turn", Retouch(turn=4)),
        ("turn", Retouch(turn=-1)),
        ("crop", Retouch(crop=Box(0.5, 0, 0.51, 1))),
        ("crop", Retouch(crop=Box(-0.01, 0, 1, 1))),
        ("crop", Retouch(crop=Box(0, 0, 0, 1))),
        ("crop", Retouch(crop=Box(0, 0, 0.02, 1))),
        ("focus", Retouch(focus=Point(1.01, 0))),
        ("blurs.1", Retouch(blurs=(WHOLE, Box(0.9, 0.9, 0.2, 0.05)))),
        ("blurs.0", Retouch(blurs=(Box(0.9, 0.9, 0.001, 0.05),))),
        ("blurs", Retouch(blurs=(WHOLE,) * (MAX_BLURS + 1))),
    ],
)
def test_what_makes_no_sense_is_refused_by_the_name_of_its_field(
    field: str, wrong: Retouch
) -> None:
    with pytest.raises(InvalidError) as caught:
        checked(wrong, *SIZE, least=MIN_SIDE, aspect=MAX_ASPECT)
    assert caught.value.field == field


def test_a_crop_of_everything_is_none() -> None:
    sound = Retouch(1, WHOLE, Point(0, 1), (WHOLE,))
    assert checked(sound, *SIZE, least=MIN_SIDE, aspect=MAX_ASPECT) == replace(sound, crop=None)


@settings(max_examples=40, deadline=None)
@given(RETOUCHES, POINTS)
def test_a_picture_is_cut_and_turned_as_the_geometry_says(retouch: Retouch, focus: Point) -> None:
    """Each pixel of this picture says where it was: red from left to right, green downwards."""
    retouch = replace(retouch, focus=focus, blurs=())
    _, prints = developed(saved(places()), retouch)
    picture = seen(prints["wall"])
    assert picture.size == retouch.size(*SIZE)
    aim = retouch.aim()
    assert aim is not None
    crop = retouch.crop or WHOLE
    was = crop.x + crop.w * crop.inside(focus).x, crop.y + crop.h * crop.inside(focus).y
    at = tuple(
        min(side - 1, int(f * side)) for f, side in zip((aim.x, aim.y), picture.size, strict=True)
    )
    red, green, _ = picture.getpixel(at)
    assert abs(red / 255 - was[0]) < 0.03
    assert abs(green / 255 - was[1]) < 0.03


@settings(max_examples=25, deadline=None)
@given(boxes(250), TURNS)
def test_a_blurred_part_follows_the_turn_into_every_rendition_and_keeps_no_detail(
    box: Box, turn: int
) -> None:
    _, prints = developed(saved(chequered()), Retouch(turn, blurs=(box,)))
    for name in SHOWN:
        picture = seen(prints[name])
        assert photos.detail(picture, box.turned(turn)) < 4, name
    outside = photos.detail(seen(prints["wall"]), WHOLE)
    assert box.w * box.h > 0.9 or outside > 15


def test_what_is_blurred_cannot_be_told_from_its_opposite() -> None:
    """Two pictures with other words in the same place look the same afterwards."""
    box = Box(0.25, 0.25, 0.5, 0.5)
    one, other = (
        seen(developed(saved(chequered(flip)), Retouch(blurs=(box,)))[1]["wall"])
        for flip in (False, True)
    )
    inner = photos.inset(box, one.size)
    both = zip(one.crop(inner).tobytes(), other.crop(inner).tobytes(), strict=True)
    assert max(abs(a - b) for a, b in both) <= 6


@pytest.mark.parametrize("orientation", range(1, 9))
def test_places_are_in_the_upright_picture_however_the_phone_was_held(orientation: int) -> None:
    picture = Image.new("RGB", SIZE, "white")
    spot = Box(0.72, 0.17, 0.04, 0.04)
    ImageDraw.Draw(picture).rectangle(spot.pixels(SIZE), fill="red")
    turn = photos.STORED[orientation]
    stored = picture.transpose(turn) if turn is not None else picture
    data = saved(stored, exif=photos.exif(orientation).tobytes())
    assert reddest(seen(developed(data, PLAIN)[1]["wall"])) > 200
    hidden = Retouch(2, blurs=(Box(0.6, 0.05, 0.3, 0.3),))
    assert reddest(seen(developed(data, hidden)[1]["wall"])) < 90
    cut = Retouch(1, crop=Box(0, 0.3, 1, 0.7))
    assert reddest(seen(developed(data, cut)[1]["wall"])) < 20


def test_a_crop_is_made_from_the_pixels_of_the_original() -> None:
    phone = photos.phone("rocket", 6, photos.TWELVE_MP[::-1])
    crop = Box(0.4, 0.3, 0.25, 0.25)
    photo, prints = developed(phone.data, Retouch(crop=crop))
    assert (photo.width, photo.height) == (3024, 4032)
    wall = seen(prints["wall"])
    assert abs(max(wall.size) - 1008) <= 1  # a quarter of 4032: nothing was thrown away
    assert max(seen(prints["plain"]).size) in range(1920, 2049)
    cut = phone.upright.crop(crop.pixels(phone.upright.size))
    assert photos.mean_difference(wall, cut) < 4


def test_what_tells_a_photo_from_another_is_what_was_taken() -> None:
    """Else a photo that was cut would be another picture than the original that follows it."""
    data = photos.phone("coffee", 1, (1200, 900)).data
    plain, prints = developed(data, PLAIN)
    assert "plain" not in prints
    retouch = Retouch(1, Box(0.5, 0.5, 0.4, 0.4), blurs=(Box(0.5, 0.5, 0.3, 0.3),))
    photo, prints = developed(data, retouch)
    assert (photo.dhash, photo.phash) == (plain.dhash, plain.phash)
    assert photo.placeholder != plain.placeholder
    assert photos.mean_difference(seen(prints["plain"]), Image.open(io.BytesIO(data))) < 30


def developed(data: bytes, retouch: Retouch) -> tuple[Photo, dict[str, Print]]:
    photo, *prints = develop(data, retouch)
    assert isinstance(photo, Photo)
    return photo, {each.name: each for each in prints if isinstance(each, Print)}


def seen(made: Print) -> Image.Image:
    return Image.open(io.BytesIO(made.data)).convert("RGB")


def saved(picture: Image.Image, **options: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", **options)
    return out.getvalue()


def places() -> Image.Image:
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90).resize(SIZE)
    down = Image.linear_gradient("L").resize(SIZE)
    return Image.merge("RGB", (across, down, Image.new("L", SIZE)))


def chequered(flip: bool = False) -> Image.Image:
    squares = Image.new("L", (SIZE[0] // 6, SIZE[1] // 6))
    width = squares.width
    squares.putdata(
        [255 * ((i % width + i // width + flip) % 2) for i in range(width * squares.height)]
    )
    return squares.resize(SIZE, Image.Resampling.NEAREST).convert("RGB")


def reddest(picture: Image.Image) -> int:
    red, green, _ = picture.split()
    return int(ImageChops.subtract(red, green).getextrema()[1])
