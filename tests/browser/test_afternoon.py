"""A bad afternoon: twenty photos, a phone that dies three times, a Wi-Fi that comes and goes.

The phones are Chromium in their shape (screen, touch, user agent); what Safari does otherwise is
for a real one to show. `MIXROOM_FULL=1` plays it at full length: silence of 30 s in each minute.
"""

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.media.store import media
from mixroom.submissions.rows import submissions
from tests.browser.conftest import press_send
from tests.browser.phones import PocketPhone, kept
from tests.cast import Cast
from tests.line import Kind, Line
from tests.photos import NAMES, phone
from tests.servers import Server, until

FULL = bool(os.environ.get("MIXROOM_FULL"))
# Seconds of silence and of speech in turn; one silence outlasts the page's own patience (15 s).
RHYTHM = ((30.0, 30.0),) if FULL else ((16.0, 6.0), (5.0, 6.0), (5.0, 6.0))
LINE = Kind(up=1e6, down=2e6, round_trip=0.15) if FULL else Kind(up=8e6, down=8e6, round_trip=0.05)
LARGE = (3264, 2448) if FULL else (2048, 1536)
PATIENCE = 1500.0 if FULL else 240.0
KILLED_AT = ((4, 0), (12, 0), (20, 7))  # submissions and originals that have arrived by then
LOST = (
    b"POST /api/v1/media",
    b"POST /api/v1/submissions",
    b"PATCH /api/v1/uploads/",
    b"POST /api/v1/uploads/",
    b"POST /api/v1/submissions",
    b"PATCH /api/v1/uploads/",
)


@pytest.fixture(scope="session")
def roll(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Twenty photos, each another one; every fifth so large that it travels in several portions."""
    folder = tmp_path_factory.mktemp("roll")
    sizes = [LARGE if n % 5 == 4 else (800 + 8 * n, 600) for n in range(20)]
    for n, (name, size) in enumerate(zip(cycle(NAMES), sizes, strict=False)):
        (folder / f"IMG_{n:04}.jpg").write_bytes(phone(name, 1 + n % 8, size).data)
    return sorted(folder.iterdir())


@pytest.mark.timed
@pytest.mark.plays
@pytest.mark.parametrize(
    ("server", "model"),
    [("embedded", "Pixel 7"), ("scaled", "iPhone 15")],
    indirect=["server"],
    ids=["pixel", "iphone"],
)
def test_twenty_photos_arrive_once_whatever_happens_to_phone_and_wifi(
    playwright: Playwright,
    server: Server,
    guests: Cast,
    roll: list[Path],
    tmp_path: Path,
    model: str,
) -> None:
    port = int(server.url.rsplit(":", 1)[1])
    pocket = PocketPhone(playwright, model, tmp_path / "profile")
    with Line(port, LINE) as line:
        pocket.sign_in(line.url, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
        page = pocket.open()
        page.goto(f"{line.url}/send")
        _choose(page, roll)
        line.lose_answer(*LOST)
        with _bad(line):
            press_send(page)
            expect(page.locator(".mine li.sent").first).to_be_visible()
            for wanted in KILLED_AT:
                _wait(guests, wanted)
                pocket.kill()
                page = _reopened(pocket, line)
            _wait(guests, (20, 20))
        until(lambda: kept(page) == 0, "the phone to keep nothing more")
        expect(page.locator(".mine li.sent")).to_have_count(20)
        expect(page.locator("mx-tray")).to_be_hidden()
        assert line.lost == len(LOST)
        pocket.close()

    assert _arrived(guests) == (20, 20)
    assert _originals(server, guests) == Counter(map(_sha256, roll))
    assert pocket.faults == []


def _choose(page: Page, roll: list[Path]) -> None:
    expect(page.locator("body[data-ready]")).to_be_attached()
    page.locator("textarea[name=text_fr]").fill("Vingt photos d’un après-midi.")
    page.locator(".pick input[multiple]").set_input_files(roll)
    expect(page.locator("[data-strip] li img[src]")).to_have_count(20, timeout=60_000)
    expect(page.locator("mx-photos[data-busy]")).to_have_count(0)


@contextmanager
def _bad(line: Line) -> Iterator[None]:
    """Have the line fall silent again and again, until the block ends."""
    over = threading.Event()

    def play() -> None:
        for silence, speech in cycle(RHYTHM):
            line.cut()
            if over.wait(silence):
                return
            line.mend()
            if over.wait(speech):
                return

    player = threading.Thread(target=play)
    player.start()
    try:
        yield
    finally:
        over.set()
        player.join()
        line.mend()


def _reopened(pocket: PocketPhone, line: Line) -> Page:
    """Open the page again, as someone does who wonders; the first attempts may find no network."""
    page = pocket.open()
    page.goto(f"{line.url}/send", timeout=120_000)
    expect(page.locator("body[data-ready]")).to_be_attached(timeout=120_000)
    return page


def _wait(guests: Cast, wanted: tuple[int, int]) -> None:
    """Wait until as many submissions and originals have arrived; nobody touches the phone."""

    def there() -> bool:
        sent, whole = _arrived(guests)
        return sent >= wanted[0] and whole >= wanted[1]

    until(there, f"{wanted} to arrive", PATIENCE)


def _arrived(guests: Cast) -> tuple[int, int]:
    """Return how many submissions are here, and how many photos whose original is kept."""
    with reading() as tx:
        mine = submissions.c.event_id == guests.event.id
        sent = len(tx.execute(submissions.select().where(mine)).all())
        here = media.c.event_id == guests.event.id
        rows = tx.execute(media.select().where(here)).all()
    assert len(rows) <= 20
    return sent, sum(row.original == "kept" for row in rows)


def _originals(server: Server, guests: Cast) -> Counter[str]:
    with reading() as tx:
        ids = tx.execute(media.select().where(media.c.event_id == guests.event.id)).all()
    root = server.folder / "uploads"
    return Counter(_sha256(root / row.id / "original") for row in ids)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
