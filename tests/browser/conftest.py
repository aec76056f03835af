"""Chromium, and people who have signed in on it as they would: by their invitation's link."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from mixroom.team import actions
from mixroom.team.model import Role, invite_url
from tests.cast import Cast
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


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use the system's Chromium."""
    return {"executable_path": "/usr/bin/chromium", "args": FLAGS}


SignIn = Callable[..., Page]


@pytest.fixture
def sign_in(browser: Browser, server: Server, guests: Cast) -> Iterator[SignIn]:
    """Return what signs someone in with a browser of their own, by their link; no page may fail."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(name: str, role: Role, device: dict[str, Any], **more: Any) -> Page:
        way = actions.invite_from_server(guests.event.id, name, role)
        context = browser.new_context(
            locale="fr-CA", timezone_id="America/Toronto", **device, **more
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"{page.url}: {said.text}") if said.type == "error" else None
            ),
        )
        page.goto(invite_url(server.url, way.token))
        page.locator("[data-join]").click()
        page.wait_for_url(lambda url: "/j" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A photo of twelve megapixels as a phone takes it, lying on its side."""
    from tests.photos import phone

    path = tmp_path_factory.mktemp("photos") / "IMG_0042.jpg"
    path.write_bytes(phone("coffee", 6, (3024, 4032)).data)
    return path
