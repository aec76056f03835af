"""A new installation: from the link in the terminal to an invited photographer's first photo."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, OpenPage, press_send
from tests.servers import Server, embedded_in, running, until

PROGRAMME = "1\t9 h\tAccueil\tWelcome\n\t14 h\tTable ronde\tRound table"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Server]:
    """Mixroom as it starts for the first time."""
    with running(embedded_in(tmp_path)) as started:
        yield started


def test_the_first_lead_needs_no_documentation(
    new: Server, open_page: OpenPage, snapshot: Path
) -> None:
    until(lambda: "/j#" in new.log(), "the first lead's link")
    link = re.search(r"http\S+/j#\S+", new.log())
    assert link
    lead = open_page(LAPTOP)
    _join(lead, link[0])
    assert lead.url.endswith("/event")
    missing = lead.locator(".missing .steps").first
    expect(missing).to_contain_text("Le programme")

    missing.get_by_role("link", name="Les dates et le nom").click()
    lead.locator("#event-fr").fill("Museomix Québec")
    lead.locator("#ends").fill(lead.locator("#starts").input_value())
    lead.locator("section", has=lead.locator("#event-fr")).get_by_role(
        "button", name="Enregistrer"
    ).click()
    expect(lead.get_by_role("heading", level=1)).to_have_text("Museomix Québec")

    lead.locator("summary", has_text="L’apporter d’un tableur").click()
    lead.get_by_label("Collez les lignes").fill(PROGRAMME)
    lead.get_by_role("button", name="Montrer les lignes").click()
    expect(lead.locator("[name=fr]").nth(1)).to_have_value("Table ronde")
    lead.get_by_role("button", name="Enregistrer le programme").click()
    expect(lead.locator(".missing")).not_to_contain_text("Le programme")
    lead.get_by_label("Couleur principale").fill("#1b4d8f")
    lead.locator("form", has=lead.locator("#colour-main")).last.get_by_role(
        "button", name="Enregistrer"
    ).click()
    expect(lead.locator(".missing")).not_to_contain_text("Le logo et les couleurs")

    lead.get_by_role("link", name="Les premières invitations").click()
    lead.locator("#name").fill("Chloé Gagnon")
    lead.locator("form", has=lead.locator("#name")).locator("button").first.dblclick()
    phone = open_page(PHONE)
    _join(phone, lead.locator("#link").input_value())
    assert phone.url.endswith("/send")

    wall = open_page(PROJECTOR)
    wall.goto(f"{new.url}/wall")
    code = wall.locator("h1.giant").inner_text().replace("\n", " ")
    lead.goto(f"{new.url}/team#screens")
    expect(lead.locator(".people li", has_text="Chloé Gagnon")).to_have_count(1)
    lead.locator("#pair-code").fill(code)
    lead.locator("#pair-name").fill("Rotonde")
    lead.keyboard.press("Enter")
    expect(wall.locator(".rail h1")).to_be_attached()

    phone.locator(".pick input[multiple]").set_input_files(snapshot)
    phone.locator("textarea[name=text_fr]").fill("La première photo.")
    expect(phone.locator("[data-strip] li")).to_be_visible()
    press_send(phone)

    lead.get_by_role("link", name="Réviser").click()
    expect(lead.locator("[data-list] li")).to_have_count(1)
    approve = lead.locator("[data-act=approve]")
    expect(approve).to_be_enabled()
    approve.click()
    expect(wall.locator("body")).to_contain_text("La première photo.")
    expect(wall.locator("[data-key] img, [data-shown] img").first).to_be_visible()


def _join(page: Page, link: str) -> None:
    page.goto(link)
    page.locator("[data-join]").click()
    page.wait_for_url(lambda url: "/j" not in url)
