"""The wrap of a day in Chromium: put together by two, published, played on a wall, recalled."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.wall import actions as wall
from mixroom.wrap import actions
from mixroom.wrap.model import Draft, Piece
from tests.browser.conftest import LAPTOP, NO_LINE, PHONE, PROJECTOR, WAIT, OpenPage, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.gallery import hang
from tests.servers import Server, until
from tests.wraps import TODAY, approved, under_way

DAY = TODAY - 1
TITLE = Bilingual("La nuit où l’objet a parlé", "The night the object talked")


@pytest.fixture
def today(guests: Cast) -> Cast:
    under_way(guests)
    return guests


def order(page: Page) -> list[str]:
    """Return the keys of the pieces as they stand on the page."""
    found: list[str] = page.locator("[data-pieces] > li").evaluate_all(
        "rows => rows.map(row => row.dataset.key)"
    )
    return found


def saved(server: Server, cast: Cast) -> dict[str, object]:
    """Return the wrap as the server has it."""
    with Api(server.url, cast.tokens["ben"]) as ben:
        found: dict[str, object] = ben.ask("GET", f"/wraps/{TODAY}").json()
        return found


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wrap_is_put_together_side_by_side_and_saved_as_one_types(
    server: Server, today: Cast, sign_in: SignIn
) -> None:
    keys = [approved(today, f"Parole {n}", key_moment=True) for n in range(3)]
    extra = approved(today, "Encore une chose")
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    page.goto(f"{server.url}/wrap")
    page.get_by_role("button", name="Proposer").click()
    expect(page.locator("[data-pieces] > li")).to_have_count(3)
    page.locator("#title-fr").fill("La nuit")
    english = page.locator(".side", has=page.locator("#title-en"))
    expect(english).to_have_attribute("data-missing", "")
    assert _top(page, "#title-fr") == _top(page, "#title-en")
    page.locator("#title-en").fill("The night")
    expect(english).not_to_have_attribute("data-missing", "")
    row = page.locator(f'[data-key="{keys[0]}"]')
    row.locator("textarea").first.press("Alt+ArrowDown")
    assert order(page) == [keys[1], keys[0], keys[2]]
    page.locator(f'[data-key="{keys[2]}"] [data-move=remove]').click()
    page.locator(f'.offer[data-key="{keys[2]}"] [data-add]').click()
    assert order(page) == [keys[1], keys[0], keys[2]]
    page.locator(f'.piece[data-key="{keys[2]}"] [data-move=remove]').click()
    page.locator(f'.offer[data-key="{extra}"] [data-add]').click()
    page.locator(f'[data-key="{extra}"] [data-caption=en]').fill("One more thing")
    until(lambda: _is_saved(server, today, [keys[1], keys[0], extra]), "the order to be saved")
    drag(page, extra, keys[1])
    until(lambda: _is_saved(server, today, [extra, keys[1], keys[0]]), "the drag to be saved")
    assert Axe().run(page).violations_count == 0
    page.reload()
    assert order(page) == [extra, keys[1], keys[0]]
    expect(page.locator("#title-en")).to_have_value("The night")
    expect(page.locator(f'[data-key="{extra}"] [data-caption=en]')).to_have_value("One more thing")


@pytest.mark.parametrize("server", ["scaled"], indirect=True)  # two processes and Redis
def test_of_two_who_edit_each_sees_the_saving_of_the_other(
    server: Server, today: Cast, sign_in: SignIn
) -> None:
    actions.save(today.ben, DAY, Draft(title=TITLE))
    first = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, may_say=rf"{NO_LINE}|412")
    second = sign_in("Amélie Roy", Role.LEAD, PHONE)
    for page in (first, second):
        page.goto(f"{server.url}/wrap/{TODAY}")
        expect(page.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    assert _top(second, "#title-fr") < _top(second, "#title-en")
    second.locator("#opening-fr").fill("Bonsoir")
    expect(first.locator("#opening-fr")).to_have_value("Bonsoir")
    expect(first.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    first.wait_for_load_state("networkidle")
    first.context.set_offline(True)
    first.locator("#title-fr").fill("Le mien")
    expect(first.locator("[data-saved]")).to_contain_text("Pas encore enregistré")
    second.locator("#title-fr").fill("Le sien")
    until(lambda: saved(server, today)["title"]["fr"] == "Le sien", "the other title")  # type: ignore[index]
    first.context.set_offline(False)
    expect(first.locator("[data-alert]")).to_contain_text("Les deux textes sont conservés")
    expect(first.locator("#title-fr")).to_have_value("Le mien")
    first.locator("[data-mine]").click()
    expect(first.locator("#theirs-title_fr")).to_contain_text("Le sien")
    expect(first.locator("#title-fr")).to_have_value("Le mien")
    expect(first.locator("#opening-fr")).to_have_value("Bonsoir")
    first.locator(".head [value=save]").click()
    until(lambda: saved(server, today)["title"]["fr"] == "Le mien", "the title to be kept")  # type: ignore[index]


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wall_plays_it_for_a_plenary_and_a_recalled_piece_makes_way_at_once(
    server: Server, today: Cast, sign_in: SignIn
) -> None:
    keys = hang(server, today.tokens["amelie"], 3, (1600, 1200))
    pieces = tuple(Piece(key, Bilingual(f"Légende {n}")) for n, key in enumerate(keys))
    actions.propose(today.ben, DAY)
    made = actions.save(today.ben, DAY, Draft(title=TITLE, pieces=pieces))
    screen = sign_in("Rotonde", Role.SCREEN, PROJECTOR, may_say=NO_LINE)
    screen.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(screen.locator("html")).to_have_attribute("data-ready", "1")
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/wrap/{TODAY}")
    lead.get_by_role("button", name="Montrer sur les murs").click()
    scene = screen.locator("#scene-wrap")
    expect(scene.locator("[data-leaf=title] .name .say")).to_have_text(TITLE.fr)
    expect(scene.locator("[data-leaf=title] .name .also")).to_have_text(TITLE.en)
    expect(screen.locator("html")).to_have_attribute("data-scene", "wrap")
    turn(screen)
    shown = scene.locator(f'.hero[data-key="{keys[0]}"]')
    expect(shown.locator(".say")).to_have_text("Légende 0")
    expect(shown.locator(".also")).to_have_text("Photo 0 of the workshop")
    with Api(server.url, today.tokens["amelie"]) as amelie:
        amelie.decide(keys[1], "recall")  # one that is still to come
        amelie.decide(keys[0], "recall")
    expect(shown).to_have_count(0)
    expect(scene.locator(f'.hero[data-key="{keys[2]}"] .say')).to_have_text("Légende 2")
    assert scene.locator(f'img[src*="{keys[0]}"]').count() == 0
    screen.context.set_offline(True)  # it goes on without the network
    turn(screen)
    expect(scene.locator("[data-leaf=numbers] .figures b").first).to_have_text("3")
    turn(screen)
    expect(scene.locator("[data-leaf=thanks]:visible .names")).to_contain_text("Amélie Roy")
    turn(screen)
    expect(scene.locator("[data-leaf=end] [data-when=unpublished] .say")).to_be_visible()
    turn(screen)
    expect(scene).to_be_hidden()
    screen.context.set_offline(False)
    assert made["status"] == "draft"


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_wrap_begins_again_until_someone_ends_it_from_the_page_of_the_screens(
    server: Server, today: Cast, sign_in: SignIn
) -> None:
    approved(today, "Bonjour")
    actions.save(today.ben, DAY, Draft(title=TITLE))
    screen = sign_in("Rotonde", Role.SCREEN, PROJECTOR)
    screen.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(screen.locator("html")).to_have_attribute("data-ready", "1")
    ben = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    ben.goto(f"{server.url}/screens")
    card = ben.locator("mx-screen", has_text="Rotonde")
    card.locator("[data-do=wrap]").click()
    sheet = ben.locator("dialog[data-tell]")
    expect(sheet.locator("input[type=radio]")).to_be_checked()
    sheet.get_by_label("Recommencer à la fin").check()
    sheet.locator("[value=yes]").click()
    title = screen.locator("#scene-wrap [data-leaf=title]")
    expect(title).to_be_visible()
    expect(card).to_contain_text("Le bilan du jour")
    for leaf in ("numbers", "thanks", "end", "title"):
        turn(screen)
        expect(screen.locator(f"#scene-wrap [data-leaf={leaf}]:visible")).to_have_count(1)
    card.locator("[data-do=wrap]").click()
    expect(screen.locator("#scene-wrap")).to_be_hidden()


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_less_motion_moves_nothing_in_it(server: Server, today: Cast, sign_in: SignIn) -> None:
    approved(today, "Bonjour")
    made = actions.save(today.ben, DAY, Draft(title=TITLE))
    screen = sign_in("Rotonde", Role.SCREEN, PROJECTOR, reduced_motion="reduce")
    screen.goto(f"{server.url}/wall?debug=1&seed=3")
    expect(screen.locator("html")).to_have_attribute("data-ready", "1")
    screen.evaluate(MOVES)
    wall.show_wrap(today.ben, "all", made["id"])
    expect(screen.locator("#scene-wrap [data-leaf=title]")).to_be_visible()
    turn(screen)
    expect(screen.locator("#scene-wrap [data-leaf=numbers]")).to_be_visible()
    assert screen.evaluate("window.moved") == []


# Notes every animation of the wrap that changes a place or a size.
MOVES = """() => {
  window.moved = []
  const animate = Element.prototype.animate
  Element.prototype.animate = function (frames, ...more) {
    if (this.closest("#scene-wrap") && JSON.stringify(frames).includes("transform")) {
      window.moved.push(this.className)
    }
    return animate.call(this, frames, ...more)
  }
}"""


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_everyone_reads_the_story_without_scripts(
    server: Server, today: Cast, open_page: OpenPage, sign_in: SignIn
) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, PHONE)
    lead.goto(f"{server.url}/wrap/{TODAY}")
    lead.locator("#title-fr").fill("Une journée")
    lead.get_by_role("button", name="Publier").click()
    expect(lead.locator(".tag").first).to_have_text("Publié")
    lead.goto(f"{server.url}/")
    lead.get_by_role("link", name="Lire le récit du jour").click()
    expect(lead.locator("h1")).to_have_text("Une journée")
    assert Axe().run(lead).violations_count == 0
    assert lead.locator('meta[property="og:title"]').get_attribute("content") == "Une journée"
    lead.goto(f"{server.url}/wrap/{TODAY}")
    lead.get_by_role("button", name="Retirer", exact=True).click()
    expect(lead.locator(".tag").first).to_have_text("Retiré")
    plain = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, java_script_enabled=True)
    plain.goto(f"{server.url}/")
    expect(plain.get_by_role("link", name=re.compile("récit"))).to_have_count(0)


def drag(page: Page, key: str, onto: str) -> None:
    """Drag a piece by its handle onto the upper half of another."""
    handle = page.locator(f'[data-key="{key}"] [data-grip]')
    handle.evaluate("handle => handle.scrollIntoView({ block: 'center' })")
    target = page.locator(f'.piece[data-key="{onto}"]')
    start, end = handle.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 5, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, end["y"] + 60, steps=8)
    page.mouse.move(start["x"] + 5, end["y"] + 8, steps=4)
    page.mouse.up()


def turn(screen: Page) -> None:
    """Go on to the next leaf, once this one has stood for a second."""
    screen.wait_for_function(
        "() => !document.querySelector('#scene-wrap').getAnimations({subtree: true}).length"
    )
    before = screen.evaluate(STANDS)
    screen.evaluate("wall.conductor.skip()")
    screen.wait_for_function(f"before => ({STANDS})() !== before", arg=before)


# The leaf in front, by its place in the scene.
STANDS = """() => {
  const scene = document.querySelector("#scene-wrap")
  const parts = [...scene.children].filter((part) => !part.hidden && part.style.zIndex)
  return scene.hidden ? "" : String(Math.max(...parts.map((part) => Number(part.style.zIndex))))
}"""


def _is_saved(server: Server, cast: Cast, keys: list[str]) -> bool:
    pieces: list[dict[str, str]] = saved(server, cast)["pieces"]  # type: ignore[assignment]
    return [each["id"] for each in pieces] == keys


def _top(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box is not None
    return box["y"]
