"""The projector: what is approved comes, what is recalled goes, a dead line changes nothing."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import LAPTOP, NO_LINE, PROJECTOR, OpenPage, SignIn, frozen
from tests.cast import Cast
from tests.client import Api, Json
from tests.servers import Server, until

FAST = "/wall?pace=8&debug=1"  # eight times the pace; the wall's parts at globalThis.wall


@pytest.mark.timed
def test_approved_photos_enter_in_order_and_a_recalled_one_is_gone_within_a_second(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    burst = [_text(guests, f"Rafale {n}", approved=False) for n in range(6)]
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.goto(server.url + FAST)
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    expect(wall.locator("#empty")).to_be_visible()
    photo = _photo(server, guests, snapshot, "La fusée")
    with Api(server.url, guests.tokens["ben"]) as ben:
        ben.decide(photo, "approval")
        image = wall.locator(f'[data-key="{photo}"] img').first
        expect(image).to_be_visible()
        assert image.evaluate("async image => (await image.decode(), image.naturalWidth)") > 900
        expect(wall.locator("#empty")).to_be_hidden()

        wall.evaluate(SHOWN)
        for key in burst:
            ben.decide(key, "approval")
        until(lambda: set(burst) <= set(wall.evaluate("window.shown")), "six news")
        entered = [key for key in wall.evaluate("window.shown") if key != photo]  # was it still up
        assert entered[:6] == burst
        expect(wall.locator("#stage [data-key]")).to_have_count(7)

        wall.evaluate(GONE, photo)
        asked = time.time()
        ben.decide(photo, "recall", reason="no_consent")
        until(lambda: wall.evaluate("window.gone"), "the photo to be gone")
        assert wall.evaluate("window.gone") / 1000 - asked < 1
        assert wall.locator(f'img[src*="{photo}"]').count() == 0


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wall_without_a_server_goes_on_and_is_exact_when_it_is_back(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    texts = [_text(guests, f"Parole {n}, assez longue pour tenir sa place.") for n in range(24)]
    photos = [_photo(server, guests, snapshot, f"Fusée {n}") for n in range(3)]
    for photo in photos:
        review.approve(guests.ben, photo)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=NO_LINE)
    wall.goto(f"{server.url}{FAST}&seed=3")
    root = wall.locator("html")
    expect(root).to_have_attribute("data-line", "live")
    until(lambda: wall.evaluate(DECODED) > 0, "pictures to hang")
    with frozen(server):
        expect(root).to_have_attribute("data-line", "offline")
        expect(wall.locator("[role=status]")).to_contain_text("Hors ligne")
        for _ in range(2):
            before = _hanging(wall)
            until(lambda before=before: _hanging(wall) != before, "an exchange")
            assert wall.evaluate(DECODED) > 0
        review.recall(guests.ben, texts[0])
        news = _text(guests, "Pendant l’absence")

    expect(root).to_have_attribute("data-line", "live")
    expected = {*photos, news, *texts[1:]}
    until(lambda: set(wall.evaluate("wall.turns.keys")) == expected, "the wall to be exact")
    expect(wall.locator(f'[data-key="{news}"]').first).to_be_visible()
    until(lambda: _hanging(wall) <= expected, "nothing else to hang")


@pytest.mark.timed
@pytest.mark.parametrize("server", ["scaled"], indirect=True)
def test_a_screen_is_paired_by_its_code_and_put_out_by_the_lead(
    open_page: OpenPage, sign_in: SignIn, server: Server, guests: Cast
) -> None:
    key = _text(guests, "Bienvenue au musée")
    screen = open_page(PROJECTOR, may_say="401")
    screen.goto(f"{server.url}/wall")
    code = "".join(screen.locator("h1 span").all_inner_texts())
    assert len(code) == 8

    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/team")
    lead.get_by_label("Code affiché").fill(code.lower())
    lead.get_by_label("Son nom").fill("Mur de la rotonde")
    lead.get_by_role("button", name="Jumeler un écran").click()
    row = lead.locator("[data-who]", has_text="Mur de la rotonde")
    expect(row).to_be_visible()
    expect(screen.locator(f'[data-key="{key}"]').first).to_be_visible()
    expect(screen.locator("html")).to_have_attribute("data-line", "live")

    screen.evaluate(GONE, key)
    row.locator("summary").first.click()
    row.locator("summary", has_text="Retirer cet écran").click()
    asked = time.time()
    row.get_by_role("button", name="Retirer", exact=True).click()
    expect(screen.locator("html")).to_have_attribute("data-line", "closed")
    assert screen.evaluate("window.gone") / 1000 - asked < 2
    expect(screen.locator("[data-key]")).to_have_count(0)
    screen.reload()
    assert "".join(screen.locator("h1 span").all_inner_texts()) != code


# When a key is nowhere on the page any more.
GONE = """(key) => {
  window.gone = null
  const look = () => document.querySelector(`[data-key="${key}"]`) || (window.gone ??= Date.now())
  const all = { subtree: true, childList: true, attributes: true }
  new MutationObserver(look).observe(document.body, all)
}"""
# What has had the screen from now on, alone or with others, in order.
SHOWN = """() => {
  window.shown = []
  const scenes = [document.querySelector("#hero"), document.querySelector("#scene-trio")]
  const note = () => {
    for (const scene of scenes) {
      if (scene.hidden) continue
      for (const { dataset } of [scene, ...scene.querySelectorAll("[data-key]")]) {
        if (dataset.key && !shown.includes(dataset.key)) shown.push(dataset.key)
      }
    }
  }
  const all = { attributes: true, subtree: true }
  for (const scene of scenes) new MutationObserver(note).observe(scene, all)
}"""
# What hangs, posters of the house left out.
HANGING = """() => [...document.querySelectorAll("#stage [data-key]")]
  .map((tile) => tile.dataset.key)
  .filter((key) => !key.startsWith("house"))"""
# How many pictures hang; none where one of them is not to be seen.
DECODED = """() => {
  const images = [...document.querySelectorAll("#stage [data-key] img")]
  return images.every((image) => image.complete && image.naturalWidth > 0) ? images.length : 0
}"""


def _hanging(wall: Page) -> set[str]:
    return set(wall.evaluate(HANGING))


def _text(guests: Cast, text: str, *, approved: bool = True) -> str:
    answer, _ = actions.submit(guests.driss, Content(Kind.POST, Bilingual(text)))
    if approved:
        review.approve(guests.ben, str(answer["id"]))
    return str(answer["id"])


def _photo(server: Server, guests: Cast, path: Path, caption: str) -> str:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media = chloe.developed(chloe.upload(path)["id"])
        sent: Json = chloe.submit(
            kind="photo", text={"fr": caption}, consent="cleared", media=[media["id"]]
        )
        return str(sent["id"])
