"""How quick the review desk is with a long queue: first paint, and a decision there and back.

    python bench/desk.py [WAITING] [ROUNDS]

Starts a server, fills one queue with 20 texts and one with WAITING (10,000), and opens each ROUNDS
times (7) on a laptop: until the first item is on the stage, until the next one is there after a
key, and until the server has answered the approval. Then asks what became of an item at an event
where HAPPENED things did. Prints medians and the worst.
"""

import statistics
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.submissions import store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import Submission
from tests.browser.conftest import FLAGS, LAPTOP, WAIT, join
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Server, env_in, running

HAPPENED = 50_000  # to a tenth as many items
ASKED = 50  # times

# When the item was there, and how long the last approval took, in ms.
SHOWN = """() => {
  const note = () => {
    if (document.querySelector(".item")) window.shown = performance.now()
    else requestAnimationFrame(note)
  }
  requestAnimationFrame(note)
}"""
PRESS = """() => new Promise((resolve) => {
  const before = document.querySelector(".item").textContent
  const began = performance.now()
  const look = () => {
    const now = document.querySelector(".item")
    if (now && now.textContent !== before) resolve(performance.now() - began)
    else requestAnimationFrame(look)
  }
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }))
  look()
})"""
ANSWERED = """() => {
  const all = performance.getEntriesByType("resource")
  return all.filter(({ name }) => name.endsWith("/approval")).map(({ duration }) => duration)
}"""


def main() -> None:
    """Start everything, measure, print."""
    waiting = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        with running(Server(env_in(folder), 1, folder)) as server:
            for size in (20, waiting):
                with cast_at(server) as guests:
                    _fill(guests, size)
                    _measure(browser, server, guests, size, rounds)
            with cast_at(server) as guests:
                _look_back(server, guests)
        browser.close()


def _fill(cast: Cast, size: int) -> None:
    began = clock.now() - timedelta(seconds=size)
    with transaction() as tx:
        for n in range(size):
            content = Content(Kind.POST, Bilingual(f"Envoi {n:05}, vu dans la rotonde."))
            at = began + timedelta(seconds=n)
            store.add(tx, Submission(ids.new(), cast.event.id, cast.driss.id, content, at))


def _measure(browser: Browser, server: Server, cast: Cast, size: int, rounds: int) -> None:
    loads, turns, answers = [], [], []
    for _ in range(rounds):
        page = browser.new_context(locale="fr-CA", **LAPTOP).new_page()
        join(page, server, cast, "Ben Carter", Role.COMMUNITY_MANAGER)
        page.add_init_script(f"({SHOWN})()")
        page.goto(f"{server.url}/review")
        expect(page.locator(".item")).to_be_visible(timeout=WAIT)
        page.wait_for_function("() => window.shown")
        loads.append(float(page.evaluate("window.shown")))
        turns.append(_decide(page))
        page.wait_for_function(f"() => ({ANSWERED})().length === 1")
        answers.append(float(page.evaluate(ANSWERED)[0]))
        page.context.close()
    for what, taken in (("on the stage", loads), ("next item", turns), ("answer", answers)):
        _print(f"{size} waiting: {what}", taken)


def _look_back(server: Server, cast: Cast) -> None:
    """Ask what became of one item, often; each time all that happened at the event is read."""
    driss, ben = (Api(server.url, cast.tokens[name]) for name in ("driss", "ben"))
    key = driss.submit(text={"fr": "Vu dans la rotonde."})["id"]
    others = [ids.new() for _ in range(HAPPENED // 10)]
    facts = {"event_id": cast.event.id, "name": "submission.claimed", "at": clock.now()}
    facts |= {"owner": cast.driss.id, "by": cast.ben.id}
    with transaction() as tx:
        last = journal.latest(tx)
        rows = [
            {**facts, "seq": last + n, "key": others[n % len(others)]} for n in range(1, HAPPENED)
        ]
        tx.execute(journal.entries.insert(), rows)
        tx.execute(journal.head.update().values(seq=rows[-1]["seq"]))
    taken = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = ben.ask("GET", f"/submissions/{key}/history")
        taken.append(1000 * (time.perf_counter() - began))
        assert len(answer.json()["items"]) == 1
    _print(f"{HAPPENED} things happened: what became of one", taken)


def _decide(page: Page) -> float:
    page.wait_for_function("() => document.querySelector('mx-queue').ready")
    return float(page.evaluate(PRESS))


def _print(what: str, taken: list[float]) -> None:
    print(f"{what}: median {statistics.median(taken):.0f} ms, worst {max(taken):.0f} ms")


if __name__ == "__main__":
    main()
