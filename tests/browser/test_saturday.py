"""Saturday at two: from a gap on the dashboard to a photo on the wall, and thanks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mixroom.core.roles import Role
from tests.browser.conftest import (
    LAPTOP,
    NO_LINE,
    PHONE,
    PROJECTOR,
    OpenPage,
    SignIn,
    join,
    press_send,
)
from tests.cast import Cast
from tests.day import set_clock
from tests.line import Line
from tests.servers import Server

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
DESK = {"viewport": {"width": 1440, "height": 900}}


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """The line of Chloé's phone, which the test cuts."""
    with Line(int(server.url.rsplit(":", 1)[1])) as line:
        yield line


@pytest.fixture
def round_table(guests: Cast) -> None:
    """Have the event be on, with the museum's clock at two, and a round table that begins."""
    set_clock(guests)


@pytest.mark.usefixtures("round_table")
def test_a_gap_becomes_a_request_a_photo_on_the_wall_and_thanks_without_a_reload(
    sign_in: SignIn, open_page: OpenPage, line: Line, guests: Cast, snapshot: Path
) -> None:
    lead = sign_in("Zoé Roy", Role.LEAD, DESK)
    assert lead.url.endswith("/dashboard")
    phone = open_page(PHONE, may_say=NO_LINE)
    join(phone, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    other = sign_in("Driss Alaoui", Role.PHOTOGRAPHER, PHONE)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    everyone = (lead, phone, other, desk, wall)
    for page in everyone:
        page.evaluate("window.neverReloaded = true")

    expect(lead.locator("[data-panel=programme]")).to_contain_text("Table ronde")
    team = lead.locator("tbody tr", has_text="Équipe Pixel")
    alarm = lead.locator("[data-panel=alarms] li", has_text="Équipe Pixel")
    expect(team).to_have_attribute("data-silent", "2")
    expect(alarm).to_contain_text("Rien depuis")

    team.locator("button[data-gap]").last.click()
    form = lead.locator("dialog[data-ask]")
    expect(form.get_by_label("Équipe-projet")).to_have_value("Équipe Pixel")
    form.get_by_label("Quoi").select_option("photo")
    expect(form.get_by_label("En français")).to_have_value("Une photo · Équipe Pixel")
    form.get_by_role("button", name="Demander").click()
    expect(team.locator("button[data-asked=open]")).to_have_count(1)

    row, seen = phone.locator(".request"), other.locator(".request")
    expect(seen).to_contain_text("Une photo · Équipe Pixel")
    row.get_by_role("button", name="Je m’en occupe").click()
    expect(row).to_contain_text("Vous vous en occupez.")
    asked = lead.locator("[data-panel=requests] li")
    expect(asked).to_contain_text("Chloé Gagnon s’en occupe")
    expect(team.locator("button[data-asked=taken]")).to_have_count(1)
    expect(seen).to_have_count(0)

    line.cut()
    row.get_by_role("button", name="Envoyer").click()
    phone.locator(".pick input[multiple]").set_input_files(snapshot)
    phone.locator("textarea[name=text_fr]").fill("Quatre personnes, un micro.")
    expect(phone.locator("[data-strip] li")).to_be_visible()
    press_send(phone)
    expect(row).to_contain_text("Votre réponse est en route.")
    line.mend()

    expect(desk.locator("[data-list] li")).to_have_count(1)
    expect(asked).to_contain_text("Chloé Gagnon l’a envoyé")
    approve = desk.locator("[data-act=approve]")
    expect(approve).to_be_enabled()
    approve.click()

    cell = team.locator("button[data-level]")
    expect(cell).to_have_text("1")
    expect(cell.locator(".marks")).to_have_attribute("data-kinds", "photo")
    expect(cell.locator(".tongues")).to_have_attribute("data-langs", "fr")
    expect(alarm).to_have_count(0)
    expect(wall.locator("body")).to_contain_text("Quatre personnes, un micro.")
    expect(wall.locator("[data-key] img, [data-shown] img").first).to_be_visible()

    asked.get_by_role("button", name="Remercier").click()
    expect(asked).to_contain_text("remerciements envoyés")
    expect(phone.locator("[data-thanked] li")).to_contain_text("Zoé Roy vous remercie.")
    for page in everyone:
        assert page.evaluate("window.neverReloaded") is True


@pytest.mark.usefixtures("round_table")
def test_a_word_to_the_room_is_on_every_page_until_it_is_read(sign_in: SignIn) -> None:
    lead = sign_in("Zoé Roy", Role.LEAD, DESK)
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    lead.get_by_role("button", name="Faire une annonce").click()
    form = lead.locator("dialog[data-tell]")
    form.get_by_label("Français").fill("Souper à 18 h, au café.")
    form.get_by_label("Anglais").fill("Supper at 18:00, in the café.")
    form.get_by_role("button", name="Annoncer").click()
    for page in (phone, desk):
        expect(page.locator(".announced p")).to_have_text("Souper à 18 h, au café.")
    told = lead.locator("[data-panel=announcements] li")
    expect(told).to_contain_text("lue par 0 sur")
    phone.locator(".announced").get_by_role("button", name="Compris").click()
    expect(phone.locator(".announced")).to_have_count(0)
    expect(told).to_contain_text("lue par 1 sur")
    phone.reload()
    expect(phone.locator("body[data-ready]")).to_be_attached()
    desk.reload()
    expect(desk.locator(".announced p")).to_be_visible()
    expect(phone.locator(".announced")).to_have_count(0)
