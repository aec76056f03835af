"""The wall without a server: it plays on, opens from what the browser kept, is exact at once."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mixroom.core import db
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.crew import store as crew_store
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from tests.browser.conftest import NO_LINE, PROJECTOR, SignIn
from tests.browser.test_wall import DECODED, _hanging, _photo, _text
from tests.cast import Cast
from tests.portal import portal
from tests.servers import Server, until

EXACT = 3.0  # seconds after the server's return
SCENES = """() => {
  window.scenes = []
  const note = () => {
    const { scene } = document.documentElement.dataset
    if (scene && window.scenes.at(-1) !== scene) window.scenes.push(scene)
    if (!scene) window.scenes.push(null)
  }
  new MutationObserver(note).observe(document.documentElement, { attributes: true })
}"""
KEPT = """async () => {
  const page = await caches.match("/wall", { ignoreSearch: true, ignoreVary: true })
  const pictures = await (await caches.open("wall.pictures")).keys()
  return page ? pictures.map(({ url }) => new URL(url).pathname) : null
}"""


@pytest.mark.timed
@pytest.mark.plays
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_ten_minutes_without_a_server_change_nothing_but_the_sign(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    # ?pace=40: in fifteen seconds the wall lives through ten minutes
    texts = {_text(guests, f"Parole {n}, assez longue pour tenir sa place.") for n in range(12)}
    for n in range(3):
        name = Bilingual.of(f"Sponsor {n}")
        sponsors.add(guests.amelie, name=name, tier=Tier.MAJOR, promise=Promise(30))
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=rf"{NO_LINE}|503")
    wall.goto(f"{server.url}/wall?pace=40&debug=1")
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    until(lambda: _hanging(wall) == texts, "all to hang")
    server.stop()
    try:
        expect(wall.locator("html")).to_have_attribute("data-line", "offline")
        wall.evaluate(SCENES)
        ends = time.monotonic() + 15
        began = len(wall.evaluate("wall.keep.all('exposures')"))
        while time.monotonic() < ends:
            assert _hanging(wall) <= texts
            assert _hanging(wall)
            expect(wall.locator("[role=status]")).to_contain_text("Hors ligne")
        scenes = wall.evaluate("window.scenes")
        assert len([scene for scene in scenes if scene]) >= 5
        assert len(wall.evaluate("wall.keep.all('exposures')")) > began + 20
        review.recall(guests.ben, gone := next(iter(texts)))
        news = _text(guests, "Pendant l’absence")
    finally:
        server.start()
    _exact(wall, texts - {gone} | {news})


@pytest.mark.timed
@pytest.mark.plays
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_after_a_power_cut_the_wall_opens_without_a_server_and_shows_nothing_recalled(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    texts = {_text(guests, f"Parole {n}, assez longue pour tenir sa place.") for n in range(8)}
    photos = [_photo(server, guests, snapshot, f"Fusée {n}") for n in range(3)]
    for photo in photos:
        review.approve(guests.ben, photo)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=rf"{NO_LINE}|503")
    wall.goto(f"{server.url}/wall?debug=1&pace=8")
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    until(lambda: len(wall.evaluate(KEPT) or []) == 6, "page and pictures to be kept")
    context = wall.context
    address = f"{server.url}/wall?debug=1&pace=8"

    server.stop()
    try:
        wall.close()
        wall = context.new_page()
        wall.goto(address)
        expect(wall.locator("html")).to_have_attribute("data-ready", "1")
        expect(wall.locator("html")).to_have_attribute("data-line", "offline")
        assert set(wall.evaluate("wall.turns.keys")) == {*texts, *photos}
        until(lambda: wall.evaluate(DECODED) > 0, "kept pictures to hang")
        assert wall.evaluate("document.fonts.check('20px \"Bricolage Wall\"')")
        for item in wall.evaluate("wall.turns.all.flatMap(({media}) => media.map((m) => m.wall))"):
            assert item in wall.evaluate(KEPT)
        review.recall(guests.ben, photos[0])
        news = _text(guests, "Pendant l’absence")
    finally:
        server.start()
    left = {*texts, *photos[1:]}
    _exact(wall, left | {news})
    assert wall.locator(f'img[src*="{photos[0]}"]').count() == 0
    expect(wall.locator(f'[data-key="{news}"]').first).to_be_visible()
    until(lambda: len(wall.evaluate(KEPT)) == 4, "the recalled picture to be gone")
    rows = wall.evaluate("wall.keep.all('items').then((rows) => rows.map(({ key }) => key))")
    assert photos[0] not in rows


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_was_approved_while_the_screen_was_dark_is_news_and_nothing_else(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    before = {_text(guests, f"Parole {n}") for n in range(5)}
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    address = f"{server.url}/wall?debug=1&pace=8"
    wall.goto(address)
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    assert wall.evaluate("wall.turns.waiting") == 0
    wall.goto("about:blank")
    news = {_text(guests, f"Pendant l’absence {n}") for n in range(2)}
    wall.goto(address)
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    seen: set[str] = set()

    def shown() -> bool:
        keys = "({ scene, keys }) => (['hero', 'trio'].includes(scene) ? keys : [])"
        seen.update(wall.evaluate(f"({keys})(wall.conductor.showing)"))
        return wall.evaluate("wall.turns.waiting") == 0 and news <= seen

    until(shown, "both to have had their turn", 40)
    assert not seen & before
    wall.reload()
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    assert wall.evaluate("wall.turns.waiting") == 0


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wall_that_stands_still_is_begun_anew(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    _text(guests, "Bienvenue au musée")
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.goto(f"{server.url}/wall?debug=1&pace=40")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    wall.evaluate("""() => {
      const { mosaic } = wall
      window.stuck = 0
      mosaic.swap = () => new Promise(() => (window.stuck += 1))
    }""")
    until(lambda: wall.evaluate("window.stuck") == 1, "the wall to be stuck")
    until(lambda: wall.evaluate("window.stuck") == 2, "the wall to go on")
    wall.evaluate("delete wall.mosaic.swap")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_page_of_the_wifi_does_not_sign_a_screen_out(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    text = _text(guests, "Parole, assez longue pour tenir sa place.")
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=rf"{NO_LINE}|403|404")
    wall.goto(f"{server.url}/wall?debug=1")
    until(lambda: _hanging(wall) == {text}, "it to hang")
    server.stop()
    try:
        with portal(server.settings.port, 403) as asked:
            until(lambda: sum("/views/wall" in path for path in asked) > 2, "the wall to ask")
            expect(wall.locator("html")).to_have_attribute("data-line", "offline")
            assert _hanging(wall) == {text}
    finally:
        server.start()
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    assert _hanging(wall) == {text}


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_signed_out_screen_keeps_nothing(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    photo = _photo(server, guests, snapshot, "Fusée")
    review.approve(guests.ben, photo)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=r"401")
    wall.goto(f"{server.url}/wall?debug=1")
    until(lambda: len(wall.evaluate(KEPT) or []) == 2, "page and pictures to be kept")
    with db.reading() as tx:
        screens = [each for each in crew_store.people_of(tx, guests.event.id) if each.name == "Mur"]
    for screen in screens:
        crew.remove(guests.amelie, screen.id)
    expect(wall.locator("html")).to_have_attribute("data-line", "closed")
    until(lambda: wall.evaluate(KEPT) is None, "the page to be gone")
    until(lambda: wall.evaluate("wall.keep.all('items')") == [], "the items to be gone")
    assert wall.evaluate("caches.open('wall.pictures').then((c) => c.keys())") == []


def _exact(wall: Page, expected: set[str]) -> None:
    """Have the wall know exactly this, in time; the server has answered a moment ago."""
    ready = time.monotonic()
    until(lambda: set(wall.evaluate("wall.turns.keys")) == expected, "the wall to be exact")
    assert time.monotonic() - ready < EXACT
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
