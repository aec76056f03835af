"""Take the pictures of the lead's pages, for docs/screens.

    .venv/bin/python scripts/feature_screens.py people|plan

Writes docs/screens/<set>/<page>-<size>-<language>-<scheme>.jpg, and one page as a browser prints
it. It takes about two minutes a set. Look at them before committing.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright

from mixroom.core import clock, db
from mixroom.core.text import Lang
from mixroom.crew import actions as crew
from mixroom.crew.model import Person
from mixroom.demo import content, replay
from mixroom.demo.replay import Rehearsal
from mixroom.installation import store_of
from mixroom.plan import queries as plan
from mixroom.recruiting.signing import Seal
from mixroom.supports import queries as supports
from tests.browser.conftest import FLAGS
from tests.servers import embedded_in, running

SCREENS = ROOT / "docs" / "screens"
SIZES = {"laptop": (1440, 900), "phone": (390, 844)}
LOOKS: tuple[tuple[Lang, str], ...] = (("fr", "light"), ("en", "dark"))
SETS = {
    "people": {
        "event": ("/event", "lead"),
        "applications": ("/applications", "lead"),
        "crew": ("/team", "lead"),
        "letters": ("/letters", "lead"),
        "timetable": ("/shifts/timetable", "lead"),
        "shifts": ("/shifts", "chloe"),
        "apply": ("/apply", ""),
        "privacy": ("/privacy", ""),
    },
    "plan": {
        "calendar": ("/plan", "lead"),
        "day": ("/plan/day/{today}", "lead"),
        "board": ("/plan/board", "lead"),
        "campaigns": ("/plan/campaigns", "lead"),
        "message": ("/plan/messages/{message}", "lead"),
        "templates": ("/plan/templates", "lead"),
        "accounts": ("/plan/accounts", "lead"),
        "links": ("/plan/links", "lead"),
        "supports": ("/supports", "lead"),
        "support": ("/supports/{support}", "lead"),
        "promises": ("/promises", "lead"),
    },
}
PRINTED = {"people": ("timetable", "/shifts/timetable"), "plan": ("month", "/plan/month")}
PLAYED = 30  # of the rehearsal's submissions
AT_ONCE = 1e6  # times faster than the clock
SETTLED = 1500  # milliseconds until lists and fonts are there
QUALITY = 62


def main(chosen: str) -> None:
    """Take all pictures of a set."""
    out = SCREENS / chosen
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = embedded_in(Path(folder))
        with running(server):
            db.connect(server.settings.database_url)
            seal = Seal(server.settings.secret_key, server.url)
            rehearsal, _ = replay.begin(store_of(server.settings), seal)
            first = content.entries()[:PLAYED]
            replay.entries = lambda: first
            replay.replay(rehearsal, speed=AT_ONCE)
            things = _things(rehearsal.people["amelie"])
            tokens = {"": ""} | {name: _token(rehearsal, name) for name in ("lead", "chloe")}
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for name, (path, who) in SETS[chosen].items():
                url = server.url + path.format_map(things)
                for size in SIZES:
                    for lang, scheme in LOOKS:
                        picture = out / f"{name}-{size}-{lang}-{scheme}.jpg"
                        _take(browser, f"{url}?lang={lang}", tokens[who], picture, size, scheme)
            printed, path = PRINTED[chosen]
            picture = out / f"{printed}-print-fr.jpg"
            _print(browser, f"{server.url}{path}?lang=fr", tokens["lead"], picture)
            browser.close()


def _things(lead: Person) -> dict[str, str]:
    """Return what the paths name: today, a message with a picture, a support with a version."""
    messages, _, _ = plan.whole(lead)
    return {
        "today": clock.now().date().isoformat(),
        "message": max(messages, key=lambda each: len(each.pictures)).id,
        "support": supports.page(lead)[0]["id"],
    }


def _token(rehearsal: Rehearsal, who: str) -> str:
    """Return a token of a person of the rehearsal, by an invite of theirs."""
    person = rehearsal.people["amelie" if who == "lead" else who]
    made = crew.invite_again(rehearsal.people["amelie"], person.id)
    _, secret = crew.redeem(made.token, "Chromium")
    return secret


def _take(browser: Browser, url: str, token: str, picture: Path, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    options: dict[str, Any] = {"color_scheme": scheme}
    context = browser.new_context(viewport={"width": width, "height": height}, **options)
    if token:
        context.set_extra_http_headers({"Authorization": f"Bearer {token}"})
    page = context.new_page()
    page.goto(url)
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=picture, type="jpeg", quality=QUALITY)
    context.close()


def _print(browser: Browser, url: str, token: str, picture: Path) -> None:
    context = browser.new_context(viewport={"width": 1056, "height": 816})
    context.set_extra_http_headers({"Authorization": f"Bearer {token}"})
    page = context.new_page()
    page.goto(url)
    page.emulate_media(media="print")
    page.wait_for_timeout(SETTLED)
    page.screenshot(path=picture, type="jpeg", quality=QUALITY)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1])
