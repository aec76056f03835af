"""Chromium, and people who have signed in on it as they would: by their invitation's link."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    BrowserType,
    ConsoleMessage,
    Page,
    Route,
    expect,
)

from mixroom.core import journal
from mixroom.core.db import transaction
from mixroom.core.roles import Role
from mixroom.crew import actions
from mixroom.crew.model import invite_url
from tests.cast import Cast
from tests.photos import phone
from tests.servers import Server

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "device_scale_factor": 2}
LAPTOP = {"viewport": {"width": 1366, "height": 768}}
PROJECTOR = {"viewport": {"width": 1920, "height": 1080}}
WAIT = 20_000  # milliseconds
expect.set_options(timeout=WAIT)  # a busy machine is slow, not wrong
# What Chromium says of a server that is gone.
NO_LINE = r"Failed to load resource|WebSocket|ERR_|fetching the script"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the system's Chromium, without what draws windows: that takes less CPU time."""
    return {"executable_path": "/usr/bin/chromium-headless-shell", "args": FLAGS}


@pytest.fixture(scope="session")
def whole_browser(browser_type: BrowserType) -> Iterator[Browser]:
    """The whole of Chromium: with notifications and push, and as phones and walls are measured."""
    chromium = browser_type.launch(executable_path="/usr/bin/chromium", args=FLAGS)
    yield chromium
    chromium.close()


OpenPage = Callable[..., Page]
SignIn = Callable[..., Page]


@pytest.fixture
def open_page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[OpenPage]:
    """Return what opens a browser of its own; no page in it may fail.

    A test marked `whole_browser` or `timed` gets the whole of Chromium.

    `may_say` is a pattern of errors that the test itself provokes.
    """
    if any(map(request.node.get_closest_marker, ("whole_browser", "timed"))):
        browser = request.getfixturevalue("whole_browser")
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(device: dict[str, Any], *, may_say: str = r"(?!)", **more: Any) -> Page:
        settings = {"locale": "fr-CA", "timezone_id": "America/Toronto", **device, **more}
        context = browser.new_context(**settings)
        contexts.append(context)
        context.on("weberror", lambda fault: faults.append(f"{fault.page.url}: {fault.error}"))

        def heard(said: Any) -> None:
            if said.type == "error" and not re.search(may_say, said.text) and not _too_late(said):
                faults.append(f"{said.page.url}: {said.text} {said.location['url']}")

        context.on("console", heard)
        return context.new_page()

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def _too_late(said: ConsoleMessage) -> bool:
    """Say whether it is of a claim that was under way when its item was decided: no harm."""
    return "409" in said.text and said.location["url"].endswith("/claim")


@pytest.fixture
def sign_in(open_page: OpenPage, server: Server, guests: Cast) -> SignIn:
    """Return what signs someone in with a browser of their own, by their link."""

    def enter(name: str, role: Role, device: dict[str, Any], **more: Any) -> Page:
        page = open_page(device, **more)
        join(page, server, guests, name, role)
        return page

    return enter


def join(page: Page, server: Server, guests: Cast, name: str, role: Role) -> None:
    """Sign someone new in, by the link of their invitation."""
    way = actions.invite_from_server(guests.event.id, name, role)
    page.goto(invite_url(server.url, way.token))
    page.locator("[data-join]").click()
    page.wait_for_url(lambda url: "/j" not in url)


def intercept(page: Page, url: str, answer: Callable[[Route], Any]) -> None:
    """Answer what a page asks for in the server's place; its context has to block service workers.

    The page is loaded anew: Chromium may let an open one ask once more before it is heeded.
    """
    page.route(url, answer)
    page.reload()


def press_send(page: Page, consent: str = "cleared") -> None:
    """Press the button that sends; with photos it says what the people in them have agreed to."""
    one, agree = ".send-bar .one .button", f".send-bar .agree [value={consent}]"
    page.locator(f"{one}:visible, {agree}:visible, .no-js.button:visible").click()


@contextmanager
def frozen(server: Server) -> Iterator[None]:
    """Have a server stand still: it takes connections and says nothing more on any.

    It is not stopped in the middle of a change, whose locks it would keep from the test.
    """
    tree = [pid for process in server.running for pid in _family(process.pid)]
    with transaction() as tx:
        tx.execute(journal.head.update().values(seq=journal.head.c.seq))
        for pid in tree:
            os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in reversed(tree):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


def _family(pid: int) -> list[int]:
    found = [pid]
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listed.read_text().split():
            found += _family(int(child))
    return found


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of twelve megapixels as a phone takes it, lying on its side."""
    path = tmp_path_factory.mktemp("photos") / "IMG_0042.jpg"
    path.write_bytes(phone("coffee", 6, (3024, 4032)).data)
    return path


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small photo, for journeys that are not about its size."""
    path = tmp_path_factory.mktemp("photos") / "IMG_0043.jpg"
    path.write_bytes(phone("rocket", 1, (1200, 900)).data)
    return path
