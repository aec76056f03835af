"""Promises to a sponsor: noted, kept by evidence, and owed again when that is recalled."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core import clock
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.promises import actions as promises
from mixroom.promises.model import PromiseKind
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from tests.browser.conftest import LAPTOP, PHONE, SignIn
from tests.cast import Cast
from tests.servers import Server
from tests.wraps import approved_photo

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def _sponsor(cast: Cast) -> str:
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    return sponsors.add(cast.amelie, name=name, tier=Tier.MAJOR, promise=Promise(10)).id


def test_a_promise_is_noted_and_kept_by_a_page(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    _sponsor(guests)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    other = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    lead.goto(f"{server.url}/promises")
    other.goto(f"{server.url}/promises")
    lead.locator("#kind").select_option("kit")
    lead.get_by_label("En français").fill("Une page dans la trousse")
    lead.get_by_label("Échéance").fill("2030-11-07T17:00")
    lead.get_by_role("button", name="Le noter").click()
    expect(other.locator("[data-group=owed] li")).to_contain_text("Une page dans la trousse")
    _look(other)
    expect(lead.locator("[data-state=owed]")).to_be_visible()
    _look(lead)
    lead.get_by_label("Adresse de la page").fill("https://musee.test/trousse")
    lead.locator("[data-kind=url] button").click()
    expect(lead.locator("[data-state=kept]")).to_be_visible()
    expect(other.locator("[data-group=kept] li")).to_contain_text("1 sur 1")
    with lead.expect_download() as download:
        lead.goto(f"{server.url}/promises")
        lead.get_by_role("link", name="En tableau").click()
    table = download.value.path().read_text(encoding="utf-8-sig")
    assert "https://musee.test/trousse" in table


def test_a_recalled_photo_takes_its_evidence_back(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    words = Bilingual("Un mot à l’ouverture", "A word at the opening")
    due = clock.now() + timedelta(minutes=1)
    key = promises.make(guests.amelie, _sponsor(guests), PromiseKind.STAGE, words=words, due=due).id
    photo = approved_photo(guests, "La scène")
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, may_say="404")
    board = sign_in("Flore Roy", Role.LEAD, LAPTOP)
    board.goto(f"{server.url}/dashboard")
    owed = board.locator('[data-panel="promises"]')
    expect(owed).to_contain_text("Un mot à l’ouverture")
    lead.goto(f"{server.url}/promises/{key}")
    lead.locator("#ref-photo").select_option(photo)
    lead.locator("[data-kind=photo] button").click()
    expect(lead.locator("[data-state=kept]")).to_be_visible()
    expect(owed).to_be_hidden()
    review.recall(guests.ben, photo)
    expect(lead.locator("[data-lost]")).to_contain_text("ne tient plus")
    expect(lead.locator("[data-state=kept]")).to_have_count(0)
    expect(owed).to_contain_text("Un mot à l’ouverture")
    _look(lead)


def _look(page: Page) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
