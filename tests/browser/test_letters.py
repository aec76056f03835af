"""A list of people becomes invitations: pasted, read, written to, printed; and letters that go."""

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, PHONE, OpenPage, SignIn, join
from tests.cast import Cast, cast_at
from tests.mailbox import receiving
from tests.servers import Server, embedded_in, running

NAMES = [
    "Chloé Roy; chloe.roy@example.org; photographe; 514 555-0199",
    "Ben Li\tben.li@example.org\tcommunity manager\tEnglish",
    "D’Amours, Zoé, zoe@example.org, attachée de presse",
    "山田 花子; hanako@example.org",
    "Jean-François Bélanger-Desrochers de la Rivière-du-Loup; jf@example.org; blogueur",
    *(f"Bénévole {n}; benevole{n}@example.org" for n in range(18)),
    "Marie-Ève Sans-Courriel",
    "Flora Nguyen-Roy; flora@exemple; caméra",
]


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
@pytest.mark.parametrize("device", [PHONE, LAPTOP], ids=["phone", "laptop"])
def test_twenty_five_names_are_pasted_and_invited(
    sign_in: SignIn, server: Server, device: dict[str, object]
) -> None:
    lead = sign_in("Amélie Roy", Role.LEAD, device)
    lead.goto(f"{server.url}/team")
    lead.get_by_role("link", name="Inviter plusieurs personnes").click()
    lead.locator("#text").fill("\n".join(NAMES))
    lead.get_by_role("button", name="Vérifier la liste").click()
    expect(lead.locator(".lines > li")).to_have_count(25)
    expect(lead.locator(".lines [data-fault]")).to_contain_text("n’est pas compris")
    _look(lead)
    lead.get_by_role("button", name="Inviter 23 personnes par lettre").click()
    expect(lead.locator("#done")).to_have_text("24 personnes sont dans l’équipe.")
    expect(lead.locator("#text")).to_have_value(NAMES[-1])  # the line that was not understood
    lead.get_by_role("link", name="Les voir partir").click()
    rows = lead.locator("[data-letter]")
    expect(rows).to_have_count(23)
    # Without a mail server they are held, live, and sent by hand one after the other.
    expect(lead.locator('.state[data-state="held"]')).to_have_count(23)
    _look(lead)
    rows.first.get_by_role("link").click()
    expect(lead.locator("#copy-text")).to_have_value(re.compile("/j#"))
    expect(lead.locator("#copy-subject")).to_have_value(lead.locator("h1").inner_text())
    expect(lead.locator('a[href^="mailto:"]')).to_be_visible()
    _look(lead)
    first = lead.url
    lead.get_by_role("button", name="Je l’ai envoyée").click()
    expect(lead).not_to_have_url(first)
    expect(lead.get_by_role("button", name="Je l’ai envoyée")).to_be_visible()

    lead.goto(f"{server.url}/team/badges")
    expect(lead.locator('[name="people"]:checked')).to_have_count(24)
    _look(lead)
    lead.get_by_role("button", name="Faire la feuille").click()
    badges = lead.locator(".badge")
    expect(badges).to_have_count(24)
    expect(badges.locator("svg.qr")).to_have_count(24)
    long = badges.filter(has_text="Rivière-du-Loup").locator(".name")
    assert long.evaluate("(name) => name.scrollHeight <= name.clientHeight + 1")
    _look(lead)


def test_many_letters_go_before_the_leads_eyes(open_page: OpenPage, tmp_path: Path) -> None:
    with receiving() as box:
        embedded = embedded_in(tmp_path)
        mail = {"MIXROOM_SMTP_URL": box.url, "MIXROOM_MAIL_FROM": "m@museomix.example"}
        server = Server(dict(embedded.env) | mail, 1, tmp_path)
        with running(server), cast_at(server) as cast:
            lead = open_page(LAPTOP)
            join(lead, server, cast, "Amélie Roy", Role.LEAD)
            lead.goto(f"{server.url}/letters")
            lead.get_by_label("attendent qu’une personne responsable").check()
            lead.get_by_role("button", name="Enregistrer").click()
            _invite(lead, server, cast)
            lead.goto(f"{server.url}/letters?show=held")
            box.refuses["p7@example.org"] = "550 5.1.1 No such user"
            lead.get_by_label("Toutes celles de cette liste").check()
            lead.get_by_role("button", name="Laisser partir").click()
            expect(lead.locator("[data-progress]")).to_be_visible()
            # No reload from here on: the numbers come by themselves.
            expect(lead.locator('[data-count="sent"]')).to_have_text("59")
            expect(lead.locator('[data-count="failed"]')).to_have_text("1")
            expect(lead.locator("[data-progress] [data-says]")).to_have_text(
                "Lettres parties : 60 sur 60"
            )
            assert len(box.got) == 59
            lead.locator('.tabs a[href$="failed"]').click()
            lead.locator("[data-letter] a").click()
            expect(lead.locator(".mono")).to_have_text("550 5.1.1 No such user")
            lead.get_by_text("Modifier").click()
            lead.locator("#email").fill("personne7@example.org")
            lead.get_by_role("button", name="Enregistrer").click()
            lead.get_by_role("button", name="Réessayer").click()
            lead.goto(f"{server.url}/letters?show=sent")
            expect(lead.locator('[data-count="sent"]')).to_have_text("60")
            lead.close()  # or it would say that the server is gone


def _invite(lead: Page, server: Server, cast: Cast) -> None:
    lead.goto(f"{server.url}/team/list")
    lead.locator("#text").fill("\n".join(f"Personne {n}; p{n}@example.org" for n in range(60)))
    lead.get_by_role("button", name="Vérifier la liste").click()
    lead.get_by_role("button", name="Inviter 60 personnes par lettre").click()
    expect(lead.locator("#done")).to_be_visible()


def _look(page: Page) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
