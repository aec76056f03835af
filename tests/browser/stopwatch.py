"""How long people wait: from "send" on a phone to a reviewer's queue, and from a link to a page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import WAIT, press_send
from tests.line import Kind

UPLINK = Kind(up=1e6, down=4e6, round_trip=0.15)
DOWNLINK = {"downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8, "latency": 150}
SLOWER = 4  # times that a phone's processor is slower than this one

# When "send" was pressed, and what the phone said of it from then on.
PRESSED = """() => {
  addEventListener("submit", () => (window.pressed = Date.now()), { capture: true })
  window.said = []
  const note = () => {
    for (const row of document.querySelectorAll(".mine li.sent")) {
      const line = row.querySelector(".state b").textContent
      said.push([row.dataset.state, line])
    }
  }
  const rows = document.querySelector("mx-outbox [data-rows]")
  new MutationObserver(note).observe(rows, { subtree: true, childList: true, attributes: true })
}"""
QUEUED = """() => {
  window.seen = {}
  const note = () => {
    for (const item of document.querySelectorAll("[data-list] li")) {
      for (const [text] of item.textContent.matchAll(/Mesure \\d+/g)) seen[text] ??= Date.now()
    }
  }
  const everything = { subtree: true, childList: true, characterData: true }
  new MutationObserver(note).observe(document.body, everything)
}"""
HANDLED = """() => {
  addEventListener("DOMContentLoaded", () => {
    const ready = () => {
      if (!("ready" in document.body.dataset)) return
      window.ready ??= performance.now()
      observer.disconnect()
    }
    const observer = new MutationObserver(ready)
    observer.observe(document.body, { attributes: true })
    ready() // it may have been quicker than the rest of the document
  })
}"""

PAINTED = """() => {
  new PerformanceObserver((list) => (window.painted = list.getEntries().at(-1).startTime)).observe(
    { type: "largest-contentful-paint", buffered: true },
  )
}"""


class Stopwatch:
    """A phone and a reviewer's desk, both open, whose clocks are one."""

    def __init__(self, phone: Page, desk: Page) -> None:
        self._phone, self._desk = phone, desk
        self._rounds = 0
        expect(phone.locator("body[data-ready]")).to_be_attached()
        phone.evaluate(PRESSED)
        desk.evaluate(QUEUED)

    def send(self, photos: Sequence[Path]) -> float:
        """Send a post with these photos; return the seconds until the desk shows it."""
        self._rounds += 1
        text = f"Mesure {self._rounds}"
        phone = self._phone
        phone.locator(".pick input[multiple]").set_input_files(photos)
        expect(phone.locator("[data-strip] li img[src]")).to_have_count(len(photos))
        expect(phone.locator("mx-photos[data-busy]")).to_have_count(0)
        phone.locator("textarea[name=text_fr]").press_sequentially(text, delay=120)  # as a thumb
        press_send(phone)
        self._desk.wait_for_function("text => window.seen[text]", arg=text, timeout=WAIT)
        seen = self._desk.evaluate("text => window.seen[text]", text)
        return float(seen - phone.evaluate("window.pressed")) / 1000


@dataclass(frozen=True)
class Load:
    """A first visit: bytes on the line, and the seconds until a time that the page notes."""

    bytes: int
    seconds: float
    files: dict[str, int]


def first_visit(page: Page, url: str) -> Load:
    """Open a page as a slow phone does that has never seen it, until it answers a touch."""
    with _slow_phone(page) as files:
        page.add_init_script(f"({HANDLED})()")
        page.goto(url)
        expect(page.locator("body[data-ready]")).to_be_attached()
        seconds = float(page.evaluate("window.ready")) / 1000
        page.wait_for_load_state("networkidle")
    return _load(files, seconds)


def largest_paint(page: Page, url: str, settled: str) -> Load:
    """Open a page in the same way, until the largest thing that it shows at first is painted.

    `settled` is a script that becomes true once everything that is in view has come.
    """
    with _slow_phone(page) as files:
        page.add_init_script(f"({PAINTED})()")
        page.goto(url)
        page.wait_for_function(settled, timeout=WAIT)
        page.wait_for_load_state("networkidle")
        seconds = float(page.evaluate("window.painted")) / 1000
    return _load(files, seconds)


@contextmanager
def _slow_phone(page: Page) -> Iterator[dict[str, int]]:
    """Slow a page down, its cache empty; yield the bytes of each file, filled as they come."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": False})
    devtools.send("Network.clearBrowserCache")
    devtools.send("Network.emulateNetworkConditions", {"offline": False, **DOWNLINK})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    names: dict[str, str] = {}
    files: dict[str, int] = {}
    devtools.on("Network.requestWillBeSent", lambda said: _named(names, said))
    devtools.on("Network.loadingFinished", lambda said: _weighed(names, files, said))
    yield files
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})


def _load(files: dict[str, int], seconds: float) -> Load:
    heaviest_first = dict(sorted(files.items(), key=lambda each: -each[1]))
    return Load(sum(files.values()), seconds, heaviest_first)


def _named(names: dict[str, str], said: dict[str, Any]) -> None:
    names[said["requestId"]] = said["request"]["url"]


def _weighed(names: dict[str, str], files: dict[str, int], said: dict[str, Any]) -> None:
    url = names.get(said["requestId"], "?").split("?")[0]
    files[url] = files.get(url, 0) + int(said["encodedDataLength"])
