"""Logos: what is drawn is kept and measured; what surrounds it and what hides in it is not."""

import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from mixroom.media import logos
from mixroom.media.findings import Mark, Refused
from mixroom.media.limits import LOGO
from mixroom.media.refusals import Refusal
from tests.sandboxed import trim

CLEAR = (0, 0, 0, 0)


def written(picture: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """Return a picture as a file."""
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()


def drawn(box: tuple[int, int, int, int], fill: Any = (20, 40, 200, 255)) -> Image.Image:
    """Return a field with nothing on it but a box (its corners included)."""
    picture = Image.new("RGBA", (400, 300), CLEAR)
    ImageDraw.Draw(picture).rectangle(box, fill)
    return picture


@given(
    left=st.integers(1, 100),
    top=st.integers(1, 100),
    width=st.integers(20, 200),
    height=st.integers(20, 150),
)
@settings(deadline=None, max_examples=40)
def test_a_logo_is_cut_to_what_is_drawn(left: int, top: int, width: int, height: int) -> None:
    mark = logos.trim(written(drawn((left, top, left + width - 1, top + height - 1))))
    assert (mark.width, mark.height) == (width, height)
    assert mark.ink == 1
    assert Image.open(io.BytesIO(mark.data)).mode == "RGBA"


def test_transparency_and_ink_are_kept_and_measured() -> None:
    picture = Image.new("RGBA", (2400, 1200), CLEAR)
    ImageDraw.Draw(picture).ellipse((0, 0, 2399, 1199), (20, 40, 200, 255))
    mark = logos.trim(written(picture))
    assert (mark.width, mark.height) == (LOGO, LOGO // 2)
    assert mark.ink == pytest.approx(3.14159 / 4, abs=0.01)
    shown = Image.open(io.BytesIO(mark.data))
    assert shown.getpixel((0, 0))[3] == 0  # type: ignore[index]
    assert shown.getpixel((LOGO // 2, LOGO // 4)) == (20, 40, 200, 255)


def test_the_paper_of_a_logo_without_transparency_is_no_ink() -> None:
    paper = Image.new("RGB", (800, 600), "white")
    ImageDraw.Draw(paper).rectangle((100, 200, 699, 299), "red")
    mark = logos.trim(written(paper, "JPEG", quality=85))
    assert 600 <= mark.width <= 620
    assert 100 <= mark.height <= 120
    assert mark.ink > 0.8
    assert not mark.pale


def test_a_white_logo_is_told_from_a_dark_one() -> None:
    assert logos.trim(written(drawn((50, 50, 200, 100), (255, 255, 255, 255)))).pale
    assert not logos.trim(written(drawn((50, 50, 200, 100), (0, 0, 0, 255)))).pale


def test_nothing_but_the_picture_is_in_a_logo() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret"
    mark = logos.trim(written(drawn((50, 50, 200, 100)), exif=exif))
    assert b"secret" not in mark.data
    assert Image.open(io.BytesIO(mark.data)).info == {}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Refusal.EMPTY),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.NOT_AN_IMAGE),
        (written(Image.new("RGB", (40, 40)), "GIF"), Refusal.NOT_AN_IMAGE),
        (written(Image.new("RGBA", (40, 40), CLEAR)), Refusal.BAD_DIMENSIONS),
        (written(Image.new("RGB", (40, 40), "white")), Refusal.BAD_DIMENSIONS),
        (written(drawn((1, 1, 390, 17))), Refusal.BAD_DIMENSIONS),
        (written(drawn((50, 50, 200, 100)))[:300], Refusal.DAMAGED),
    ],
)
def test_what_is_no_logo_is_refused(tmp_path: Path, data: bytes, reason: Refusal) -> None:
    file = tmp_path / "sent"
    file.write_bytes(data)
    refused = trim(file)
    assert isinstance(refused, Refused)
    assert refused.reason is reason


def test_a_logo_is_opened_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "sent"
    file.write_bytes(written(drawn((50, 50, 200, 100))))
    made = trim(file)
    assert isinstance(made, Mark)
    assert (made.width, made.height) == (151, 51)
    killed = trim(file, sabotage=lambda: 1 / 0)
    assert isinstance(killed, Refused)
