"""A phone with a profile of its own on the disk: killed, its browser finds everything again."""

import contextlib
import os
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright

from mixroom.core.roles import Role
from mixroom.crew import actions
from mixroom.crew.model import invite_url
from tests.browser.conftest import FLAGS
from tests.cast import Cast
from tests.servers import until

COUNT = """() => new Promise((resolve) => {
  indexedDB.open("mixroom").onsuccess = ({ target: { result: database } }) => {
    const asked = database.transaction("entries").objectStore("entries").count()
    asked.onsuccess = () => {
      database.close()
      resolve(asked.result)
    }
  }
})"""


class PocketPhone:
    """Chromium in the shape of a phone: its screen, its touch, its name; not its engine."""

    def __init__(
        self, playwright: Playwright, model: str, profile: Path, flags: Sequence[str] = ()
    ) -> None:
        self._playwright = playwright
        self._flags = [*FLAGS, *flags]
        self._device = dict(playwright.devices[model])
        self._device.pop("default_browser_type")
        self._profile = profile
        self.faults: list[str] = []

    def sign_in(self, url: str, guests: Cast, name: str, role: Role) -> None:
        """Sign someone new in, and put the phone away in order: cookies are on the disk then."""
        page = self.open()
        way = actions.invite_from_server(guests.event.id, name, role)
        page.goto(invite_url(url, way.token))
        page.locator("[data-join]").click()
        page.wait_for_url(lambda url: "/j" not in url)
        self.close()

    def open(self) -> Page:
        """Start the browser; return its page."""
        self._context: BrowserContext = self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path="/usr/bin/chromium",
            args=self._flags,
            locale="fr-CA",
            timezone_id="America/Toronto",
            **self._device,
        )
        self._context.on("weberror", lambda fault: self.faults.append(str(fault.error)))
        return self._context.pages[0]

    def kill(self) -> None:
        """End the browser as a phone does that needs its memory: at once, without a word."""
        pid = self._pid()
        os.kill(pid, signal.SIGKILL)
        until(lambda: not _lives(pid), "the browser to be dead")
        self.close()

    def close(self) -> None:
        """Close the browser."""
        with contextlib.suppress(Exception):  # it may be dead
            self._context.close()

    def _pid(self) -> int:
        mine = f"--user-data-dir={self._profile}".encode()
        for folder in Path("/proc").iterdir():
            if not re.fullmatch(r"\d+", folder.name):
                continue
            with contextlib.suppress(OSError):
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if mine in words and not any(word.startswith(b"--type=") for word in words):
                    return int(folder.name)
        raise AssertionError("the browser runs no more")


def kept(page: Page) -> int:
    """Return how many entries the phone keeps."""
    found: Any = page.evaluate(COUNT)
    return int(found)


def _lives(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"\nState:\tZ" not in Path(f"/proc/{pid}/status").read_bytes()
    return False
