"""Take the pictures of the pages about people: the event, applications, shifts, letters, the crew.

    .venv/bin/python scripts/people_screens.py

Writes docs/screens/people/<page>-<size>-<language>-<scheme>.jpg, and the printed timetable as a
browser would print it. It takes about two minutes. Look at them before committing.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, sync_playwright

from mixroom.core import clock, db, ids
from mixroom.core.roles import Role
from mixroom.core.text import Lang
from mixroom.crew import actions as crew
from mixroom.demo import replay
from mixroom.demo.replay import Rehearsal
from mixroom.event.model import Event
from mixroom.installation import store_of
from mixroom.recruiting import actions, applying
from mixroom.recruiting.model import Answers, Consent, Half, Part
from mixroom.recruiting.moves import Fact
from mixroom.recruiting.signing import Seal, Way
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
APPLICANTS: tuple[tuple[str, Role, tuple[Lang, ...]], ...] = (
    ("Anne-Sophie Bouchard-Tremblay", Role.PHOTOGRAPHER, ("fr", "en")),
    ("Nguyễn Thị Minh Khai", Role.BLOGGER, ("fr",)),
    ("Olivier Papineau", Role.PRESS, ("fr", "en")),
    ("ليلى بنعيسى", Role.PHOTOGRAPHER, ("fr",)),
    ("Zoé Roy", Role.BLOGGER, ("en",)),
    ("Marguerite Saint-Hilaire", Role.COMMUNITY_MANAGER, ("fr", "en")),
)
SETTLED = 1500  # milliseconds until lists and fonts are there
QUALITY = 62


def main() -> None:
    """Take all pictures."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        server = embedded_in(Path(folder))
        with running(server):
            db.connect(server.settings.database_url)
            rehearsal, _ = replay.begin(store_of(server.settings))
            _recruit(rehearsal, Seal(server.settings.secret_key, server.url))
            tokens = {"": ""} | {name: _token(rehearsal, name) for name in ("lead", "chloe")}
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for name, (path, who) in PAGES.items():
                for size in SIZES:
                    for lang, scheme in LOOKS:
                        _take(browser, f"{server.url}{path}", tokens[who], name, size, lang, scheme)
            _print(browser, server, tokens["lead"])
            browser.close()


def _recruit(rehearsal: Rehearsal, seal: Seal) -> None:
    event, lead = rehearsal.event, rehearsal.people["amelie"]
    halves = [Half(day, part) for day in event.days for part in Part]
    actions.set_needs(
        lead,
        {
            (role, half): 1 + n % 2
            for role in Role
            for n, half in enumerate(halves)
            if role is not Role.SCREEN and role is not Role.LEAD
        },
    )
    keys = [_apply(event, seal, n, halves) for n in range(len(APPLICANTS))]
    actions.accept(lead, keys[0], seal)
    actions.accept(lead, keys[2], seal)
    actions.decide(lead, keys[3], Fact.SHORTLISTED, seal)


def _apply(event: Event, seal: Seal, n: int, halves: list[Half]) -> str:
    name, role, langs = APPLICANTS[n]
    now = clock.now()
    made = applying.apply(
        event,
        Answers(
            name, f"personne{n}@example.org", (role,), langs, tuple(halves[n::3]), note="Voilà."
        ),
        Consent("Oui.", "fr", "1", now, event.ends_on + timedelta(days=60)),
        lang="fr",
        key=ids.new(),
        sent_from="a",
        seal=seal,
        form=True,
    )
    return applying.confirm(seal.token(made.id, made.turn, Way.LETTER), seal).id


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
