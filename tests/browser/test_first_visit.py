"""The bytes that a visitor's phone fetches when it opens a page for the first time."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WAIT, OpenPage
from tests.browser.stopwatch import largest_paint
from tests.cast import Cast, cast_at
from tests.gallery import hang
from tests.servers import Server, until

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
SMALL = (1600, 1200)  # quick to develop; as large on the page as any other
SEEN = """() => [...document.querySelectorAll(".card img")].filter((image) => {
  const { top, bottom } = image.getBoundingClientRect()
  return bottom > 0 && top < innerHeight
}).every((image) => image.complete && image.naturalWidth)"""
FETCHED = """() => performance.getEntriesByType("resource")
  .map(({ name }) => new URL(name).pathname)
  .filter((path) => path.startsWith("/media/"))"""


@pytest.fixture
def guests(server: Server) -> Iterator[Cast]:
    """The cast, at the event that visitors see."""
    with cast_at(server, present=True) as cast:
        yield cast


def test_a_phone_fetches_the_photos_in_view_and_no_others(
    server: Server, guests: Cast, open_page: OpenPage
) -> None:
    hang(server, guests.tokens["amelie"], 20, SMALL)
    page = open_page(PHONE)
    page.goto(server.url)
    page.wait_for_function(SEEN)
    expect(page.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    assert page.locator(".card video[poster]").count() == 0
    assert page.locator(".card img:not([width]), .card img:not([height])").count() == 0
    assert 1 <= len(set(page.evaluate(FETCHED))) <= 12
    _read_on(page)
    assert len(set(page.evaluate(FETCHED))) == 20


@pytest.mark.timed
def test_sixty_photographs_are_light_and_soon_seen_on_a_slow_phone(
    server: Server, guests: Cast, open_page: OpenPage
) -> None:
    newest = hang(server, guests.tokens["amelie"], 61)[-1]
    # The weight depends on which photos are first: the page may hear of the last a moment later.
    until(lambda: newest in requests.get(server.url, timeout=30).text, "the page to have them all")
    loads = [largest_paint(open_page(PHONE), server.url, SEEN) for _ in range(3)]
    # On a busy machine, a browser is slow, and now and then fetches three more photographs ahead of
    # those in view. The page is judged by its lightest visit and its quickest.
    lightest = min(loads, key=lambda load: load.bytes)
    assert lightest.bytes <= 700_000, lightest.files
    assert min(load.seconds for load in loads) <= 2


def _read_on(page: Page) -> None:
    """Scroll to the end, seeing every photo."""
    for card in page.locator(".card").all():
        card.scroll_into_view_if_needed()
        page.wait_for_function(SEEN)
