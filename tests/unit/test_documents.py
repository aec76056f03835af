"""PDFs are drawn in the sandbox; one that kills or hangs its reader is refused, and that is all."""

import os
import signal
import tempfile
from collections.abc import Callable

import pytest

from mixroom.media.findings import Document, Print, Refused
from mixroom.media.refusals import Refusal
from mixroom.media.sandbox import Limits, draw, strip
from tests.documents import endless_pdf, pdf

QUICK = Limits(cpu=1, deadline=3)


def _drawn(
    data: bytes, limits: Limits = QUICK, sabotage: Callable[[], object] | None = None
) -> list[object]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        file.seek(0)
        return list(draw(file, limits, sabotage=sabotage))


def test_the_first_pages_are_drawn() -> None:
    document, *pages = _drawn(pdf(pages=5))
    assert document == Document(5)
    assert [each.name for each in pages if isinstance(each, Print)] == [
        "page-1",
        "page-2",
        "page-3",
    ]
    assert all(isinstance(each, Print) and each.height == 1100 for each in pages)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7\nnothing of the kind", Refusal.DAMAGED),
        (pdf()[:900], Refusal.DAMAGED),
        (pdf(size=(1600, 30)), Refusal.BAD_DIMENSIONS),
        (endless_pdf(), Refusal.TOO_COMPLEX),
    ],
    ids=["garbage", "torn", "ribbon", "endless"],
)
def test_what_cannot_be_drawn_is_refused(data: bytes, reason: Refusal) -> None:
    last = _drawn(data)[-1]
    assert isinstance(last, Refused)
    assert last.reason is reason


def test_a_reader_that_dies_refuses_its_file_only() -> None:
    def die() -> None:
        os.kill(os.getpid(), signal.SIGSEGV)

    (refused,) = _drawn(pdf(), sabotage=die)
    assert isinstance(refused, Refused)
    assert refused.reason is Refusal.UNDECODABLE
    assert len(_drawn(pdf())) == 2  # the next one is drawn


def test_a_picture_that_announces_endless_places_is_done_at_once() -> None:
    def box(name: bytes, body: bytes) -> bytes:
        return (8 + len(body)).to_bytes(4, "big") + name + body

    places = box(b"iloc", b"\x02\0\0\0\x44\0" + b"\xff" * 4)  # four billion, and none there
    data = box(b"ftyp", b"avif\0\0\0\0avifmif1") + box(b"meta", bytes(4) + places)
    with tempfile.TemporaryFile() as file, tempfile.TemporaryFile() as target:
        file.write(data)
        file.seek(0)
        assert strip(file, target.fileno(), Limits(cpu=1, deadline=5, written=1000)) is None
        target.seek(0)
        assert target.read() == data
