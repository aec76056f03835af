"""A browser as a museum starts it, for what is measured over hours.

Playwright has DevTools keep note of each request of a page for as long as the page lives, which is
not the wall's memory. Here the page is asked what it must be asked, and that is all.
"""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import websocket

from tests.browser.conftest import FLAGS
from tests.servers import until

SIZE = (960, 540)  # pixels
PATIENCE = 1800.0  # seconds for an answer: some questions are answered when something has happened
BUSY = "for (const until = performance.now() + 500; performance.now() < until; );"


class Kiosk:
    """A browser with one page, and the line to it."""

    def __init__(self, address: str, size: tuple[int, int]) -> None:
        self._line = websocket.create_connection(address, timeout=PATIENCE, suppress_origin=True)
        self._asked = 0
        until(self._pages, "the browser's page")
        attached = self.ask("Target.attachToTarget", targetId=self._pages()[0], flatten=True)
        self._page = attached["sessionId"]
        view = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        self.ask_page("Emulation.setDeviceMetricsOverride", **view)

    def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the browser."""
        return self._ask({"method": method, "params": params})

    def ask_page(self, method: str, **params: Any) -> dict[str, Any]:
        """Ask the page."""
        return self._ask({"method": method, "params": params, "sessionId": self._page})

    def evaluate(self, expression: str) -> Any:
        """Return what an expression or its promise comes to, on the page."""
        asked = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        said = self.ask_page("Runtime.evaluate", **asked)
        if "exceptionDetails" in said:
            raise RuntimeError(said["exceptionDetails"])
        return said["result"].get("value")

    def open(self, url: str, ready: str) -> None:
        """Open a page and wait for an expression to hold on it."""
        self.ask_page("Page.navigate", url=url)
        until(lambda: self.evaluate(f"Boolean({ready})"), f"{ready} on {url}")

    def join(self, url: str) -> None:
        """Sign in by an invitation's link, as a person does."""
        self.open(url, "document.querySelector('[data-join]')?.checkVisibility()")
        self.evaluate("document.querySelector('[data-join]').click()")
        until(lambda: self.evaluate("location.pathname") != "/j", "to have joined")

    def renderer(self) -> int:
        """Return the process that draws the page: the one that computes when the page does."""
        before = self._renderers()
        self.evaluate(BUSY)
        after = self._renderers()
        return max(after, key=lambda pid: after[pid] - before.get(pid, 0))

    def _pages(self) -> list[str]:
        told = self.ask("Target.getTargets")["targetInfos"]
        return [each["targetId"] for each in told if each["type"] == "page"]

    def _renderers(self) -> dict[int, float]:
        """Return the seconds that each renderer has computed."""
        told = self.ask("SystemInfo.getProcessInfo")["processInfo"]
        return {int(each["id"]): each["cpuTime"] for each in told if each["type"] == "renderer"}

    def leave(self) -> None:
        """Let go of the line."""
        self._line.close()

    def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self._asked += 1
        self._line.send(json.dumps({"id": self._asked, **message}))
        while True:
            said = json.loads(self._line.recv())
            if said.get("id") == self._asked:
                assert "error" not in said, said
                answer: dict[str, Any] = said["result"]
                return answer


@contextmanager
def kiosk(folder: Path, size: tuple[int, int] = SIZE) -> Iterator[Kiosk]:
    """Have such a browser run for as long as the block lasts."""
    profile = folder / "kiosk"
    flags = [*FLAGS, "--headless", "--hide-scrollbars", "--remote-debugging-port=0"]
    process = subprocess.Popen(
        ["/usr/bin/chromium", *flags, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    port = profile / "DevToolsActivePort"
    try:
        until(lambda: port.exists() and len(port.read_text().splitlines()) == 2, "the browser")
        number, path = port.read_text().splitlines()
        browser = Kiosk(f"ws://127.0.0.1:{number}{path}", size)
        try:
            yield browser
        finally:
            browser.leave()
    finally:
        process.terminate()
        process.wait(30)
