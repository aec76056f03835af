"""Sponsors on the wall: thanked by the plan, and each second that was shown is counted once."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.sponsors import actions
from mixroom.sponsors.model import Promise, Tier
from tests.browser.conftest import LAPTOP, NO_LINE, PROJECTOR, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server, until

FAST = "/wall?pace=8&debug=1"
# What a person with a stop watch sees: for how many milliseconds each sponsor was on the screen,
# whatever the page itself keeps; through reloads too.
STOPWATCH = """
  let last = performance.now()
  setInterval(() => {
    const now = performance.now()
    const cover = document.querySelector(".cover:not([hidden])")
    const card = document.querySelector("#scene-sponsor:not([hidden])")
    const strips = [...document.querySelectorAll("[data-thanks]")]
    const strip = strips.find((each) => each.checkVisibility({ visibilityProperty: true }))
    const id = (card ?? strip)?.dataset.sponsor
    const seen = JSON.parse(localStorage.seen ?? "{}")
    if (id && !cover) seen[id] = (seen[id] ?? 0) + now - last
    localStorage.seen = JSON.stringify(seen)
    if (cover) localStorage.covered = Number(localStorage.covered ?? 0) + now - last
    last = now
  }, 20)
"""
COVERED = "Number(localStorage.covered ?? 0)"  # ms under a cover
STRIP = '[data-thanks="rail"]'


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_lead_enters_a_sponsor_and_the_walls_thank_it_at_once(
    sign_in: SignIn, server: Server, guests: Cast, tmp_path: Path
) -> None:
    logo = tmp_path / "logo.png"
    logo.write_bytes(_logo())
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.goto(server.url + FAST)
    expect(wall.locator(STRIP)).to_be_hidden()
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, may_say="422")
    lead.goto(f"{server.url}/event")
    lead.get_by_role("link", name="Commanditaires").click()
    form = lead.locator("section", has=lead.get_by_role("heading", name="Ajouter"))
    form.get_by_label("Nom en français").fill("Fondation Lumen")
    form.get_by_label("Visibilité promise").fill("32,5")
    form.get_by_label("Logo").set_input_files(logo)
    form.get_by_role("button", name="Ajouter").click()
    row = lead.locator(".sponsors > li", has_text="Fondation Lumen")
    expect(row).to_contain_text("32,5 % promis")
    expect(wall.locator(f"{STRIP} .name")).to_have_text("Fondation Lumen")
    image = wall.locator(f"{STRIP} .logo img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.naturalWidth") == 700
    lead.reload()
    expect(row.locator("img")).to_be_visible()

    form.get_by_label("Nom en français").fill("Trop")
    form.get_by_label("Visibilité promise").fill("40")
    form.get_by_role("button", name="Ajouter").click()
    expect(lead.locator("body")).to_contain_text("plus de 33")
    lead.goto(f"{server.url}/sponsors")
    row.locator("summary").first.click()
    row.locator(".sure summary").click()
    row.locator(".sure form button").click()
    expect(wall.locator(STRIP)).to_be_hidden()


@pytest.mark.timed
@pytest.mark.plays
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_was_shown_is_counted_once_through_an_outage_and_a_reload(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    entered = [_sponsor(guests, f"Sponsor {n}") for n in range(3)]
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR, may_say=rf"{NO_LINE}|503")
    wall.add_init_script(STOPWATCH)
    wall.goto(server.url + FAST)
    until(lambda: len(_seen(wall)) == 3, "each to be thanked")
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    _until_kept(wall)
    server.stop()
    try:
        before = sum(_seen(wall).values())
        until(lambda: sum(_seen(wall).values()) > before + 6, "them to be thanked meanwhile")
        wall.reload()
        again = sum(_seen(wall).values())
        until(lambda: sum(_seen(wall).values()) > again + 6, "them to be thanked after it")
    finally:
        server.start()
    expect(wall.locator("html")).to_have_attribute("data-line", "live")
    again = sum(_seen(wall).values())
    until(lambda: sum(_seen(wall).values()) > again + 4, "them to be thanked again")
    for sponsor_id in entered:
        actions.remove(guests.amelie, sponsor_id)
    expect(wall.locator(STRIP)).to_be_hidden()
    until(lambda: wall.evaluate("wall.keep.all('exposures')") == [], "all to be told")
    seen = _seen(wall)
    counted = _counted(server, guests)
    assert sum(seen.values()) > 20
    # what the page was about to write when it was reloaded may be missing: a second at the most
    assert abs(sum(counted.values()) - sum(seen.values())) < 0.01 * sum(seen.values()) + 1
    for sponsor_id in entered:
        assert abs(counted[sponsor_id] - seen[sponsor_id]) < 1


@pytest.mark.timed
@pytest.mark.plays
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_who_is_under_a_cover_is_not_counted(sign_in: SignIn, server: Server, guests: Cast) -> None:
    entered = [_sponsor(guests, f"Sponsor {n}") for n in range(3)]
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    wall.add_init_script(STOPWATCH)
    wall.goto(server.url + FAST)
    until(lambda: len(_seen(wall)) == 3, "each to be thanked")
    for key in ("b", "p", "b"):
        wall.keyboard.press(key)
        before = _seen(wall)
        covered = wall.evaluate(COVERED)
        until(lambda end=covered + 3000: wall.evaluate(COVERED) > end, "some slots to pass")
        assert _seen(wall) == before
        wall.keyboard.press(key)
        until(lambda before=before: _seen(wall) != before, "them to be thanked again")
    for sponsor_id in entered:
        actions.remove(guests.amelie, sponsor_id)
    expect(wall.locator(STRIP)).to_be_hidden()
    until(lambda: wall.evaluate("wall.keep.all('exposures')") == [], "all to be told")
    seen, counted = _seen(wall), _counted(server, guests)
    for sponsor_id in entered:
        assert abs(counted[sponsor_id] - seen[sponsor_id]) < 0.5


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_nobody_is_counted_by_who_only_looks(sign_in: SignIn, server: Server, guests: Cast) -> None:
    _sponsor(guests, "Fondation Lumen")
    wall = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall.goto(server.url + FAST)
    expect(wall.locator(f"{STRIP} .name")).to_have_text("Fondation Lumen")
    assert wall.evaluate("wall.ledger") is None


def _sponsor(guests: Cast, name: str) -> str:
    promise = Promise(33)
    made = actions.add(guests.amelie, name=Bilingual.of(name), tier=Tier.MAJOR, promise=promise)
    return made.id


def _seen(wall: Page) -> dict[str, float]:
    seen: dict[str, float] = wall.evaluate("JSON.parse(localStorage.seen ?? '{}')")
    return {sponsor_id: ms / 1000 for sponsor_id, ms in seen.items()}


def _until_kept(wall: Page) -> None:
    kept = (
        "async () => Boolean(await caches.match('/wall', { ignoreSearch: true, ignoreVary: true }))"
    )
    until(lambda: wall.evaluate(kept), "the page to be kept")


def _counted(server: Server, guests: Cast) -> dict[str, float]:
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        sums: list[dict[str, Any]] = amelie.ask("GET", "/exposures").json()["items"]
    counted: dict[str, float] = {}
    for each in sums:
        if each["sponsor"]:
            counted[each["sponsor"]] = counted.get(each["sponsor"], 0) + each["seconds"]
    return counted


def _logo() -> bytes:
    picture = Image.new("RGBA", (900, 400), (0, 0, 0, 0))
    ImageDraw.Draw(picture).ellipse((100, 100, 799, 299), (200, 30, 30, 255))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
