"""A poster from its brief to a partner's screen, and files that are refused beside their field."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, PHONE, OpenPage, SignIn
from tests.documents import EXECUTABLE, endless_pdf, pdf
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def test_a_poster_goes_from_its_brief_to_a_partner(
    sign_in: SignIn, open_page: OpenPage, server: Server, tmp_path: Path
) -> None:
    owner = sign_in("Noé Photographe", Role.PHOTOGRAPHER, PHONE)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    lead.goto(f"{server.url}/supports")
    _look(lead)
    lead.get_by_label("Titre en français").fill("Affiche du musée")
    lead.get_by_label("Titre en anglais").fill("Museum poster")
    lead.get_by_label("Qui le fait").select_option("Noé Photographe")
    lead.get_by_label("Échéance").fill("2015-11-02T17:00")
    lead.get_by_label("Consigne").fill("A2, le logo en haut")
    lead.get_by_role("button", name="Le demander").click()
    columns = lead.locator(".one-support")
    expect(columns).to_have_count(2)
    _look(lead)
    # Its owner sends it from a phone; the lead sees its pages without asking for them.
    owner.goto(lead.url)
    poster = tmp_path / "affiche.pdf"
    poster.write_bytes(pdf(pages=2))
    french = owner.locator(".one-support").first
    french.locator("input[type=file]").set_input_files(poster)
    french.get_by_role("button", name="Envoyer").click()
    pages = columns.first.locator(".pages-drawn img")
    expect(pages).to_have_count(2)
    expect(owner.locator(".pages-drawn img")).to_have_count(2)
    expect(pages.first).to_have_js_property("complete", True)
    _look(owner)
    columns.first.get_by_role("button", name="Valider la version 1").click()
    expect(columns.first.locator("h2")).to_contain_text("Validé")
    columns.first.get_by_label("Où").fill("Entrée du musée")
    columns.first.get_by_label("Exemplaires").fill("40")
    columns.first.get_by_role("button", name="Le noter").click()
    expect(columns.first.locator("h2")).to_contain_text("Diffusé")
    _look(lead)
    # The English one is still asked for: the pair is late.
    lead.goto(f"{server.url}/supports")
    expect(lead.locator("[data-group=late] .support")).to_have_count(2)
    lead.get_by_label("Pour qui").fill("Tourisme Montréal")
    lead.get_by_role("button", name="Créer une page").click()
    address = lead.locator(".partner-pages input[readonly]").input_value()
    partner = open_page(PHONE, may_say="404")
    partner.goto(address.replace(address.partition("/partners/")[0], server.url))
    picture = partner.locator("article img")
    expect(picture).to_have_count(1)
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("img => img.naturalHeight") > 500
    _look(partner)
    lead.locator(".partner-pages summary").click()
    lead.locator(".partner-pages .sure button").click()
    expect(lead.locator(".partner-pages")).to_have_count(0)
    partner.reload()
    expect(partner.locator("article")).to_have_count(0)


def test_a_wrong_file_is_refused_where_it_was_chosen(
    sign_in: SignIn, server: Server, tmp_path: Path
) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, may_say="422")
    lead.goto(f"{server.url}/supports")
    lead.get_by_label("Titre en français").fill("Dépliant")
    lead.get_by_label("Langues").select_option("fr")
    lead.get_by_role("button", name="Le demander").click()
    field = lead.locator("input[type=file]")
    large = tmp_path / "film.pdf"
    with large.open("wb") as file:
        file.truncate(100_000_001)
    field.set_input_files(large)
    expect(lead.get_by_text("Le fichier dépasse 100")).to_be_visible()
    lead.get_by_role("button", name="Envoyer").click()
    expect(field).to_have_js_property("validity.valid", False)
    program = tmp_path / "affiche.pdf"
    program.write_bytes(EXECUTABLE)
    field.set_input_files(program)
    expect(lead.get_by_text("Le fichier dépasse 100")).to_be_hidden()
    lead.get_by_role("button", name="Envoyer").click()
    expect(lead.locator(".field .fault:visible")).to_contain_text("ni un PDF ni une image")
    expect(lead.locator("input[type=file]")).to_be_focused()
    _look(lead)
    endless = tmp_path / "sans-fin.pdf"
    endless.write_bytes(endless_pdf())
    lead.locator("input[type=file]").set_input_files(endless)
    lead.get_by_role("button", name="Envoyer").click()
    expect(lead.locator("[data-state=refused]")).to_contain_text(
        re.compile("trop de temps"), timeout=60_000
    )


def _look(page: Page) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
