"""From an application to hours worked: a volunteer on her phone, a lead on her laptop."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from playwright.sync_api import Page, expect

from mixroom.core import clock
from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.crew import actions as crew
from mixroom.crew.model import invite_url
from mixroom.event import actions as events
from mixroom.event import store as event_store
from mixroom.letters.store import letters
from mixroom.shifts import planning
from mixroom.shifts.model import Shift
from tests.browser.conftest import LAPTOP, PHONE, WAIT, OpenPage
from tests.cast import Cast
from tests.servers import Server, until

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
HOUR = timedelta(hours=1)
NAME = "Zoé Tremblay"


def test_a_volunteer_applies_joins_takes_two_shifts_and_hands_over(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    first, second = _shifts(guests, -0.05), _shifts(guests, 4)
    phone, lead = open_page(PHONE, may_say="429"), open_page(LAPTOP)
    _apply(phone, server)
    phone.goto(server.url + _in_letter("application.confirm", r"(/a/[\w-]+)"))
    phone.get_by_role("button", name="Confirmer ma candidature").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nous avons votre candidature.")

    way = crew.invite_from_server(guests.eve.event_id, "Lise Roy", Role.LEAD)
    _join(lead, invite_url(server.url, way.token))
    lead.goto(f"{server.url}/applications")
    expect(lead.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    lead.keyboard.press("j")
    expect(lead.locator(".whole [data-title]")).to_have_text(NAME)
    lead.keyboard.press("a")
    row = lead.locator("[data-list] > li", has_text=NAME)
    expect(row).to_have_attribute("data-status", "accepted")

    _join(phone, _in_letter("application.accepted", r"(http\S+/j#\S+)"))
    phone.goto(f"{server.url}/shifts")
    for key in (first, second):
        phone.locator(f"[data-offer='{key}']").get_by_role("button", name="Je le prends").click()
        expect(phone.locator(f"[data-mine='{key}']")).to_be_visible()
    mine = phone.locator(f"[data-mine='{first}']")
    mine.get_by_role("button", name="Je suis là").click()
    mine.locator("textarea").fill("La carte SD est au tiroir.")
    mine.get_by_role("button", name="Passer la relève et partir").click()
    expect(mine).to_have_attribute("data-standing", "done")
    note = phone.locator(f"[data-mine='{second}'] .read-first")
    expect(note).to_contain_text("La carte SD est au tiroir.")

    lead.goto(f"{server.url}/shifts/timetable/hours")
    expect(lead.get_by_role("row", name=NAME)).to_contain_text("0 h")


def _shifts(cast: Cast, starts: float) -> str:
    """Make a shift that begins in some hours, at the event that visitors see, which is now."""
    with reading() as tx:
        event = event_store.get(tx, cast.eve.event_id)
    assert event
    today = clock.now().astimezone(event.zone).date()
    events.edit(cast.eve, starts_on=today, ends_on=today + timedelta(days=2))
    begin = clock.now().replace(second=0, microsecond=0) + starts * HOUR
    wanted = Shift("", "", Role.PHOTOGRAPHER, begin, begin + 3 * HOUR, 1)
    return planning.make(cast.eve, wanted).id


def _apply(phone: Page, server: Server) -> None:
    phone.goto(f"{server.url}/apply")
    phone.get_by_label("Prénom et nom").fill(NAME)
    phone.get_by_label("Courriel").fill("zoe@example.org")
    phone.get_by_label("Photographe, vidéaste").check()
    phone.get_by_label("Français").check(force=True)
    phone.get_by_label("Matin").first.check(force=True)
    phone.get_by_label("peuvent lire ce que j’ai écrit").first.check()

    def pressed() -> bool:
        """Send; who is faster than people are is asked to read it over."""
        with phone.expect_navigation():
            phone.get_by_role("button", name="Envoyer ma candidature").click()
        return "/a/" in phone.url

    until(pressed, "the applicant’s own page")


def _in_letter(template: str, pattern: str) -> str:
    """Return what the newest letter of a kind says."""
    with reading() as tx:
        newest = sa.select(letters.c.body).where(letters.c.template == template)
        body = tx.scalar(newest.order_by(letters.c.id.desc()).limit(1))
    found = re.search(pattern, body or "")
    assert found, body
    return found[1]


def _join(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("[data-join]").click()
    page.wait_for_url(lambda url: "/j" not in url)
