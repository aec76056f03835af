"""The public page in a browser: the newest items live, and the pages of older ones behind them."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, OpenPage
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.crowd import fill
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
LOOKS = [(PHONE, "fr", "light"), (LAPTOP, "en", "dark")]
WORDS = {
    "fr": ("Publications précédentes", "Retour au direct"),
    "en": ("Earlier posts", "Back to the live page"),
}


@pytest.fixture
def guests(server: Server) -> Iterator[Cast]:
    """The cast, at the event that visitors see."""
    with cast_at(server, present=True) as cast:
        yield cast


@pytest.mark.parametrize(("device", "lang", "scheme"), LOOKS, ids=["phone", "laptop"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "none"])
def test_what_is_older_is_a_page_behind(
    open_page: OpenPage,
    server: Server,
    guests: Cast,
    device: dict[str, Any],
    lang: str,
    scheme: str,
    scripts: bool,
) -> None:
    fill(guests, 65)
    page = open_page(device, color_scheme=scheme, java_script_enabled=scripts)
    page.goto(f"{server.url}/?lang={lang}")
    older, back = WORDS[lang]
    cards = page.locator(".card")
    expect(cards).to_have_count(60)
    newest = cards.first.get_attribute("data-key")
    # A key, not a tap: cards take their real height while the page scrolls to the link.
    page.get_by_role("link", name=older).press("Enter")
    expect(cards).to_have_count(5)
    expect(page.get_by_role("link", name=older)).to_be_hidden()
    if scripts:
        _axe(page)
    page.get_by_role("link", name=back).click()
    expect(cards.first).to_have_attribute("data-key", newest or "")


def test_a_page_of_older_items_drops_what_is_recalled_and_gets_nothing_new(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    fill(guests, 63)
    page, live = open_page(PHONE), open_page(PHONE)
    for each in (page, live):
        each.goto(server.url)
    page.get_by_role("link", name="Publications précédentes").press("Enter")
    cards = page.locator(".card")
    expect(cards).to_have_count(3)
    gone = cards.last.get_attribute("data-key")
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        new = amelie.submit(text={"fr": "Tout frais."})["id"]
        amelie.decide(new, "approval")
        amelie.decide(str(gone), "recall")
    expect(live.locator(f'[data-key="{new}"]')).to_be_visible()
    expect(cards).to_have_count(2)
    expect(page.locator(f'[data-key="{new}"]')).to_have_count(0)


def _axe(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"] for node in each["nodes"]]) for each in found] == []
