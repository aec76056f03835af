"""A poster from its brief to a partner's screen, and files that are refused beside their field."""

import socket
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, Route, expect

from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.supports import actions as supports
from mixroom.supports.model import SupportKind
from tests.browser.conftest import LAPTOP, PHONE, OpenPage, SignIn
from tests.cast import Cast
from tests.documents import EXECUTABLE, endless_pdf, pdf
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def test_a_poster_goes_from_its_brief_to_three_places_and_to_a_partner(
    sign_in: SignIn, open_page: OpenPage, server: Server, tmp_path: Path
) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    owner = sign_in("Noé Photographe", Role.PHOTOGRAPHER, PHONE)
    lead.goto(f"{server.url}/supports")
    _look(lead)
    lead.get_by_label("Titre en français").fill("Affiche du musée")
    lead.get_by_label("Titre en anglais").fill("Museum poster")
    lead.get_by_label("Qui le fait").select_option("Noé Photographe")
    lead.get_by_label("Échéance").fill("2015-11-02T17:00")
    lead.get_by_label("Consigne").fill("A2, le logo en haut")
    lead.get_by_role("button", name="Le demander").click()
    poster = lead.locator(".one-support").first  # the French one; the English one stands beside it
    expect(lead.locator(".one-support")).to_have_count(2)
    _look(lead)
    # Its owner finds it from the menu of a phone, and sends a version; the lead sees its pages.
    owner.goto(f"{server.url}/plan")
    owner.get_by_role("link", name="Supports", exact=True).click()
    _look(owner)
    owner.get_by_role("link", name="Affiche du musée").click()
    theirs = owner.locator(".one-support").first
    _send(theirs, tmp_path, pdf(pages=2))
    pages = poster.locator(".pages-drawn img")
    expect(pages).to_have_count(2)
    expect(theirs.locator(".pages-drawn img")).to_have_count(2)
    _drawn(pages.first)
    _look(owner)
    # The lead asks for a change, and validates the version that has it.
    poster.get_by_label("Commentaire").fill("La date manque.")
    poster.get_by_role("button", name="Le dire").click()
    expect(theirs.locator(".talk li")).to_contain_text("La date manque.")
    corrected = pdf(pages=1, size=(600, 900))
    _send(theirs, tmp_path, corrected)
    expect(poster.locator("[data-version='2'] .pages-drawn img")).to_have_count(1)
    poster.get_by_role("button", name="Valider la version 2").click()
    expect(theirs.locator("h2")).to_contain_text("Validé")
    # It is out in three places; its address gives the valid version to everyone.
    for place, label, value in (
        ("Entrée du musée", "Exemplaires", "40"),
        ("Métro Saint-Laurent", "Exemplaires", "12"),
        ("Site du musée", "ou adresse de la page", "https://musee.test/museomix"),
    ):
        poster.get_by_label("Où").fill(place)
        poster.get_by_label(label).fill(value)
        poster.get_by_role("button", name="Le noter").click()
        expect(poster.locator(".out li").first).to_contain_text(place)
    expect(theirs.locator(".out li")).to_have_count(3)
    expect(theirs.locator("h2")).to_contain_text("Diffusé")
    expect(theirs.locator(".out")).to_contain_text("12 exemplaires")
    _look(lead)
    _look(owner)
    address = urlsplit(poster.get_by_label("Son adresse").input_value()).path
    anyone = open_page(PHONE, may_say="410")
    assert anyone.request.get(f"{server.url}{address}").body() == corrected
    # The English one is still asked for: the pair is late.
    lead.goto(f"{server.url}/supports")
    expect(lead.locator("[data-group=late] .support")).to_have_count(2)
    lead.goto(f"{server.url}/dashboard")
    panel = lead.locator("[data-panel=supports]")
    expect(panel).to_contain_text("Museum poster")
    expect(panel).to_contain_text("en retard")
    lead.goto(f"{server.url}/supports")
    _partner_sees_it_until_it_is_revoked(lead, anyone, server, address)


