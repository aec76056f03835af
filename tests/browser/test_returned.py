"""Returned submissions: on top of /send, with what to do, counted in the title and the menu."""

import re

import pytest
from playwright.sync_api import expect

from mixroom.core.roles import Role
from tests.browser.conftest import PHONE, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server

CONSENT = """() => [...document.querySelectorAll(".agree button")].map((button) => {
  const { width, height } = button.getBoundingClientRect()
  const { color, backgroundColor, fontSize, fontWeight } = getComputedStyle(button)
  const cut = button.scrollWidth > button.clientWidth
  return [width, height, color, backgroundColor, fontSize, fontWeight, cut].join()
})"""


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_is_returned_is_on_top_with_what_to_do(
    server: Server, guests: Cast, sign_in: SignIn
) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    phone.goto(f"{server.url}/send")
    for words in ("La fusée décolle.", "Le mur répond."):
        phone.get_by_label("Racontez").first.fill(words)
        phone.get_by_role("button", name="Envoyer à la révision").click()
        expect(phone.locator(".mine li", has_text=words)).to_have_attribute(
            "data-state", "submitted"
        )
    back = phone.locator("[data-back]")
    expect(back).to_be_hidden()

    with Api(server.url, guests.tokens["ben"]) as ben:
        queue = ben.ask("GET", "/queue").json()
        key = next(each["id"] for each in queue["items"] if "fusée" in each["text"]["fr"])
        ben.decide(key, "return", reason="other", note="Qui la tient?")
    row = back.locator("li", has_text="La fusée décolle.")
    expect(row).to_contain_text("Qui la tient?")
    expect(phone.locator(".mine:not(.back) li")).to_have_count(1)
    expect(phone).to_have_title(re.compile(r"^\(1\) "))
    top = "(row) => row.getBoundingClientRect().bottom + scrollY"
    form = "() => document.querySelector('mx-composer').getBoundingClientRect().top + scrollY"
    assert row.evaluate(top) <= phone.evaluate(form)
    phone.goto(f"{server.url}/me")
    expect(phone.get_by_role("link", name="1 à corriger")).to_be_visible()

    phone.get_by_role("link", name="1 à corriger").click()
    row.get_by_role("button", name="Corriger et renvoyer").click()
    phone.get_by_label("Racontez").first.fill("La fusée décolle, tenue par Léa.")
    phone.get_by_role("button", name="Envoyer à la révision").click()
    expect(back).to_be_hidden()
    expect(phone).to_have_title(re.compile(r"^Envoyer"))


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_menu_of_a_lead_fits_a_phone(server: Server, sign_in: SignIn, lang: str) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, PHONE | {"viewport": {"width": 360, "height": 780}})
    lead.goto(f"{server.url}/team?lang={lang}")
    links = lead.locator(".pages a")
    expect(links).to_have_count(5)
    edges = links.evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().right)")
    assert max(edges) <= 360
    assert lead.evaluate("document.documentElement.scrollWidth") == 360


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_three_answers_on_consent_weigh_the_same(
    server: Server, sign_in: SignIn, lang: str
) -> None:
    phone = sign_in(
        "Chloé Gagnon", Role.PHOTOGRAPHER, PHONE | {"viewport": {"width": 360, "height": 780}}
    )
    phone.goto(f"{server.url}/send?lang={lang}")
    phone.evaluate("document.querySelector('mx-composer').dataset.photos = ''")
    weights = phone.evaluate(CONSENT)
    assert len(weights) == 3
    assert len(set(weights)) == 1
    assert weights[0].endswith("false")
