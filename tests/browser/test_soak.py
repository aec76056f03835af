"""Three days of exchanges in short: nothing grows; `bench/soak.py` is the long one."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from mixroom.review import actions as review
from mixroom.team.model import Role
from tests.browser.conftest import WAIT, SignIn
from tests.browser.endurance import PACE, endure
from tests.browser.test_wall import _photo, _text
from tests.cast import Cast
from tests.servers import Server

pytestmark = pytest.mark.timed

SMALL = {"viewport": {"width": 960, "height": 540}}
SWAPS, SAMPLES = 240, 4


def test_nothing_grows_with_the_exchanges(
    sign_in: SignIn, browser: Browser, server: Server, guests: Cast, snapshot: Path
) -> None:
    for n in range(12):
        _text(guests, f"Parole {n}, assez longue pour tenir sa place sur le mur.")
    for n in range(8):
        review.approve(guests.ben, _photo(server, guests, snapshot, f"Fusée {n}"))
    wall = sign_in("Mur", Role.SCREEN, SMALL)
    wall.goto(f"{server.url}/wall?debug=1&pace={PACE}&seed=3")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1", timeout=WAIT)
    _, warm, *rest = endure(browser, wall, SWAPS, SAMPLES)
    last = rest[-1]
    assert last.heap - warm.heap < 2_000_000
    assert abs(last.nodes - warm.nodes) < 400
    assert last.anonymous - warm.anonymous < 12_000_000
