"""Something is taken off the wall from wherever a reviewer sees it; what is corrected says so."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, SignIn, intercept
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

# What the server does is tested in both layouts; here it is the page.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
LOOKS = [(LAPTOP, "fr", "light"), (PHONE, "en", "dark")]
WORDS = {"fr": ("Retirer du mur", "Retirer"), "en": ("Take off the wall", "Take it off")}


@pytest.mark.parametrize(("device", "lang", "scheme"), LOOKS, ids=["laptop", "phone"])
def test_a_card_of_the_public_page_is_taken_off(
    sign_in: SignIn, server: Server, guests: Cast, device: dict[str, Any], lang: str, scheme: str
) -> None:
    keys = [_shown(guests, text) for text in ("Le robot danse.", "Le mur répond.")]
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, device, color_scheme=scheme)
    page.route("**/views/public*", lambda route: route.abort())  # it need not ask
    page.goto(f"{server.url}/?lang={lang}")
    _axe(page)
    card, other = (page.locator(f'[data-key="{key}"]') for key in keys)
    off, yes = WORDS[lang]
    button = card.get_by_role("button", name=f"{off} Le robot danse.")
    button.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=f"{off} Le robot danse.")
    expect(sheet.get_by_role("radio").first).to_be_focused()
    _axe(page)
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(button).to_be_focused()

    button.click()
    sheet.get_by_role("radio").nth(1).check()
    sheet.get_by_role("button", name=yes, exact=True).click()
    expect(sheet).to_be_hidden()
    expect(card).to_have_count(0)
    expect(other).to_be_visible()
    expect(page.locator("[data-recalled]")).to_have_text(re.compile("Le robot danse"))
    with Api(server.url, guests.tokens["driss"]) as driss:
        sent = driss.view("desk")["changes"][keys[0]]
    assert sent["status"] == "recalled"
    assert sent["decision"]["reason"] == "mistake"


def test_a_refusal_says_why_in_the_sheet(sign_in: SignIn, server: Server, guests: Cast) -> None:
    key = _shown(guests, "Le robot danse.")
    blocked = {"may_say": "409|ERR_", "service_workers": "block"}
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, **blocked)
    page.goto(f"{server.url}/")
    intercept(page, "**/recall", lambda route: route.abort())
    page.locator(f'[data-recall="{key}"]').click()
    sheet = page.get_by_role("dialog", name="Retirer du mur")
    yes = sheet.get_by_role("button", name="Retirer", exact=True)
    yes.click()
    expect(sheet.get_by_role("alert")).to_have_text("Le réseau est coupé.")
    page.unroute("**/recall")
    review.recall(guests.amelie, key)
    yes.click()
    expect(sheet.get_by_role("alert")).to_contain_text("entre-temps")


@pytest.mark.parametrize(("device", "lang", "scheme"), LOOKS, ids=["laptop", "phone"])
def test_what_a_screen_shows_is_taken_off_beside_it(
    sign_in: SignIn, server: Server, guests: Cast, device: dict[str, Any], lang: str, scheme: str
) -> None:
    key = _shown(guests, "Le robot danse.")
    wall = sign_in("Rotonde", Role.SCREEN, PROJECTOR)
    expect(wall.locator(f'[data-key="{key}"]').first).to_be_visible()
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, device, color_scheme=scheme)
    page.goto(f"{server.url}/screens?lang={lang}")
    off, yes = WORDS[lang]
    with Api(server.url, guests.tokens["ben"]) as ben:
        screens = ben.ask("GET", "/screens").json()["items"]
        [screen] = [each["id"] for each in screens if each["name"] == "Rotonde"]
        ben.ask("POST", f"/screens/{screen}/spotlight", json={"key": key})
        ben.ask("POST", f"/screens/{screen}/pause")
    button = page.get_by_role("button", name=f"{off} Le robot danse.")
    expect(button).to_be_visible()
    _axe(page)
    button.click()
    sheet = page.get_by_role("dialog", name=f"{off} Le robot danse.")
    _axe(page)
    sheet.get_by_role("button", name=yes, exact=True).click()
    expect(wall.locator(f'[data-key="{key}"]')).to_have_count(0)
    expect(button).to_be_hidden()


def test_one_of_several_on_a_screen_is_picked_and_taken_off(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    keys = [_shown(guests, text) for text in ("Le robot danse.", "Le mur répond.")]
    wall = sign_in("Rotonde", Role.SCREEN, PROJECTOR)
    expect(wall.locator("html")).to_have_attribute("data-ready", "1")
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    with Api(server.url, guests.tokens["ben"]) as ben:
        ben.ask("POST", "/screens/all/blank")  # nothing is up alone
    page.goto(f"{server.url}/screens?lang=fr")
    page.get_by_role("button", name="Retirer un élément…").click()
    picks = page.get_by_role("dialog", name="Retirer un élément…")
    expect(picks.get_by_role("listitem")).to_have_count(2)
    picks.get_by_role("searchbox").fill("DANSE")
    expect(picks.get_by_role("listitem")).to_have_count(1)
    expect(picks.get_by_role("status")).to_have_text(re.compile(r"1\srésultat"))
    _axe(page)
    picks.get_by_role("button", name="Le robot danse.").click()
    sheet = page.get_by_role("dialog", name="Retirer du mur Le robot danse.")
    sheet.get_by_role("button", name="Retirer", exact=True).click()
    expect(sheet).to_be_hidden()
    expect(wall.locator(f'[data-key="{keys[0]}"]')).to_have_count(0)
    with Api(server.url, guests.tokens["driss"]) as driss:
        found = driss.view("desk")["changes"]
    assert [found[key]["status"] for key in keys] == ["recalled", "approved"]


@pytest.mark.parametrize(("device", "lang", "scheme"), LOOKS, ids=["laptop", "phone"])
def test_something_that_was_shown_long_ago_is_found_on_the_desk_and_taken_off(
    sign_in: SignIn, server: Server, guests: Cast, device: dict[str, Any], lang: str, scheme: str
) -> None:
    old = _shown(guests, "Le chef-d’œuvre", credit="Zoé Hébert")
    for n in range(24):
        _shown(guests, f"Envoi {n:02}")
    page = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, device, color_scheme=scheme)
    page.goto(f"{server.url}/review?lang={lang}")
    page.locator("[data-recent] summary").click()
    rows = page.locator("[data-recent-list] li")
    expect(rows).to_have_count(20)
    expect(rows.first).to_contain_text("Envoi 23")
    sought = page.get_by_role("searchbox")
    sought.click()
    page.keyboard.type("hebert oeuvre")  # none of these letters is a key of the desk here
    expect(rows).to_have_count(1)
    expect(page.locator("[data-found]")).to_have_text(re.compile(r"1\s(résultat|result)"))
    _axe(page)
    off, yes = WORDS[lang]
    page.get_by_role("button", name=re.compile(f"{off}.*chef-d’œuvre")).click()
    sheet = page.get_by_role("dialog", name=f"{off} Le chef-d’œuvre")
    if device is LAPTOP:
        page.keyboard.press("1")
        page.keyboard.press("Enter")
    else:
        sheet.get_by_role("button", name=yes, exact=True).click()
    expect(rows).to_have_count(0)
    expect(page.locator("[data-taken-list] li")).to_contain_text("Le chef-d’œuvre")
    sought.fill("")
    expect(rows).to_have_count(20)
    with Api(server.url, guests.tokens["driss"]) as driss:
        assert driss.view("desk")["changes"][old]["status"] == "recalled"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_correction_is_said_while_one_reads(
    sign_in: SignIn, server: Server, guests: Cast, lang: str
) -> None:
    key = _shown(guests, "Le robo danse.")
    page = sign_in("Driss Alaoui", Role.BLOGGER, PHONE)
    page.goto(f"{server.url}/?lang={lang}")
    card = page.locator(f'[data-key="{key}"]')
    expect(_corrected(card)).to_be_hidden()
    mended = Content(Kind.QUOTE, Bilingual("Le robot danse."), credit="Zoé")
    actions.amend(guests.ben, key, mended)
    said = re.compile(r"^(Corrigé à \d{1,2}\sh\s\d\d|Corrected at \d\d:\d\d)$")
    expect(_corrected(card)).to_have_text(said)
    expect(card).to_contain_text("Le robot danse.")
    expect(_corrected(card)).to_be_visible()
    words = _corrected(card).inner_text()
    page.reload()
    expect(_corrected(card)).to_have_text(words)
    _axe(page)


def test_a_correction_of_another_day_says_which(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    key = _shown(guests, "Le robo danse.")
    actions.amend(guests.ben, key, Content(Kind.QUOTE, Bilingual("Le robot danse."), credit="Zoé"))
    page = sign_in("Driss Alaoui", Role.BLOGGER, PHONE)
    page.clock.install(time="2030-01-05T12:00:00Z")
    page.goto(f"{server.url}/?lang=fr")
    said = re.compile(r"^Corrigé le \S+ \d+ \S+ à \d{1,2}\sh\s\d\d$")
    expect(_corrected(page.locator(f'[data-key="{key}"]'))).to_have_text(said)


def _corrected(card: Locator) -> Locator:
    return card.locator(".corrected")


def _shown(guests: Cast, text: str, credit: str = "Zoé") -> str:
    content = Content(Kind.QUOTE, Bilingual(text), credit=credit)
    answer, _ = actions.submit(guests.driss, content)
    key = str(answer["id"])
    review.approve(guests.amelie, key)
    return key


def _axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.response["passes"]
    assert not found.violations_count, found.generate_report()
