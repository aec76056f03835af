"""A wall played much faster than it is: what three days cost the browser, and how smooth it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

PACE = 400  # times as fast: an exchange as often as the browser can
FRAMES = """async (ms) => {
  const times = []
  const until = performance.now() + ms
  for (let last = performance.now(); last < until; ) {
    const now = await new Promise(requestAnimationFrame)
    times.push(now - last)
    last = now
  }
  return times.sort((a, b) => a - b)
}"""
COUNTS = """() => {
  const { mosaic } = wall
  const swap = mosaic.swap.bind(mosaic)
  window.swaps = 0
  mosaic.swap = async () => {
    const did = await swap()
    window.swaps += did ? 1 : 0
    return did
  }
}"""


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


def endure(browser: Browser, wall: Page, swaps: int, samples: int) -> Iterator[Cost]:
    """Yield what the wall costs, `samples` times on the way to so many exchanges."""
    session = wall.context.new_cdp_session(wall)
    session.send("Performance.enable")
    pid = _renderer(browser)
    wall.evaluate(COUNTS)
    for n in range(1, samples + 1):
        _wait(wall, swaps * n // samples)
        session.send("HeapProfiler.collectGarbage")
        told = session.send("Performance.getMetrics")["metrics"]
        metrics = {each["name"]: int(each["value"]) for each in told}
        made = wall.evaluate("window.swaps")
        yield Cost(made, metrics["JSHeapUsedSize"], metrics["Nodes"], _anonymous(pid))


def frames(wall: Page, seconds: float) -> dict[str, float]:
    """Return how long frames take, in ms, while the wall is played for so many seconds."""
    times: list[float] = wall.evaluate(FRAMES, seconds * 1000)
    return {f"p{p}": times[min(len(times) - 1, len(times) * p // 100)] for p in (50, 95, 99)}


def _wait(wall: Page, swaps: int) -> None:
    while wall.evaluate("window.swaps") < swaps:
        wall.wait_for_timeout(250)


def _renderer(browser: Browser) -> int:
    """Return the process that has computed most: the one that draws the wall."""
    told: dict[str, Any] = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    renderers = [each for each in told["processInfo"] if each["type"] == "renderer"]
    return int(max(renderers, key=lambda each: each["cpuTime"])["id"])


def _anonymous(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("the kernel says nothing of anonymous memory")
