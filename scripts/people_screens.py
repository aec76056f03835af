"""Take the pictures of the pages about people: the event, applications, shifts, letters, the crew.

    .venv/bin/python scripts/people_screens.py

Writes docs/screens/people/<page>-<size>-<language>-<scheme>.jpg, and the printed timetable as a
browser would print it. It takes about two minutes. Look at them before committing.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright

from mixroom.core import db
from mixroom.core.text import Lang
from mixroom.crew import actions as crew
from mixroom.demo import replay
from mixroom.demo.replay import Rehearsal
from mixroom.installation import store_of
from mixroom.recruiting.signing import Seal
from tests.browser.conftest import FLAGS
from tests.servers import Server, embedded_in, running

OUT = ROOT / "docs" / "screens" / "people"
SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
LOOKS: tuple[tuple[Lang, str], ...] = (("fr", "light"), ("en", "dark"))
PAGES = {
    "event": ("/event", "lead"),
    "applications": ("/applications", "lead"),
    "crew": ("/team", "lead"),
    "letters": ("/letters", "lead"),
    "timetable": ("/shifts/timetable", "lead"),
    "shifts": ("/shifts", "chloe"),
    "apply": ("/apply", ""),
    "privacy": ("/privacy", ""),
}
SETTLED = 1500  # milliseconds until lists and fonts are there
QUALITY = 62


def main() -> None:
    """Take all pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = embedded_in(Path(folder))
        with running(server):
            db.connect(server.settings.database_url)
            seal = Seal(server.settings.secret_key, server.url)
            rehearsal, _ = replay.begin(store_of(server.settings), seal)
            tokens = {"": ""} | {name: _token(rehearsal, name) for name in ("lead", "chloe")}
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for name, (path, who) in PAGES.items():
                for size in SIZES:
                    for lang, scheme in LOOKS:
                        _take(browser, f"{server.url}{path}", tokens[who], name, size, lang, scheme)
            _print(browser, server, tokens["lead"])
            browser.close()


def _token(rehearsal: Rehearsal, who: str) -> str:
    """Return a token of a person of the rehearsal, by an invite of theirs."""
    person = rehearsal.people["amelie" if who == "lead" else who]
    made = crew.invite_again(rehearsal.people["amelie"], person.id)
    _, secret = crew.redeem(made.token, "Chromium")
    return secret


def _take(
    browser: Browser, url: str, token: str, name: str, size: str, lang: str, scheme: str
) -> None:
    width, height = SIZES[size]
    options: dict[str, Any] = {"color_scheme": scheme}
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    if token:
        context.set_extra_http_headers({"Authorization": f"Bearer {token}"})
    page = context.new_page()
    page.goto(f"{url}?lang={lang}")
    page.wait_for_timeout(SETTLED)
    path = OUT / f"{name}-{size}-{lang}-{scheme}.jpg"
    page.screenshot(path=path, type="jpeg", quality=QUALITY)
    context.close()


def _print(browser: Browser, server: Server, token: str) -> None:
    context = browser.new_context(viewport={"width": 1056, "height": 816})
    context.set_extra_http_headers({"Authorization": f"Bearer {token}"})
    page = context.new_page()
    page.goto(f"{server.url}/shifts/timetable?lang=fr")
    page.emulate_media(media="print")
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=OUT / "timetable-print-fr.jpg", type="jpeg", quality=QUALITY)
    context.close()


if __name__ == "__main__":
    main()
