"""Every page: free of what axe finds, from this host alone, narrow, and in two languages."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew.model import Person
from mixroom.review import actions as review
from mixroom.submissions import actions
from mixroom.submissions.content import Content, Kind
from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, OpenPage, SignIn, press_send
from tests.cast import Cast
from tests.servers import Server

# What the server does is tested in both layouts; here it is the page.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

# Is nothing under way but what goes on for long, like a clip or a progress?
STILL = """() => document.getAnimations().every(({ playState, effect }) =>
  playState !== "running" || effect.getComputedTiming().activeDuration > 3000)"""
LOOKS = [("fr", "light"), ("en", "dark")]
LONG = "Anticonstitutionnellement" * 8


class Inspector:
    """Looks at pages one after the other and remembers what is wrong with any."""

    def __init__(self, server: Server, lang: str) -> None:
        self.server = server
        self.lang = lang
        self.hosts: set[str] = set()
        self.faults: list[str] = []

    def visit(self, page: Page, path: str, ready: str) -> None:
        """Go to a page, wait until it is there, and look at it."""
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.goto(f"{self.server.url}{path}?lang={self.lang}")
        expect(page.locator(ready).first).to_be_visible()
        expect(page.locator("html")).to_have_attribute("lang", self.lang)
        self.look(page, path)

    def look(self, page: Page, what: str) -> None:
        """Look at a page as it is now; what comes up has come up."""
        page.wait_for_function(STILL)
        found = Axe().run(page)
        assert found.response["passes"], what
        if found.violations_count:
            self.faults.append(f"{what}\n{found.generate_report()}")


@pytest.mark.parametrize(("lang", "scheme"), LOOKS, ids=["fr-light", "en-dark"])
def test_pages_are_accessible_and_load_nothing_from_elsewhere(
    open_page: OpenPage,
    sign_in: SignIn,
    server: Server,
    guests: Cast,
    snapshot: Path,
    lang: str,
    scheme: str,
) -> None:
    look: dict[str, Any] = {"color_scheme": scheme, "locale": f"{lang}-CA"}
    inspector = Inspector(server, lang)
    visit = inspector.visit

    stranger = open_page(PHONE, may_say="404", **look)
    visit(stranger, "/", "[data-none]")
    visit(stranger, "/j", "#code")
    visit(stranger, "/nowhere", "h1")
    visit(stranger, "/wall", ".giant")
    _say(guests.eve, "Le public lit ceci.", "The public reads this.")  # at the present edition
    review.approve(guests.eve, _say(guests.eve, "Et cela."))
    visit(stranger, "/", ".card")

    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, **look)
    visit(lead, "/review", "[data-nothing]")
    phone = sign_in("Driss Alaoui", Role.BLOGGER, PHONE, **look)
    visit(phone, "/send", "[data-empty]")
    _fill(phone, snapshot)
    inspector.look(phone, "/send, filled")
    press_send(phone)
    row = phone.locator(".mine li.sent")
    expect(row).to_have_attribute("data-state", "submitted")
    row.locator("[data-act=menu]").click()
    inspector.look(phone, "/send, sent")

    review.approve(guests.ben, _say(guests.driss, "Sur le mur.", "On the wall."))
    visit(lead, "/review", ".item")
    lead.locator("[data-act=return]").click()
    inspector.look(lead, "/review, returning")
    lead.locator("[data-sheet=return] input").first.check()
    lead.locator("[data-sheet=return] [value=yes]").click()
    expect(row).to_have_attribute("data-state", "returned")
    row.locator("[data-act=mend]").click()
    inspector.look(phone, "/send, mending")

    visit(lead, "/translations", "[data-none]")
    visit(phone, "/translations", ".notice")
    visit(lead, "/alarms", "[data-calm]")
    visit(lead, "/alarms/rules", ".rules")
    lead.locator(".rules summary").first.click()
    inspector.look(lead, "/alarms/rules, open")
    visit(lead, "/plan", ".weekdays")
    visit(lead, "/plan/templates", "#ten-days-before")
    visit(lead, "/plan/import", "form")
    visit(lead, "/plan/links", "form")
    visit(lead, "/plan/accounts", "#of-mastodon")
    visit(lead, "/webhooks", "#new")
    lead.locator("#url").fill("https://hooks.invalid/mixroom")
    lead.locator("#url").press("Enter")
    expect(lead.locator(".handed")).to_be_visible()
    inspector.look(lead, "/webhooks, with a secret")
    lead.locator(".receivers a").first.click()
    expect(lead.locator(".deliveries")).to_be_visible()
    inspector.look(lead, "/webhooks, what was sent")
    visit(lead, "/me", "#devices")
    visit(lead, "/help/phones", '[data-check="share"][data-works="no"]')
    visit(lead, "/event", "#programme")
    visit(lead, "/team", "#people")
    lead.locator("#name").fill("Noé Tremblay")
    lead.locator("#name").press("Enter")
    lead.locator("[data-who] summary").first.click()
    inspector.look(lead, "/team, inviting")
    lead.locator("a[href^='/team/people/']").first.click()
    expect(lead.locator("#reach")).to_be_visible()
    inspector.look(lead, "/team/people")
    visit(lead, "/team/list", "#text")
    visit(lead, "/team/badges", ".who")
    visit(lead, "/letters", "#choices")
    visit(lead, "/letters/templates", ".kinds")
    visit(lead, "/letters/templates/crew.invite", "#body_fr")
    visit(sign_in("Mur", Role.SCREEN, PROJECTOR, **look), "/wall", "#stage [data-key]")

    assert "\n".join(inspector.faults) == ""
    assert {host for host in inspector.hosts if host} == {urlsplit(server.url).netloc}


@pytest.mark.parametrize("width", [320, 390])
def test_phones_need_not_scroll_sideways(
    sign_in: SignIn, guests: Cast, server: Server, snapshot: Path, width: int
) -> None:
    device = PHONE | {"viewport": {"width": width, "height": 640}}
    lead = sign_in("Amélie Roy", Role.LEAD, device)
    _say(guests.driss, LONG)
    for path in (
        "/",
        "/j",
        "/me",
        "/help/phones",
        "/team",
        "/team/list",
        "/team/badges",
        "/letters",
        "/letters/templates/crew.invite",
        "/event",
        "/review",
        "/translations",
        "/alarms/rules",
        "/webhooks",
        "/plan",
        "/plan/board",
        "/plan/campaigns",
        "/plan/messages/new",
        "/plan/templates",
        "/plan/import",
        "/plan/links",
        "/plan/accounts",
        "/supports",
        "/promises",
        "/send",
    ):
        lead.goto(server.url + path)
        _must_fit(lead, path)
        for here in lead.locator(".pages [aria-current]").all():
            expect(here).to_be_in_viewport(ratio=0.95)
    keyboard = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    keyboard.set_viewport_size({"width": width, "height": 640})  # magnified
    keyboard.goto(f"{server.url}/review")
    expect(keyboard.locator("[data-act=approve]").first).to_be_visible()
    _must_fit(keyboard, "/review, with its keys")
    _fill(lead, snapshot, LONG)
    _must_fit(lead, "/send, filled")
    press_send(lead)
    row = lead.locator(".mine li.sent")
    expect(row).to_have_attribute("data-state", "submitted")
    row.locator("[data-act=menu]").click()
    _must_fit(lead, "/send, sent")


def test_the_language_is_switched_and_stays(sign_in: SignIn, server: Server) -> None:
    page = sign_in("Driss Alaoui", Role.BLOGGER, PHONE)
    root, title = page.locator("html"), page.get_by_role("heading", level=1)
    expect(title).to_have_text("Que voyez-vous?")
    page.get_by_role("link", name="English").click()
    expect(title).to_have_text("What do you see?")
    page.goto(f"{server.url}/me")
    expect(root).to_have_attribute("lang", "en")
    page.goto(f"{server.url}/send")
    expect(title).to_have_text("What do you see?")
    page.get_by_role("link", name="My account").click()
    page.get_by_role("button", name="Français").click()
    expect(root).to_have_attribute("lang", "fr")
    page.goto(f"{server.url}/send")
    expect(title).to_have_text("Que voyez-vous?")


def test_a_stranger_is_told_the_way_in_in_both_languages(
    open_page: OpenPage, server: Server
) -> None:
    page = open_page(PHONE, may_say="401")
    answer = page.goto(f"{server.url}/send")
    assert answer is not None
    assert answer.status == 401
    expect(page.get_by_role("heading")).to_contain_text("Connexion requise.")
    expect(page.locator("[lang=fr].do")).to_contain_text("demandez-en une autre")
    expect(page.locator("[lang=en].do")).to_contain_text("ask your lead for a new one")
    page.get_by_role("link", name="J’ai une invitation").click()
    expect(page.get_by_label("Code")).to_be_visible()


def _say(by: Person, french: str, english: str | None = None) -> str:
    content = Content(Kind.QUOTE, Bilingual(french, english), credit="Zoé")
    answer, _ = actions.submit(by, content)
    return str(answer["id"])


def _fill(phone: Page, photo: Path, text: str = "Une fusée.") -> None:
    phone.locator("textarea[name=text_fr]").fill(text)
    phone.locator(".pick input[multiple]").set_input_files(photo)
    expect(phone.locator("[data-strip] li img")).to_be_visible()


def _must_fit(page: Page, what: str) -> None:
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, what
