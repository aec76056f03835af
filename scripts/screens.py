"""Take the pictures of the documentation: the rehearsal on a server of its own, in Chromium.

    .venv/bin/python scripts/screens.py [pages]

Writes the pages to docs/screens/, and every scene of the wall in both themes, in 1080p and 4K, to
docs/screens/scenes/; with `pages` no scenes. It takes about six minutes, five without the scenes.
Look at them before committing.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright

from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.crew import actions, store
from mixroom.crew.model import invite_url
from mixroom.demo import replay
from mixroom.demo.cast import CAST
from mixroom.demo.content import entries
from mixroom.event import store as event_store
from mixroom.installation import connect, store_of
from tests.browser.conftest import FLAGS, LAPTOP, PHONE
from tests.servers import Server, free_port, running, until

OUT = ROOT / "docs" / "screens"
WALL = {"viewport": {"width": 1920, "height": 1080}}
ENOUGH = 45  # lines of the rehearsal, for a first picture
PATIENCE = 1200  # seconds for the rest of it
UPRIGHT = {"viewport": {"width": 1080, "height": 1920}}
SIZES = {"1080p": {"width": 1920, "height": 1080}, "4k": {"width": 3840, "height": 2160}}
QUALITY = {"1080p": 80, "4k": 62}  # of the JPEGs: all of them together stay under 12 MB
SCENES = ("photo", "quote", "story", "trio", "hour", "team", "join", "programme", "sponsor", "card")
# Make a scene ready and show it, with what hangs on this wall.
SHOW = """async (name) => {
  const seen = wall.turns.order((item) => item.media?.some(({ wall }) => wall))
  const words = wall.turns.order((item) => !item.media?.length)
  const title = { fr: "Plénière des équipes", en: "Team plenary" }
  const moment = { at: "16:30", minutes: 12, title }
  const brief = seen.filter(({ text }) => (text.fr ?? text.en ?? "").length < 40)
  const plans = {
    photo: { scene: "hero", items: [seen[2]] },
    quote: { scene: "hero", items: [words.find(({ kind }) => kind === "quote")] },
    story: { scene: "hero", items: [words.find(({ kind }) => kind === "post")] },
    trio: { scene: "trio", items: [brief[0], words[1], brief[1]] },
    programme: { scene: "programme", moment },
    sponsor: { scene: "sponsor", name: "Fondation Lumen" },
  }
  const plan = plans[name] ?? { scene: name, ...wall.offers.at()[name] }
  const pause = () => new Promise((done) => setTimeout(done, 200))
  while (!(await wall.scenes[plan.scene].prepare(plan))) await pause()
  document.documentElement.dataset.scene = plan.scene
  wall.scenes[plan.scene].show({ ...plan, fresh: true }, () => null)
}"""
# Have the hang to itself.
HOLD = """() => {
  wall.conductor.paused = true
  if (wall.conductor.showing.scene !== "mosaic") wall.conductor.skip()
}"""
LEAVE = """() => {
  for (const scene of Object.values(wall.scenes)) scene.hide()
  delete document.documentElement.dataset.scene
}"""


def main() -> None:
    """Run."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        env = {
            "MIXROOM_VAR": str(folder / "var"),
            "MIXROOM_UPLOADS": str(folder / "uploads"),
            "PORT": str(free_port()),
        }
        server = stack.enter_context(running(Server(env, 1, folder)))
        log = folder / "demo.log"
        with log.open("w") as out:
            demo = subprocess.Popen(
                [sys.executable, "-m", "mixroom", "demo", "--speed", "1500"],
                env=os.environ | env,
                stdout=out,
                cwd=ROOT,
            )
        stack.callback(demo.kill)
        until(lambda: log.read_text().count("\n") > ENOUGH, "enough to be on the wall", 300)
        links = dict(line.split() for line in log.read_text().splitlines()[:3])
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        stack.callback(browser.close)
        OUT.mkdir(parents=True, exist_ok=True)
        wall = _hero(server, browser, links)
        demo.wait(PATIENCE)
        _forget(server, wall)
        if sys.argv[1:] != ["pages"]:
            _scenes(server, wall)
        _let_some_wait(server)
        _take(server, browser, wall, links)
        _drive(server, browser)


def _let_some_wait(server: Server) -> None:
    """Send a few more of the rehearsal's last day, which nobody decides on."""
    connect(server.settings)
    with reading() as tx:
        event = event_store.get_by_slug(tx, replay.SLUG)
        assert event is not None
        names = {person.name: person for person in store.people_of(tx, event.id)}
    people = {each.key: names[each.name] for each in CAST}
    rehearsal = replay.Rehearsal(event, people, store_of(server.settings), print)
    for entry in [each for each in entries() if each.pictures][-7:]:
        replay.send(rehearsal, entry)


