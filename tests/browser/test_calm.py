"""The wall is calm: nothing flashes, and where less motion is asked for nothing moves."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from mixroom.wall import actions as screens
from mixroom.wrap import actions as wraps
from mixroom.wrap.model import Draft, Piece
from tests.browser.camera import filmed
from tests.browser.conftest import SignIn
from tests.browser.flashes import MOST, changes
from tests.browser.test_wall import _photo, _text
from tests.cast import Cast
from tests.clips import clip
from tests.servers import Server, until

SMALL = {"viewport": {"width": 960, "height": 540}}
SPONSORS = 3

# it is about the page alone
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


@pytest.fixture
def hung(server: Server, guests: Cast, tmp_path: Path) -> list[str]:
    """Approve words, and pictures as dark and as bright as they can be; return their keys."""
    keys = [_text(guests, f"Parole {n}, assez longue pour tenir sa place.") for n in range(6)]
    for n, colour in enumerate(["black", "white"] * 4):
        path = tmp_path / f"{n}.jpg"
        Image.new("RGB", (1200, 900), colour).save(path)
        keys.append(_photo(server, guests, path, f"Image {n}"))
        review.approve(guests.ben, keys[-1])
    for n in range(SPONSORS):
        name = Bilingual.of(f"Fondation {n}")
        sponsors.add(guests.amelie, name=name, tier=Tier.MAJOR, promise=Promise(33))
    return keys


@pytest.mark.timed
def test_nothing_flashes_as_the_wall_plays_and_is_driven(
    sign_in: SignIn, server: Server, guests: Cast, hung: list[str]
) -> None:
    wall = _open(sign_in, server, "")
    with filmed(wall) as film:
        for key in hung[5:9]:
            _spotlight(wall, key)
            expect(wall.locator(f'#hero[data-key="{key}"]')).to_be_visible()
            _settle(wall)
            wall.keyboard.press("ArrowRight")
            expect(wall.locator("#hero")).to_be_hidden()
            _settle(wall)
            wall.evaluate("() => wall.mosaic.swap()")
            wall.evaluate("wall.thanks.again()")
            _settle(wall)
        for key, cover in [("b", "blank"), ("p", "card")]:
            wall.keyboard.press(key)
            expect(wall.locator(f"#scene-{cover}")).to_be_visible()
            wall.keyboard.press(key)
            expect(wall.locator(f"#scene-{cover}")).to_be_hidden()
        screens.show_message(guests.ben, screens.ALL, Bilingual("La table ronde commence."), 5)
        expect(wall.locator("#scene-message")).to_be_visible()
        screens.hide_message(guests.ben, screens.ALL)
        expect(wall.locator("#scene-message")).to_be_hidden()
        wall.evaluate("() => wall.mosaic.build({ turn: true })")
        _settle(wall)
    assert changes(film) <= MOST


@pytest.mark.parametrize("hand", ["b", "p", "bp", "i", "next", "spotlight"])
@pytest.mark.timed
def test_a_hand_that_hammers_the_keys_does_not_make_it_flash(
    sign_in: SignIn, server: Server, hung: list[str], hand: str
) -> None:
    wall = _open(sign_in, server, "")
    with filmed(wall) as film:
        for n in range(40):
            if hand == "spotlight":
                _spotlight(wall, hung[6 + n % 8])
            elif hand == "next":
                wall.evaluate("wall.schedule.calm = 0")
                wall.keyboard.press("ArrowRight")
            else:
                wall.keyboard.press(hand[n % len(hand)])
            wall.wait_for_timeout(60)
    assert changes(film) <= MOST


@pytest.mark.parametrize("hand", ["next", "on and off"])
@pytest.mark.timed
def test_a_wrap_of_black_and_white_pictures_does_not_flash_however_it_is_driven(
    sign_in: SignIn, server: Server, guests: Cast, hung: list[str], hand: str
) -> None:
    made = wraps.save(guests.ben, 0, Draft(Bilingual("Une nuit"), pieces=tuple(map(Piece, hung))))
    wall = _open(sign_in, server, "")
    with filmed(wall) as film:
        screens.show_wrap(guests.ben, screens.ALL, made["id"])
        expect(wall.locator("#scene-wrap")).to_be_visible()
        for n in range(40):
            if hand == "next":
                wall.keyboard.press("ArrowRight")
            elif n % 2:
                screens.show_wrap(guests.ben, screens.ALL, made["id"])
            else:
                screens.hide_wrap(guests.ben, screens.ALL)
            wall.wait_for_timeout(150)
    assert changes(film) <= MOST


@pytest.mark.timed
def test_the_camera_sees_a_screen_that_flashes(
    sign_in: SignIn, server: Server, hung: list[str]
) -> None:
    wall = _open(sign_in, server, "")
    with filmed(wall) as film:
        wall.evaluate(FLASH, 2500)
    assert changes(film) > MOST


def test_where_less_motion_is_asked_for_nothing_moves_and_everything_is_shown(
    sign_in: SignIn, server: Server, guests: Cast, hung: list[str], snapshot: Path
) -> None:
    news = [_text(guests, "Du nouveau.", approved=False)]
    news.append(_photo(server, guests, snapshot, "La fusée"))
    wall = _open(sign_in, server, "&pace=8", reduced_motion="reduce")
    wall.evaluate(MOVES)
    for key in news:
        review.approve(guests.ben, key)
    everything = {*hung, *news}
    until(lambda: set(wall.evaluate("[...shown]")) >= everything, "everything to be shown")
    for _ in range(4):
        wall.evaluate("() => wall.mosaic.swap()")
        _settle(wall)
    _spotlight(wall, hung[6])
    expect(wall.locator(f'#hero[data-key="{hung[6]}"]')).to_be_visible()
    review.recall(guests.ben, hung[7])
    expect(wall.locator(f'[data-key="{hung[7]}"]')).to_have_count(0)
    until(lambda: wall.evaluate(HOLD), "the hang to be up")
    expect(wall.locator("#hero")).to_be_hidden()
    for scene in ["trio", "hour", "team", "join", "programme"]:
        wall.evaluate(PLAY, [scene, hung[8:11]])
        _settle(wall)
        wall.evaluate("name => wall.scenes[name].hide()", scene)
    assert wall.evaluate("[...moves]") == []


def test_a_clip_stands_still_where_less_motion_is_asked_for(
    sign_in: SignIn, server: Server, guests: Cast, tmp_path: Path
) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(clip())
    key = _photo(server, guests, path, "Le robot danse.")
    wall = _open(sign_in, server, "", reduced_motion="reduce")
    review.approve(guests.ben, key)
    expect(wall.locator(f'#hero[data-key="{key}"] img')).to_be_visible()
    expect(wall.locator("video")).to_have_count(0)


# Pause, where nothing but the hang is up: what is up when a wall is paused stays.
HOLD = """() => {
  const { conductor } = wall
  return (conductor.paused = conductor.showing.scene === "mosaic")
}"""
# What is shown, and what moves: what is animated in more than its opacity, and what is seen in
# another place than a frame ago.
MOVES = """() => {
  window.shown = new Set()
  window.moves = new Set()
  const calm = ["opacity", "offset", "computedOffset", "easing", "composite"]
  const all = "#stage [data-key], :is(.hero, .scene) :is(.say, .cartel, article, figure)"
  let before = new Map()
  const look = () => {
    for (const { effect } of document.getAnimations()) {
      const names = effect.getKeyframes().flatMap(Object.keys)
      for (const name of names) if (!calm.includes(name)) moves.add(name)
    }
    const now = new Map()
    for (const element of document.querySelectorAll(all)) {
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue
      const { key } = element.closest("[data-key]")?.dataset ?? {}
      const { x, y, width, height } = element.getBoundingClientRect()
      const place = [x, y, width, height].map(Math.round).join(" ")
      const last = before.get(element)
      if (key) shown.add(key)
      if (last && last.key === key && last.place !== place) moves.add(`${last.place} to ${place}`)
      now.set(element, { key, place })
    }
    before = now
    requestAnimationFrame(look)
  }
  look()
}"""
PLAY = """async ([name, keys]) => {
  const items = keys.map((key) => wall.turns.get(key))
  const title = { fr: "Équipe Écho", en: "Team Echo" }
  const moment = { at: "16:30", minutes: 12, title }
  const plan = { scene: name, items, seen: items, title, moment, counts: { items: 3, people: 2 } }
  await wall.scenes[name].prepare(plan)
  wall.scenes[name].show(plan, (id) => wall.mosaic.boxOf(id))
}"""
# A third of the screen, white and gone five times a second.
FLASH = """async (ms) => {
  const patch = document.createElement("div")
  const place = { position: "fixed", zIndex: 99, inset: "0 66% 40% 0", background: "white" }
  document.body.append(Object.assign(patch, { id: "patch" }))
  Object.assign(patch.style, place)
  const timer = setInterval(() => (patch.hidden = !patch.hidden), 100)
  await new Promise((done) => setTimeout(done, ms))
  clearInterval(timer)
  patch.remove()
}"""


def _open(sign_in: SignIn, server: Server, query: str, **more: Any) -> Page:
    wall = sign_in("Mur", Role.SCREEN, SMALL, **more)
    wall.goto(f"{server.url}/wall?debug=1&seed=3{query}")
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    return wall


def _spotlight(wall: Page, key: str) -> None:
    wall.evaluate("key => wall.conductor.spotlight(key)", key)


def _settle(wall: Page) -> None:
    """Wait until nothing moves."""
    until(lambda: wall.evaluate("document.getAnimations().length") == 0, "the wall to rest")
