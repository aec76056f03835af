"""Screens that are driven from a phone: at once, by one hand, and exact after they were away."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import LAPTOP, NO_LINE, PHONE, PROJECTOR, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server, until

TEXTS = [f"Parole {n}, assez longue pour tenir sa place." for n in range(24)]
SMALL = {"viewport": {"width": 1280, "height": 720}}

OpenWall = Callable[..., Page]


@pytest.fixture
def wall_of(sign_in: SignIn, server: Server) -> OpenWall:
    """Return what opens a screen under a name, ready and seen by the server."""

    def enter(name: str, **more: object) -> Page:
        page = sign_in(name, Role.SCREEN, more.pop("device", PROJECTOR), **more)
        page.goto(f"{server.url}/wall?debug=1&seed=3")
        root = page.locator("html")
        expect(root).to_have_attribute("data-ready", "1")
        expect(root).to_have_attribute("data-line", "live")
        return page

    return enter


@pytest.mark.timed
@pytest.mark.parametrize("server", ["scaled"], indirect=True)
def test_one_panic_puts_the_card_on_every_screen_within_a_second(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    _text(guests, "Bienvenue")
    walls = [wall_of("Rotonde"), wall_of("Hall", device=SMALL)]
    phone = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    phone.goto(f"{server.url}/screens")
    button = phone.locator("[data-panic]")
    expect(button).to_contain_text("Tout masquer")
    for wall in walls:
        wall.evaluate(SEEN, "#scene-card")
    phone.evaluate(PRESSED, "[data-panic]")
    button.tap()
    pressed = phone.evaluate("window.pressed")
    for wall in walls:
        until(lambda wall=wall: wall.evaluate("window.seen"), "the card")
        assert wall.evaluate("window.seen") - pressed < 1000
        expect(wall.locator("#scene-card")).to_be_visible()
    expect(button).to_contain_text("Retour aux murs")
    walls[0].reload()
    expect(walls[0].locator("#scene-card")).to_be_visible()
    button.tap()
    for wall in walls:
        expect(wall.locator("#scene-card")).to_be_hidden()


@pytest.mark.timed
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_screen_does_what_its_remote_asks(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    keys = [_text(guests, text) for text in TEXTS]
    wall, other = wall_of("Rotonde"), wall_of("Hall", device=SMALL)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/screens")
    card = lead.locator("mx-screen", has_text="Rotonde")
    expect(card).to_have_attribute("data-health", "here")
    expect(card).to_contain_text("1920 × 1080")

    _press(card, "Pause")
    expect(wall.locator("html")).to_have_attribute("data-paused", "")
    if wall.locator("#hero").is_visible():  # a wall begins with something that comes back
        _press(card, "Suivant")
    expect(card.locator(".shows p").first).to_have_text("L’accrochage, en pause")
    _press(card, "Afficher un élément")
    lead.locator(f'[data-picks] [data-key="{keys[4]}"]').click()
    expect(wall.locator(f'#hero[data-key="{keys[4]}"]')).to_be_visible()
    expect(card.locator(".shows p").first).to_have_text("Un élément, de nouveau")
    expect(card.locator(".shows .title")).to_have_text(TEXTS[4])
    _press(card, "Suivant")
    expect(wall.locator("#hero")).to_be_hidden()
    before = _shown(wall)
    _press(card, "Reprendre")
    expect(wall.locator("html")).not_to_have_attribute("data-paused", "")
    _press(card, "Suivant")
    until(lambda: _shown(wall) != before, "something else at once", 3)

    _press(card, "Noir")
    black = wall.locator("#scene-blank")
    expect(black).to_be_visible()
    assert black.evaluate("(it) => getComputedStyle(it).backgroundColor") == "rgb(0, 0, 0)"
    _press(card, "Identifier")
    expect(wall.locator("#scene-identify")).to_contain_text("Rotonde")
    _press(card, "Rallumer")
    expect(black).to_be_hidden()

    _press(card, "Message")
    lead.get_by_label("Français").fill("La table ronde commence.")
    lead.get_by_role("button", name="Afficher", exact=True).click()
    expect(wall.locator("#scene-identify")).to_be_hidden()  # after its ten seconds
    expect(wall.locator("#scene-message")).to_have_text("La table ronde commence.")
    expect(card.locator(".shows .title")).to_have_text("La table ronde commence.")
    _press(card, "Retirer le message")
    expect(wall.locator("#scene-message")).to_be_hidden()

    wall.evaluate("document.documentElement.dataset.before = ''")
    card.locator(".setup summary").click()
    _press(card, "Recharger")
    expect(wall.locator("html")).not_to_have_attribute("data-before", "")
    assert other.evaluate("wall.managed.remote.cover") is None
    assert other.locator("html").get_attribute("data-paused") is None


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_is_up_waits_behind_the_card_and_next_moves_a_wall_that_is_held(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    for text in TEXTS:
        _text(guests, text)
    wall = wall_of("Rotonde")
    hero = wall.locator("#hero")
    new = _text(guests, "Vient d’arriver, et doit être lu jusqu’au bout.")
    up = wall.locator(f'#hero[data-key="{new}"]')
    expect(up).to_be_visible()
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/screens")
    card = lead.locator("mx-screen", has_text="Rotonde")
    lead.locator("[data-panic]").click()
    expect(wall.locator("#scene-card")).to_be_visible()
    wall.evaluate(PASSED, 15_000)  # more than its time
    until(lambda: wall.evaluate("window.passed"), "its time to pass")
    expect(up).to_be_visible()
    lead.locator("[data-panic]").click()
    expect(wall.locator("#scene-card")).to_be_hidden()
    expect(up).to_be_visible()
    expect(up).to_be_hidden()

    _press(card, "Pause")
    expect(wall.locator("html")).to_have_attribute("data-paused", "")
    if hero.is_visible():  # something came back meanwhile
        _press(card, "Suivant")
        expect(hero).to_be_hidden()
    _press(card, "Suivant")
    expect(hero).to_be_visible()
    shown = hero.get_attribute("data-key")
    wall.evaluate(PASSED, 15_000)
    until(lambda: wall.evaluate("window.passed"), "its time to pass")
    assert hero.get_attribute("data-key") == shown
    _press(card, "Suivant")
    expect(hero).to_be_hidden()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_screen_shows_its_team_alone_in_the_size_and_colours_of_its_room(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    ours = [_text(guests, text, team="Équipe Écho") for text in TEXTS[:4]]
    theirs = [_text(guests, text, team="Équipe Pixel") for text in TEXTS[4:8]]
    wall = wall_of("Rotonde")
    assert set(wall.evaluate("wall.turns.keys")) == {*ours, *theirs}
    usual = wall.evaluate("wall.room.read")
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/screens")
    card = lead.locator("mx-screen", has_text="Rotonde")
    card.locator(".setup summary").click()
    card.get_by_label("Équipe-projet").select_option("Équipe Écho")
    card.get_by_label("Hauteur de l’image").fill("2,5")
    card.get_by_label("Jusqu’au dernier rang").fill("25")
    card.get_by_label("La salle est").select_option("bright")
    expect(card.locator("[data-size]")).to_contain_text("12,5 cm")
    card.get_by_role("button", name="Enregistrer").click()
    until(lambda: set(wall.evaluate("wall.turns.keys")) == set(ours), "the team alone")
    until(lambda: _hanging(wall) <= set(ours), "nothing else to hang")
    expect(wall.locator("html")).to_have_attribute("data-theme", "blanc")
    assert wall.evaluate("wall.room.read") == pytest.approx(usual * 10 / 6)
    _text(guests, "Encore Pixel", team="Équipe Pixel")
    new = _text(guests, "Encore Écho", team="Équipe Écho")
    until(lambda: set(wall.evaluate("wall.turns.keys")) == {*ours, new}, "what is new of it")

    _press(card, "Mire")
    testcard = wall.locator("#scene-testcard")
    expect(testcard).to_contain_text("25 m")
    letter = testcard.locator(".say").evaluate("(it) => parseFloat(getComputedStyle(it).fontSize)")
    assert letter == pytest.approx(wall.evaluate("wall.room.read * innerHeight"), abs=1)
    card.get_by_label("Équipe-projet").select_option("")
    card.get_by_role("button", name="Enregistrer").click()
    until(lambda: set(theirs) <= set(wall.evaluate("wall.turns.keys")), "all of them again")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_screen_has_less_light_in_the_hours_that_the_remote_sets(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    wall = wall_of("Rotonde")
    veil = wall.locator("#veil")
    now = wall.evaluate(CLOCK)
    hour = int(now[:2])
    hours = [f"{(hour + n) % 24:02}:00" for n in (23, 2, 12, 13)]
    around, later = hours[:2], hours[2:]
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/screens")
    card = lead.locator("mx-screen", has_text="Rotonde")
    card.locator(".setup summary").click()
    for n, (starts, ends, percent) in enumerate([(*around, "60"), (*later, "20")]):
        card.get_by_role("button", name="Ajouter des heures").click()
        row = card.locator("[data-dims] > li").nth(n)
        row.get_by_label("De", exact=True).fill(starts)
        row.get_by_label("Jusqu’à").fill(ends)
        row.get_by_label("% de moins").fill(percent)
    card.get_by_role("button", name="Enregistrer").click()
    expect(veil).to_be_visible()
    assert veil.evaluate("(it) => it.style.opacity") == "0.6"

    lead.route("**/api/v1/screens", lambda _: None)  # no answer could still move the buttons
    lead.reload()
    expect(card.locator("dl")).to_be_visible()
    card.locator(".setup summary").click()
    rows = card.locator("[data-dims] > li")
    expect(rows).to_have_count(2)
    expect(rows.first.get_by_label("De", exact=True)).to_have_value(around[0])
    expect(rows.first.get_by_label("% de moins")).to_have_value("60")
    rows.first.get_by_role("button", name="Retirer ces heures").click()
    card.get_by_role("button", name="Enregistrer").click()
    expect(veil).to_be_hidden()

    wall.goto(f"{server.url}/wall?dim={around[0]}-{around[1]}@30")
    expect(veil).to_be_visible()
    assert veil.evaluate("(it) => it.style.opacity") == "0.3"


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_phone_counts_a_caption_by_the_room_of_the_screen(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    wall = wall_of("Rotonde")
    phone = sign_in("Chloé Bernier", Role.PHOTOGRAPHER, PHONE)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    with Api(server.url, guests.tokens["ben"]) as ben:
        until(lambda: len(_seen(ben)) == 1, "the screen to be seen")
        usual = wall.evaluate("wall.room.longest")
        assert _caption_left(phone, server, "Bonjour") == usual - 7
        lead.goto(f"{server.url}/screens")
        card = lead.locator("mx-screen", has_text="Rotonde")
        card.locator(".setup summary").click()
        card.get_by_label("Hauteur de l’image").fill("2")
        card.get_by_label("Jusqu’au dernier rang").fill("24")
        card.get_by_role("button", name="Enregistrer").click()
        until(lambda: wall.evaluate("wall.room.longest") < usual, "the room to be known")
        far = wall.evaluate("wall.room.longest")
        expect(card.locator("[data-size]")).to_contain_text(f"{far} caractères")
        until(lambda: _longest(ben) == [far], "the screen to say it")
    assert _caption_left(phone, server, "Bonjour") == far - 7
    assert _caption_left(phone, server, "x" * (far + 3)) == -3


@pytest.mark.timed
@pytest.mark.parametrize("server", ["scaled"], indirect=True)
def test_a_reviewer_sees_every_screen_let_go_of_what_is_recalled(
    sign_in: SignIn, wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    keys = [_text(guests, text) for text in TEXTS[:6]]
    here, away = wall_of("Rotonde"), wall_of("Hall", device=SMALL, may_say=NO_LINE)
    with Api(server.url, guests.tokens["ben"]) as ben:
        until(lambda: len(_seen(ben)) == 2, "both screens to be seen")
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        desk.goto(f"{server.url}/review")
        desk.locator("[data-recent] summary").click()
        away.context.set_offline(True)
        expect(away.locator("html")).to_have_attribute("data-line", "offline")

        here.evaluate(GONE, keys[2])
        asked = time.time()
        told = ben.decide(keys[2], "recall", reason="no_consent")["screens"]
        assert {each["name"] for each in told} == {"Hall", "Rotonde"}
        until(lambda: here.evaluate("window.gone"), "the item to be gone")
        assert here.evaluate("window.gone") / 1000 - asked < 1
        row = desk.locator("[data-taken-list] li")
        expect(row).to_contain_text("1 sur 2 écrans")
        expect(row).to_contain_text("Pas encore : Hall")
        assert keys[2] in away.evaluate("wall.turns.keys")

        new = _text(guests, "Pendant l’absence")
        away.evaluate(GONE, keys[2])
        away.evaluate(LATER, keys[2])
        away.context.set_offline(False)
        expect(away.locator("html")).to_have_attribute("data-line", "live")
        until(lambda: away.evaluate("window.gone"), "it to be gone there too")
        assert new not in away.evaluate("window.later")
        expect(row).to_contain_text("2 sur 2 écrans")
        expect(row).not_to_contain_text("Pas encore")
        receipts = ben.ask("GET", f"/submissions/{keys[2]}/recall").json()["screens"]
        assert all(each["gone_at"] for each in receipts)


@pytest.mark.timed
@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_stagehand_drives_the_screen_by_its_keyboard(
    wall_of: OpenWall, server: Server, guests: Cast
) -> None:
    for text in TEXTS:
        _text(guests, text)
    wall = wall_of("Rotonde")
    root, press = wall.locator("html"), wall.keyboard.press
    press("Space")
    expect(root).to_have_attribute("data-paused", "")
    press("Space")
    expect(root).not_to_have_attribute("data-paused", "")
    before = _shown(wall)
    press("ArrowRight")
    until(lambda: _shown(wall) != before, "something else at once", 3)
    for key, cover in (("b", "blank"), ("p", "card")):
        press(key)
        expect(wall.locator(f"#scene-{cover}")).to_be_visible()
        press(key)
        expect(wall.locator(f"#scene-{cover}")).to_be_hidden()
    press("?")
    expect(wall.locator("#keys")).to_be_visible()
    press("Escape")
    expect(wall.locator("#keys")).to_be_hidden()
    press("i")
    expect(wall.locator("#scene-identify")).to_contain_text("Rotonde")
    wall.evaluate("document.documentElement.dataset.before = ''")
    press("r")
    expect(wall.locator("html")).not_to_have_attribute("data-before", "")


# That so much time has passed on the page.
PASSED = "(ms) => { window.passed = false; setTimeout(() => (window.passed = true), ms) }"
# When an element is first seen; when one is first pressed.
SEEN = """(selector) => {
  window.seen = null
  const look = () => {
    if (document.querySelector(selector).checkVisibility()) window.seen ??= Date.now()
    if (!window.seen) requestAnimationFrame(look)
  }
  look()
}"""
PRESSED = """(selector) => document.querySelector(selector)
  .addEventListener("click", () => (window.pressed = Date.now()), { capture: true })"""
# When a key is nowhere on the page any more.
GONE = """(key) => {
  window.gone = null
  const look = () => {
    if (!document.querySelector(`[data-key="${key}"]`)) window.gone ??= Date.now()
    if (!window.gone) requestAnimationFrame(look)
  }
  look()
}"""
# Which item has the screen or a place on it while a key is still to be seen, and had none before.
LATER = """(key) => {
  window.later = []
  const keys = () => [...document.querySelectorAll("[data-key]")].map(({ dataset }) => dataset.key)
  const before = new Set(keys())
  const look = () => {
    const now = keys()
    if (!now.includes(key)) return
    for (const each of now) if (!before.has(each) && !each.startsWith("house")) later.push(each)
    requestAnimationFrame(look)
  }
  look()
}"""
# The museum's hour and minute, as the wall reads them.
CLOCK = "document.querySelector('.clock').textContent"
HANGING = """() => [...document.querySelectorAll("#stage [data-key]")]
  .map((tile) => tile.dataset.key)
  .filter((key) => !key.startsWith("house"))"""


def _press(card: Locator, name: str) -> None:
    card.get_by_role("button", name=name, exact=True).click()


def _hanging(wall: Page) -> set[str]:
    return set(wall.evaluate(HANGING))


def _shown(wall: Page) -> tuple[str, set[str]]:
    return wall.evaluate("wall.conductor.showing.scene"), _hanging(wall)


def _seen(api: Api) -> list[str]:
    items = api.ask("GET", "/screens").json()["items"]
    return [each["name"] for each in items if each["report"] and each["report"]["here"]]


def _longest(api: Api) -> list[int]:
    items = api.ask("GET", "/screens").json()["items"]
    return [each["report"]["longest"] for each in items if each["report"]]


def _caption_left(phone: Page, server: Server, text: str) -> int:
    phone.goto(f"{server.url}/send")
    expect(phone.locator("body[data-ready]")).to_be_attached()  # the draft is there, to be replaced
    phone.locator("[name=text_fr]").fill(text)
    meter = phone.locator('[data-meter="fr"]')
    expect(meter).to_have_text(re.compile(r"\d"))
    found = re.search(r"\d+", meter.inner_text())
    assert found
    return int(found[0]) * (-1 if meter.get_attribute("data-over") is not None else 1)


def _text(guests: Cast, text: str, *, team: str | None = None) -> str:
    where = Bilingual(team, team) if team else None
    answer, _ = actions.submit(guests.driss, Content(Kind.POST, Bilingual(text), team=where))
    review.approve(guests.ben, str(answer["id"]))
    return str(answer["id"])