def _hero(server: Server, browser: Browser, links: dict[str, str]) -> Page:
    wall = _open(browser, WALL, links["wall"])
    wall.goto(f"{server.url}/wall?debug=1")
    wall.wait_for_selector("#hero[data-shown]", timeout=60_000)
    wall.evaluate("wall.conductor.paused = true")  # a busy machine takes longer than its turn
    wall.wait_for_timeout(2500)
    _shot(wall, "hero")
    return wall


def _forget(server: Server, wall: Page) -> None:
    """Have the wall begin anew: what came while it was open would wait in line for its turn."""
    wall.goto("about:blank")
    kept = {"origin": server.url, "storageTypes": "indexeddb,local_storage"}
    wall.context.new_cdp_session(wall).send("Storage.clearDataForOrigin", kept)


def _scenes(server: Server, wall: Page) -> None:
    """Show each scene alone, as the schedule would."""
    (OUT / "scenes").mkdir(exist_ok=True)
    for theme in ("noir", "blanc"):
        for name, size in SIZES.items():
            wall.set_viewport_size(size)  # type: ignore[arg-type]
            wall.goto(f"{server.url}/wall?debug=1&theme={theme}&seed=5")
            wall.wait_for_selector("html[data-ready]")
            wall.evaluate(HOLD)
            wall.wait_for_timeout(1500)
            for scene in SCENES:
                wall.evaluate(SHOW, scene)
                wall.wait_for_timeout(1500)
                _shot(wall, f"scenes/{scene}-{theme}-{name}", quality=QUALITY[name])
                wall.evaluate(LEAVE)


def _take(server: Server, browser: Browser, wall: Page, links: dict[str, str]) -> None:
    for name, theme, size in (
        ("wall", "noir", WALL),
        ("wall-light", "blanc", WALL),
        ("wall-portrait", "noir", UPRIGHT),
    ):
        wall.set_viewport_size(size["viewport"])  # type: ignore[arg-type]
        wall.goto(f"{server.url}/wall?debug=1&theme={theme}&seed=5")
        wall.wait_for_selector("html[data-ready]")
        wall.evaluate(HOLD)
        wall.wait_for_selector(".thanks:not([data-nobody]) img", timeout=60_000)
        wall.wait_for_timeout(1500)
        _shot(wall, name)
    review = _open(browser, LAPTOP, links["review"])
    review.goto(f"{server.url}/review")
    review.wait_for_selector("[data-list] li img", timeout=60_000)
    review.wait_for_timeout(6000)
    _shot(review, "review")
    review.goto(f"{server.url}/translations")
    review.wait_for_selector("mx-translation img")
    review.wait_for_timeout(1500)
    _shot(review, "translations")
    send = _open(browser, PHONE, links["send"])
    send.goto(f"{server.url}/send")
    send.wait_for_timeout(1500)
    _shot(send, "send", full_page=True, clip={"x": 0, "y": 0, "width": 390, "height": 1500})


def _drive(server: Server, browser: Browser) -> None:
    """Show the lead's pages, in both languages and in both colours."""
    connect(server.settings)
    with reading() as tx:
        event = event_store.get_by_slug(tx, replay.SLUG)
    assert event is not None
    for device, size in (("phone", PHONE), ("laptop", LAPTOP)):
        for lang, scheme in (("fr", "light"), ("en", "dark")):
            way = actions.invite_from_server(event.id, "Amélie", Role.LEAD)
            more = {"color_scheme": scheme, "locale": f"{lang}-CA"}
            page = _open(browser, size | more, invite_url(server.url, way.token))
            for name in ("screens", "sponsors"):
                page.goto(f"{server.url}/{name}?lang={lang}")
                page.wait_for_timeout(4000)
                _shot(page, f"{name}-{device}-{lang}")


def _open(browser: Browser, device: dict[str, Any], link: str) -> Page:
    usual = {"locale": "fr-CA", "timezone_id": "America/Toronto"}
    context = browser.new_context(**(usual | device))
    page = context.new_page()
    page.goto(link)
    page.locator("[data-join]").click()
    page.wait_for_url(lambda url: "/j" not in url)
    return page


def _shot(page: Page, name: str, quality: int = 80, **more: Any) -> None:
    page.screenshot(path=OUT / f"{name}.jpg", type="jpeg", quality=quality, **more)


if __name__ == "__main__":
    main()
