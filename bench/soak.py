"""Measures what three days on a wall cost the browser, and how smooth its transitions are.

    python bench/soak.py [SWAPS]

Plays a wall of 40 photos and 40 texts with five sponsors 400 times as fast, until SWAPS exchanges
are made (36000: three days at one in seven seconds; half an hour where nothing else runs), and
prints heap, nodes and the renderer's anonymous memory on the way. Before that it plays four times
as fast for half a minute, at 1080p, and prints frame times. Without a GPU everything is drawn in
software.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew.model import invite_url
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from tests.browser.endurance import PACE, endure, frames, open_wall
from tests.browser.kiosk import SIZE, Kiosk, kiosk
from tests.browser.test_wall import _photo, _text
from tests.cast import Cast, cast_at
from tests.photos import phone
from tests.servers import Server, env_in, running

SAMPLES = 12


def main() -> None:
    """Start everything, measure, print."""
    swaps = int(sys.argv[1]) if len(sys.argv) > 1 else 36_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = env_in(folder, MIXROOM_SUBMIT_RATE="100000/minute")
        with running(Server(env, 1, folder)) as server, cast_at(server) as guests:
            _hang(server, guests, folder)
            with _wall(server, guests, folder / "large", (1920, 1080), 4) as browser:
                told = ", ".join(f"{name} {ms:.1f}" for name, ms in frames(browser, 30).items())
            print(f"frames at 1080p, ms: {told}", flush=True)
            with _wall(server, guests, folder / "small", SIZE, PACE) as browser:
                began = time.monotonic()
                print(" swaps       heap  nodes    anonymous", flush=True)
                for cost in endure(browser, swaps, SAMPLES):
                    print(cost, flush=True)
                print(f"in {time.monotonic() - began:.0f} s")


def _hang(server: Server, guests: Cast, folder: Path) -> None:
    picture = folder / "photo.jpg"
    picture.write_bytes(phone("rocket", 1, (1200, 900)).data)
    for n in range(40):
        _text(guests, f"Parole {n}, assez longue pour tenir sa place sur le mur.")
        review.approve(guests.ben, _photo(server, guests, picture, f"Fusée {n}"))
    for n in range(5):
        name = Bilingual.of(f"Sponsor {n}")
        sponsors.add(guests.amelie, name=name, tier=Tier.PARTNER, promise=Promise(15))


@contextmanager
def _wall(
    server: Server, guests: Cast, folder: Path, size: tuple[int, int], pace: int
) -> Iterator[Kiosk]:
    way = crew.invite_from_server(guests.event.id, "Mur", Role.SCREEN)
    with kiosk(folder, size) as browser:
        browser.join(invite_url(server.url, way.token))
        open_wall(browser, server.url, pace)
        yield browser


if __name__ == "__main__":
    main()
