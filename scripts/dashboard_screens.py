"""Take the pictures of the dashboard: empty, full and on fire, in every size, language and scheme.

    .venv/bin/python scripts/dashboard_screens.py

Writes docs/screens/dashboard/<state>-<size>-<language>-<scheme>.jpg. It takes about four minutes.
Look at them before committing.
"""

import itertools
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import FLAGS
from tests.browser.test_dashboard import STATES
from tests.cast import Cast, cast_at
from tests.servers import Server, embedded_in, running

OUT = ROOT / "docs" / "screens" / "dashboard"
SIZES = {"laptop": (1440, 900), "phone": (390, 844), "room": (1920, 1080)}
SETTLED = 3000  # milliseconds until alarms and fonts are there
QUALITY = 62


def main() -> None:
    """Take all pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name, state in STATES.items():
            with tempfile.TemporaryDirectory() as folder:
                server = embedded_in(Path(folder))
                with running(server), cast_at(server, present=True) as cast:
                    state(cast)
                    for look in itertools.product(SIZES, ("fr", "en"), ("light", "dark")):
                        _take(browser, server, cast, name, *look)
        browser.close()


def _take(
    browser: Browser, server: Server, cast: Cast, state: str, size: str, lang: str, scheme: str
) -> None:
    width, height = SIZES[size]
    options: dict[str, Any] = {"color_scheme": scheme}
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_extra_http_headers({"Authorization": f"Bearer {cast.tokens['amelie']}"})
    page = context.new_page()
    page.goto(f"{server.url}/dashboard?lang={lang}{'&room' if size == 'room' else ''}")
    page.locator("[data-panel=coverage] tbody tr").first.wait_for()
    page.wait_for_timeout(SETTLED)
    path = OUT / f"{state}-{size}-{lang}-{scheme}.jpg"
    page.screenshot(path=path, full_page=size == "phone", type="jpeg", quality=QUALITY)
    context.close()


if __name__ == "__main__":
    main()
