"""A wall played much faster than it is: what three days cost the browser, and how smooth it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.browser.kiosk import Kiosk

PACE = 400  # times as fast: an exchange as often as the browser can
FRAMES = """(async (ms) => {
  const times = []
  const until = performance.now() + ms
  for (let last = performance.now(); last < until; ) {
    const now = await new Promise(requestAnimationFrame)
    times.push(now - last)
    last = now
  }
  return times.sort((a, b) => a - b)
})"""
COUNTS = """(() => {
  const { mosaic } = wall
  const swap = mosaic.swap.bind(mosaic)
  window.swaps = 0
  mosaic.swap = async () => {
    const did = await swap()
    window.swaps += did ? 1 : 0
    return did
  }
})()"""
MADE = """((many) => new Promise((done) => {
  const look = () => (window.swaps < many ? setTimeout(look, 100) : done())
  look()
}))"""


@dataclass(frozen=True)
class Cost:
    """After so many exchanges: bytes of JavaScript, DOM nodes, bytes of anonymous memory."""

    swaps: int
    heap: int
    nodes: int
    anonymous: int

    def __str__(self) -> str:
        heap, anonymous = self.heap / 1e6, self.anonymous / 1e6
        return f"{self.swaps:6} {heap:8.1f} MB {self.nodes:6} {anonymous:8.1f} MB"


def open_wall(browser: Kiosk, url: str, pace: int) -> None:
    """Open a wall that plays so many times as fast, always in the same way."""
    wall = f"{url}/wall?debug=1&seed=3&pace={pace}"
    browser.open(wall, "document.documentElement?.dataset.ready")


def endure(browser: Kiosk, swaps: int, samples: int, *, purge: bool = False) -> Iterator[Cost]:
    """Yield what the wall costs, `samples` times on the way to so many exchanges.

    `purge` has the browser let go of all it can do without before each sample: what comes and goes
    by itself is not seen then, and what stays is seen after a few hundred exchanges.
    """
    browser.ask_page("Performance.enable")
    pid = browser.renderer()
    browser.evaluate(COUNTS)
    for n in range(1, samples + 1):
        browser.evaluate(f"{MADE}({swaps * n // samples})")
        browser.ask_page("HeapProfiler.collectGarbage")
        if purge:
            browser.ask_page("Memory.simulatePressureNotification", level="critical")
        told = browser.ask_page("Performance.getMetrics")["metrics"]
        metrics = {each["name"]: int(each["value"]) for each in told}
        made = browser.evaluate("swaps")
        yield Cost(made, metrics["JSHeapUsedSize"], metrics["Nodes"], _anonymous(pid))


def frames(browser: Kiosk, seconds: float) -> dict[str, float]:
    """Return how long frames take, in ms, while the wall is played for so many seconds."""
    times: list[float] = browser.evaluate(f"{FRAMES}({seconds * 1000})")
    return {f"p{p}": times[min(len(times) - 1, len(times) * p // 100)] for p in (50, 95, 99)}


def _anonymous(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel says nothing of anonymous memory")
