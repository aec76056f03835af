"""The dashboard on a laptop, a phone and the room's screen: it fits, and is worked by keys."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.announcements import actions as announcements
from mixroom.core import clock
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.event import actions as events
from mixroom.event.model import GroupKind
from mixroom.requests import actions as requests
from mixroom.requests.model import Wanted
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import PHONE, SignIn
from tests.cast import Cast
from tests.day import add_teams, approve_many, set_clock

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
LAPTOP = {"viewport": {"width": 1440, "height": 900}}
ROOM = {"viewport": {"width": 1920, "height": 1080}}
LONG = "Les Archivistes de l’éphémère et de l’anticonstitutionnellement inoubliable"


def _empty(cast: Cast) -> None:
    """Have an event without a programme, in which nothing has happened."""
    set_clock(cast, "")


def _full(cast: Cast) -> None:
    """Have a good day: forty teams, all covered."""
    set_clock(cast)
    approve_many(cast, 800, add_teams(cast, 38), 3)


def _on_fire(cast: Cast) -> None:
    """Have nothing for two hours, requests that nobody takes, and a queue."""
    set_clock(cast)
    events.add_group(cast.amelie, GroupKind.TEAM, Bilingual(LONG))
    approve_many(cast, 60, add_teams(cast, 8), 5, until=2.2)
    soon = clock.now() + timedelta(minutes=20)
    for n in range(6):
        wanted = Wanted(Bilingual(f"{LONG} {n}", f"{LONG} {n}"), kind=Kind.PHOTO)
        requests.ask(cast.amelie, wanted, due=soon)
        submissions.submit(cast.driss, Content(Kind.POST, Bilingual(f"{n}")))
    announcements.send(cast.amelie, Bilingual(LONG, LONG))


State = Callable[[Cast], None]
STATES: dict[str, State] = {"empty": _empty, "full": _full, "on-fire": _on_fire}


def _opened(
    sign_in: SignIn,
    cast: Cast,
    state: State,
    device: dict[str, object],
    **more: object,
) -> Page:
    state(cast)
    page = sign_in("Zoé Roy", Role.LEAD, device, **more)
    expect(page.locator("[data-panel=queue] [data-waiting]")).not_to_have_text("–")
    expect(page.locator("[data-panel=coverage] tbody tr").first).to_be_visible()
    expect(page.locator("[data-panel=health] span").first).not_to_be_empty()
    return page


@pytest.mark.parametrize(
    ("state", "locale", "scheme"),
    [(_empty, "fr-CA", "light"), (_full, "en-CA", "dark"), (_on_fire, "fr-CA", "dark")],
    ids=STATES,
)
def test_a_laptop_shows_it_all_without_scrolling_and_anyone_can_use_it(
    sign_in: SignIn, guests: Cast, state: State, locale: str, scheme: str
) -> None:
    page = _opened(sign_in, guests, state, LAPTOP, locale=locale, color_scheme=scheme)
    assert page.evaluate("[document.documentElement.scrollHeight, innerHeight]") == [900, 900]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_a_phone_shows_it_in_one_column(sign_in: SignIn, guests: Cast) -> None:
    page = _opened(sign_in, guests, _on_fire, PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_room_reads_what_has_been_silent_longest(sign_in: SignIn, guests: Cast) -> None:
    page = _opened(sign_in, guests, _on_fire, ROOM)
    page.goto(page.url + "?room")
    rows = page.locator("tbody tr")
    expect(rows.first).to_have_attribute("data-silent", "2")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    expect(page.locator(".bar")).to_be_hidden()
    expect(page.locator(".subpages")).to_be_hidden()
    size = rows.first.locator("th").evaluate(
        "(each) => parseFloat(getComputedStyle(each).fontSize)"
    )
    assert size >= 18, "read from three metres on a screen of a metre"


def test_the_cells_are_one_stop_of_the_keyboard_and_arrows_move_in_it(
    sign_in: SignIn, guests: Cast
) -> None:
    page = _opened(sign_in, guests, _full, LAPTOP)
    page.get_by_role("button", name="Langues", exact=True).click()
    expect(page.locator("tbody tr")).to_have_count(4)
    first = page.locator("tbody button").first
    first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    here = "document.activeElement.dataset.row"
    assert page.evaluate(here) == "en"
    assert page.locator("tbody button[tabindex='0']").count() == 1
    page.keyboard.press("Enter")
    form = page.locator("dialog[data-ask]")
    expect(form.get_by_label("Langue", exact=True)).to_have_value("en")
    page.keyboard.press("Escape")
    expect(form).to_be_hidden()
    assert page.evaluate(here) == "en", "the focus goes back to where it was"


def test_a_lead_who_taps_a_person_can_also_call_them(sign_in: SignIn, guests: Cast) -> None:
    for name, role, links in (
        ("Zoé Roy", Role.LEAD, 1),
        ("Nico Tran", Role.COMMUNITY_MANAGER, 0),
    ):
        page = sign_in(name, role, LAPTOP)
        page.goto(page.url.rpartition("/")[0] + "/dashboard")
        page.locator("[data-panel=people] button", has_text="Driss Alaoui").click()
        reach = page.get_by_role("link", name="Appeler ou écrire")
        expect(reach).to_have_count(links)
        if links:
            reach.click()
            page.wait_for_url(f"**/team/people/{guests.driss.id}")
            expect(page.get_by_role("heading", level=1)).to_have_text("Driss Alaoui")
