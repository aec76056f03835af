"""Measures a phone on a slow connection: from "send" to the review queue, and its first visit.

    python bench/phone.py [ROUNDS]

Starts a server, a reviewer's desk and a phone behind a proxy of 1 Mbit/s up, 4 Mbit/s down and
150 ms there and back; sends posts with one and with three photos of twelve megapixels, ROUNDS
times each (7). Then opens /send as a new phone at 1.6 Mbit/s with a processor four times slower.
Prints medians and the worst.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mixroom.core.roles import Role
from tests.browser.conftest import FLAGS, LAPTOP, PHONE, join
from tests.browser.stopwatch import UPLINK, Stopwatch, first_visit
from tests.cast import Cast, cast_at
from tests.line import Line
from tests.photos import phone
from tests.servers import Server, env_in, running


def main() -> None:
    """Start everything, measure, print."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        env = env_in(folder, MIXROOM_SUBMIT_RATE="100000/minute")
        with (
            running(Server(env, 1, folder)) as server,
            cast_at(server) as guests,
            sync_playwright() as playwright,
        ):
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            _measure(browser, server, guests, _photos(folder), rounds)
            browser.close()


def _measure(
    browser: Browser, server: Server, guests: Cast, photos: Sequence[Path], rounds: int
) -> None:
    desk = _open(browser, LAPTOP)
    join(desk, server, guests, "Ben Carter", Role.COMMUNITY_MANAGER)
    with Line(int(server.env["PORT"]), UPLINK) as line:
        pocket = _open(browser, PHONE)
        join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
        watch = Stopwatch(pocket, desk)
        for count in (1, 3):
            taken = [watch.send(photos[:count]) for _ in range(rounds)]
            _print(f"send → queue, {count} photo(s) of 12 MP", taken)
        pocket.context.close()
    loads = []
    for _ in range(rounds):
        pocket = _open(browser, PHONE)
        join(pocket, server, guests, "Driss Alaoui", Role.BLOGGER)
        loads.append(first_visit(pocket, f"{server.url}/send"))
        pocket.context.close()
    _print("first visit of /send → ready", [load.seconds for load in loads])
    print(f"first visit of /send: {loads[0].bytes / 1000:.1f} kB in {len(loads[0].files)} files")


def _open(browser: Browser, device: dict[str, object]) -> Page:
    return browser.new_context(locale="fr-CA", **device).new_page()  # type: ignore[arg-type]


def _photos(folder: Path) -> list[Path]:
    paths = []
    for name in ("coffee", "astronaut", "chelsea"):
        paths.append(folder / f"{name}.jpg")
        paths[-1].write_bytes(phone(name, 6, (3024, 4032)).data)
    return paths


def _print(what: str, seconds: Sequence[float]) -> None:
    print(f"{what}: median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s")


if __name__ == "__main__":
    main()
