"""The page of alarms: an alarm comes by itself, says who has seen it, and leaves by itself."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.alarms import results
from mixroom.core import clock
from mixroom.core.alarm_rules import AlarmRule, Cause, ThresholdUnit
from mixroom.core.disk import DiskStore
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from tests.browser.conftest import LAPTOP, PHONE, OpenPage, SignIn, join
from tests.cast import Cast
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
TITLE = "Équipe Pixel : rien depuis 2\u00a0h"


def test_an_alarm_comes_is_seen_by_everyone_and_goes_without_a_reload(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/alarms")
    expect(lead.get_by_text("Tout va bien.")).to_be_visible()
    reviewer = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    reviewer.goto(f"{server.url}/alarms")
    assert reviewer.get_by_role("link", name="Ce qui alerte, et qui").count() == 0

    _look(server, guests, wrong=True)
    card = lead.locator("[data-ringing] > li")
    expect(card.locator(".title")).to_have_text(TITLE)
    expect(lead.get_by_text("Tout va bien.")).to_be_hidden()
    expect(card.get_by_role("link", name="Y voir")).to_have_attribute("href", "/review")
    assert Axe().run(lead).violations_count == 0

    theirs = reviewer.locator("[data-ringing] > li")
    theirs.get_by_text("Vu", exact=True).click()
    theirs.get_by_label("Ce qui a été fait").fill("J’y vais.")
    theirs.get_by_role("button", name="Enregistrer").click()
    expect(card.locator(".note")).to_have_text("J’y vais.")
    expect(card.locator(".seen b")).to_have_text("Ben Carter")
    expect(theirs.get_by_label("Ce qui a été fait")).to_be_hidden()

    _look(server, guests, wrong=False)
    expect(lead.locator("[data-over] > li .note")).to_have_text("J’y vais.")
    expect(lead.get_by_text("Tout va bien.")).to_be_visible()


def test_without_scripts_the_form_does_the_same(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    _look(server, guests, wrong=True)
    page = open_page(PHONE)
    join(page, server, guests, "Amélie Roy", Role.LEAD)
    state = page.context.storage_state()
    plain = open_page(PHONE, storage_state=state, java_script_enabled=False)
    plain.goto(f"{server.url}/alarms")
    _acknowledge(plain, "Fait.")
    expect(plain.locator(".note").first).to_have_text("Fait.")
    plain.goto(f"{server.url}/alarms/rules")
    rule = plain.locator("[id='review.waiting']")
    rule.locator("summary").click()
    rule.get_by_label("Seuil").fill("20")
    rule.get_by_role("button", name="Enregistrer").click()
    expect(plain.locator("[id='review.waiting'] .tag")).to_have_text("20\u00a0min")


def _acknowledge(page: Page, note: str) -> None:
    card = page.locator("[data-ringing] > li").first
    card.get_by_text("Vu", exact=True).click()
    card.get_by_label("Ce qui a été fait").fill(note)
    card.get_by_role("button", name="Enregistrer").click()


def _look(server: Server, cast: Cast, *, wrong: bool) -> None:
    """Look as a worker does, by a rule of the test's own."""
    now = clock.now()
    name = Bilingual("Équipe Pixel", "Team Pixel")
    rule = AlarmRule(
        "toy.silent",
        "%(about)s : rien depuis %(threshold)s",
        "%(count)s",
        "",
        ThresholdUnit.HOURS,
        threshold=2,
        least=1,
        most=9,
        find=lambda _look: (),
    )
    if wrong:
        rule = replace(rule, find=lambda _look: (Cause("pixel", name, now, "/review"),))
    results.watch(rule, cast.event.id, now, DiskStore(server.settings.uploads))