def _partner_sees_it_until_it_is_revoked(
    lead: Page, partner: Page, server: Server, address: str
) -> None:
    lead.get_by_label("Pour qui", exact=True).fill("Tourisme Montréal")
    lead.get_by_role("button", name="Créer une page").click()
    secret = urlsplit(lead.locator(".partner-pages input[readonly]").input_value()).path
    partner.goto(f"{server.url}{secret}")
    picture = partner.locator("article img")
    expect(picture).to_have_count(1)
    _drawn(picture)
    expect(partner.get_by_role("link", name="Ouvrir")).to_have_attribute("href", address)
    _look(partner)
    lead.locator(".partner-pages summary").click()
    lead.locator(".partner-pages .sure button").click()
    expect(lead.locator(".partner-pages")).to_have_count(0)
    partner.reload()
    expect(partner.locator("h1")).to_contain_text("plus ouverte")
    expect(partner.locator("article")).to_have_count(0)
    _look(partner)


def test_a_wrong_file_is_refused_where_it_was_chosen(
    sign_in: SignIn, server: Server, tmp_path: Path
) -> None:
    lead = sign_in(
        "Amélie Roy", Role.LEAD, LAPTOP, may_say="422|ERR_FAILED", service_workers="block"
    )
    lead.goto(f"{server.url}/supports")
    lead.get_by_label("Titre en français").fill("Dépliant")
    lead.get_by_label("Langues").select_option("fr")
    late: list[Route] = []

    def hold(route: Route) -> None:
        late.append(route)

    lead.route("**/screens/supports.js*", hold)
    with lead.expect_request("**/screens/supports.js*"):
        lead.get_by_role("button", name="Le demander").click()
    field = lead.locator("input[type=file]")
    large = tmp_path / "film.pdf"
    with large.open("wb") as file:
        file.truncate(3 << 30)
    field.set_input_files(large)
    late[0].continue_()  # the file was chosen before the page's script ran
    expect(lead.get_by_text("Le fichier dépasse 100")).to_be_visible()
    lead.unroute("**/screens/supports.js*", hold)
    lead.get_by_role("button", name="Envoyer", exact=True).click()
    expect(field).to_have_js_property("validity.valid", False)
    program = tmp_path / "affiche.pdf"
    program.write_bytes(EXECUTABLE)
    field.set_input_files(program)
    expect(lead.get_by_text("Le fichier dépasse 100")).to_be_hidden()
    lead.get_by_role("button", name="Envoyer", exact=True).click()
    expect(lead.locator(".field .fault:visible")).to_contain_text("ni un PDF ni une image")
    expect(lead.locator("input[type=file]")).to_be_focused()
    _look(lead)
    endless = tmp_path / "sans-fin.pdf"
    endless.write_bytes(endless_pdf())
    lead.locator("input[type=file]").set_input_files(endless)
    lead.get_by_role("button", name="Envoyer", exact=True).click()
    expect(lead.locator("[data-state=refused]")).to_contain_text(
        "imprimez-le dans un nouveau PDF", timeout=60_000
    )
    # The reader that it killed is there for the next one, also after a break of the line.
    lead.route("**/api/v1/uploads/*", _cut, times=1)
    _send(lead.locator(".one-support"), tmp_path, pdf())
    expect(lead.get_by_text("L’envoi reprendra de lui-même")).to_be_visible()
    expect(lead.locator("[data-version='2'] .pages-drawn img")).to_have_count(1)


def test_three_gigabytes_are_refused_before_they_are_read(server: Server, guests: Cast) -> None:
    support = supports.add(guests.amelie, Bilingual("Film", "Film"), SupportKind.OTHER)[0]
    address = urlsplit(server.url)
    lines = (
        f"POST /supports/{support.id}/versions HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {guests.tokens['amelie']}",
        "Accept: text/html",
        "Accept-Language: fr",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {3 << 30}",
    )
    with socket.create_connection((address.hostname, address.port), timeout=5) as line:
        line.sendall("\r\n".join((*lines, "", "--x\r\n")).encode())
        answer = HTTPResponse(line)
        answer.begin()
        words = answer.read().decode()
    assert answer.status == 413
    assert "Le fichier dépasse 100" in words


def _cut(route: Route) -> None:
    route.abort()


def _send(support: Locator, folder: Path, data: bytes) -> None:
    file = folder / "affiche.pdf"
    file.write_bytes(data)
    support.locator("input[type=file]").set_input_files(file)
    support.get_by_role("button", name="Envoyer", exact=True).click()


def _drawn(picture: Locator) -> None:
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("img => img.naturalHeight") > 500


def _look(page: Page) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
