"""The cost of the dashboard on a full day: 5,000 items, 40 teams, 16 hours.

    .venv/bin/python bench/dashboard.py [--rounds 100]

Starts a Mixroom of its own on loopback (SQLite, one process) with 200 walls and 30 dashboards
connected. Prints the time from an approval's request to the cell at each dashboard, the size of
the frames, how long Chromium takes to paint the page and its table, and how much memory the web
process holds before and after the facts of a day. Everything runs on this one machine. It stops by
itself.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import sync_playwright

from bench.loop import Audience, Screen
from mixroom.core.kinds import Kind
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.crowd import resident
from tests.day import WORDS, add_teams, approve_many, set_clock
from tests.servers import Server, embedded_in, running, until

ITEMS, TEAMS, HOURS = 5000, 40, 16
WALLS, DASHBOARDS = 200, 30
PACE = 0.1  # seconds between two rounds
DAY = 2000  # approvals, and as many recalls
PAINTS = 5
TOKEN = "mixroom_session"  # the cookie
WATCH = """
new MutationObserver((_, me) => {
  if (!document.querySelector("tbody button[data-level]")) return
  requestAnimationFrame(() => requestAnimationFrame(() => (window.drawn ??= performance.now())))
  me.disconnect()
}).observe(document, { childList: true, subtree: true, attributes: true })
"""


class Dashboard(Screen):
    """A socket that follows the dashboard; notes when a cell changed, and the frames' sizes."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(url, token, "dashboard")
        self.sizes: list[int] = []
        self.cell_at = 0.0

    def _frame(self) -> str | None:
        text = super()._frame()
        if text and text.startswith('42["live.changes"'):
            self.sizes.append(len(text))
            if "coverage:team" in text:
                self.cell_at = time.perf_counter()
        return text


def full_day(cast: Cast) -> None:
    """Fill the event: teams, a programme around the clock, and approved items."""
    teams = add_teams(cast, TEAMS)
    set_clock(cast, "1 00:00 Ouverture\n1 24:00 Fin\n2 00:00 Ouverture\n2 24:00 Fin")
    approve_many(cast, ITEMS, teams, HOURS)


def latencies(server: Server, cast: Cast, rounds: int) -> tuple[list[float], list[int]]:
    """Return the times from an approval to the cell at each dashboard, in ms, and frame sizes."""
    walls = [Screen(server.url, cast.tokens["mur"], "wall") for _ in range(WALLS)]
    dashboards = [Dashboard(server.url, cast.tokens["ben"]) for _ in range(DASHBOARDS)]
    audience = Audience([*walls, *dashboards])
    took = []
    try:
        until(lambda: all(each.following for each in audience.screens), "everyone to follow")
        with (
            Api(server.url, cast.tokens["driss"]) as driss,
            Api(server.url, cast.tokens["ben"]) as ben,
        ):
            for number in range(rounds):
                team = f"Équipe {number % TEAMS + 1}"
                key = driss.submit(text={"fr": "Essai", "en": "Try"}, team=team)["id"]
                began = time.perf_counter()
                ben.decide(key, "approval")
                until(lambda at=began: all(d.cell_at > at for d in dashboards), "the cell", 10)
                took += [(each.cell_at - began) * 1000 for each in dashboards]
                time.sleep(PACE)
    finally:
        audience.end()
    return took, [size for each in dashboards for size in each.sizes]


def paints(server: Server, cast: Cast) -> tuple[list[float], list[float]]:
    """Return when Chromium first painted the page, and when the table was there, in ms."""
    first, drawn = [], []
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(PAINTS + 1):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            context.set_extra_http_headers({"Authorization": f"Bearer {cast.tokens['ben']}"})
            page = context.new_page()
            page.add_init_script(WATCH)
            page.goto(f"{server.url}/dashboard")
            page.locator("tbody button[data-level]").first.wait_for()
            until(lambda p=page: p.evaluate("window.drawn"), "the table to be painted", 20)
            drawn.append(page.evaluate("window.drawn"))
            paint = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
            first.append(page.evaluate(paint))
            context.close()
        browser.close()
    return first[1:], drawn[1:]  # the first one started Chromium


def memory(server: Server, cast: Cast) -> list[int]:
    """Return what the web process holds, in bytes: before, halfway through, after a day's facts."""
    dashboard = Dashboard(server.url, cast.tokens["ben"])
    audience = Audience([dashboard])
    held = []
    try:
        until(lambda: dashboard.following, "the dashboard to follow")
        for number in range(DAY):
            if number % (DAY // 4) == 0:
                held.append(resident(server))
            content = Content(Kind.POST, WORDS[0], team=Bilingual(f"Équipe {number % TEAMS + 1}"))
            key = str(submissions.submit(cast.driss, content)[0]["id"])
            began = time.perf_counter()
            review.approve(cast.ben, key)
            review.recall(cast.ben, key)
        until(lambda: dashboard.cell_at > began, "the last cell", 10)
        held.append(resident(server))
    finally:
        audience.end()
    return held


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        server = embedded_in(Path(name))
        with running(server), cast_at(server, present=True) as cast:
            full_day(cast)
            print(f"SQLite, 1 process; {ITEMS} items, {TEAMS} teams, {HOURS} hours")
            took, sizes = latencies(server, cast, rounds)
            cuts = statistics.quantiles(took, n=100)
            print(
                f"  approve → cell, {WALLS} walls, {DASHBOARDS} dashboards: p50 {cuts[49]:.0f}  "
                f"p95 {cuts[94]:.0f}  p99 {cuts[98]:.0f} ms  n {len(took)}"
            )
            print(f"  a frame: median {statistics.median(sizes):.0f}, largest {max(sizes)} bytes")
            first, drawn = paints(server, cast)
            print(
                f"  Chromium: first paint {statistics.median(first):.0f}, "
                f"table drawn {statistics.median(drawn):.0f} ms (medians of {PAINTS})"
            )
            held = [f"{each / 1e6:.0f}" for each in memory(server, cast)]
            print(f"  web process over {3 * DAY} facts: {', '.join(held)} MB")


if __name__ == "__main__":
    main()
