"""Three days of exchanges in short: nothing grows; `bench/soak.py` is the long one."""

from pathlib import Path

import pytest

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import invite_url
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from tests.browser.endurance import PACE, endure, open_wall
from tests.browser.kiosk import kiosk
from tests.browser.test_wall import _photo, _text
from tests.cast import Cast
from tests.servers import Server

pytestmark = [
    pytest.mark.timed,
    pytest.mark.plays,
    pytest.mark.parametrize("server", ["embedded"], indirect=True),  # it is about the page alone
]

SWAPS, SAMPLES = 400, 4


def test_nothing_grows_with_the_exchanges_and_the_sponsors(
    server: Server, guests: Cast, snapshot: Path, tmp_path: Path
) -> None:
    for n in range(12):
        _text(guests, f"Parole {n}, assez longue pour tenir sa place sur le mur.")
    for n in range(8):
        review.approve(guests.ben, _photo(server, guests, snapshot, f"Fusée {n}"))
    for n in range(5):
        name = Bilingual.of(f"Sponsor {n}")
        sponsors.add(guests.amelie, name=name, tier=Tier.PARTNER, promise=Promise(15))
    way = crew.invite_from_server(guests.event.id, "Mur", Role.SCREEN)
    with kiosk(tmp_path) as browser:
        browser.join(invite_url(server.url, way.token))
        open_wall(browser, server.url, PACE)
        _, warm, *rest = endure(browser, SWAPS, SAMPLES, purge=True)
    last = rest[-1]
    assert last.heap - warm.heap < 2_000_000
    assert abs(last.nodes - warm.nodes) < 400
    # The browser gives memory back late, so a sample may stand high; a leak raises all of them.
    assert min(each.anonymous for each in rest) - warm.anonymous < 6_000_000
