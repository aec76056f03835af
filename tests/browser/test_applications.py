"""Applying on a phone without scripts, and deciding by the keyboard of a laptop, live."""

import re
from datetime import date

import pytest
import sqlalchemy as sa
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from mixroom.core import clock, ids
from mixroom.core.db import reading
from mixroom.core.roles import Role
from mixroom.letters.store import letters
from mixroom.recruiting import actions, applying, queries
from mixroom.recruiting.model import Answers, Consent, Half, Part
from mixroom.recruiting.moves import Fact
from mixroom.recruiting.signing import Seal, Way
from tests.browser.conftest import LAPTOP, PHONE, WAIT, OpenPage, SignIn
from tests.cast import Cast
from tests.servers import Server, until

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
MORNING = Half(date(2015, 11, 6), Part.MORNING)


def test_a_phone_without_scripts_applies_is_accepted_and_joins(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    phone = open_page(PHONE, java_script_enabled=False, may_say="422|429")
    phone.goto(f"{server.url}/apply")
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.get_by_label("Prénom et nom").fill("Zoé Tremblay")
    phone.get_by_label("Courriel").fill("zoe@example.org")
    phone.get_by_label("Photographe, vidéaste").check()
    phone.get_by_label("Français").check(force=True)
    phone.get_by_label("Pourquoi vous aimeriez en être").fill("J’aime les musées.")
    phone.get_by_label("peuvent lire ce que j’ai écrit").first.check()

    def pressed() -> bool:
        """Send; who is faster than people are is asked to read it over, and loses nothing."""
        with phone.expect_navigation():
            phone.get_by_role("button", name="Envoyer ma candidature").click()
        return "/a/" in phone.url or phone.locator(".fault").count() > 0

    until(pressed, "an answer to the form")
    expect(phone.locator("#fault-availability")).to_have_text("Ce champ est requis.")
    expect(phone.get_by_label("Pourquoi vous aimeriez en être")).to_have_value("J’aime les musées.")
    phone.get_by_role("group", name="Vendredi").get_by_label("Matin").check(force=True)
    until(pressed, "the applicant’s own page")
    expect(phone.get_by_role("heading", level=1)).to_have_text(
        "Presque fini : ouvrez notre lettre."
    )

    link = _letter(r"(/a/[\w-]+)", "application.confirm")
    phone.goto(server.url + link)
    phone.get_by_role("button", name="Confirmer ma candidature").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Nous avons votre candidature.")
    (key,) = (each.id for each in queries.page(guests.eve, limit=9))
    seal = Seal(server.settings.secret_key, server.url)
    actions.accept(guests.eve, key, seal)  # Ève leads the event that visitors see
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Vous êtes de l’équipe!")
    phone.get_by_role("link", name="J’ai un code").click()
    phone.get_by_label("Code").fill(_letter(r"code : (\w{4} \w{4})", "application.accepted"))
    phone.get_by_role("button", name="Continuer").click()
    phone.wait_for_url("**/send")


@pytest.mark.parametrize(("lang", "scheme"), [("fr", "light"), ("en", "dark")])
def test_a_lead_decides_by_the_keyboard_and_sees_others_arrive(
    sign_in: SignIn, server: Server, guests: Cast, lang: str, scheme: str
) -> None:
    seal = Seal(server.settings.secret_key, server.url)
    actions.set_needs(guests.amelie, {(Role.PRESS, MORNING): 1})
    ana, bea = (_apply(guests, seal, name) for name in ("Ana Roy", "Béa Côté"))
    lead = sign_in("Lise Roy", Role.LEAD, LAPTOP, color_scheme=scheme, locale=f"{lang}-CA")
    lead.goto(f"{server.url}/applications?lang={lang}")
    rows = lead.locator("[data-list] > li")
    expect(rows.locator(".who b")).to_have_text(["Béa Côté", "Ana Roy"])
    cell = lead.locator('[data-cell="press 2015-11-06:morning"]')
    expect(cell).to_have_attribute("data-state", "short")
    expect(cell.locator("[data-offer]")).to_have_text("2")
    expect(lead.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    _clean(lead)

    lead.keyboard.press("j")
    title = lead.locator(".whole [data-title]")
    expect(title).to_have_text("Béa Côté")
    _clean(lead)
    lead.keyboard.press("s")  # and the next one is opened
    expect(title).to_have_text("Ana Roy")
    expect(_row(lead, bea)).to_have_attribute("data-status", "shortlisted")
    lead.keyboard.press("z")
    expect(title).to_have_text("Béa Côté")
    expect(_row(lead, bea)).to_have_attribute("data-status", "received")
    lead.keyboard.press("s")
    expect(title).to_have_text("Ana Roy")
    lead.locator("[data-undo] button").press("Enter")  # which goes, and the focus does not
    expect(title).to_have_text("Béa Côté")
    expect(title).to_be_focused()
    lead.keyboard.press("a")
    expect(_row(lead, bea)).to_have_attribute("data-status", "accepted")
    lead.keyboard.press("Escape")
    expect(cell).to_have_attribute("data-state", "met")

    carl = _apply(guests, seal, "Carl Dubé")  # arrives while the page is open
    expect(rows).to_have_count(3)
    lead.keyboard.press("/")
    lead.keyboard.type("dube")
    expect(rows).to_have_count(1)
    actions.decide(guests.amelie, carl, Fact.DECLINED, seal)
    expect(_row(lead, carl)).to_have_attribute("data-status", "declined")
    lead.get_by_role("searchbox").fill("")
    expect(rows).to_have_count(3)
    for key in (ana, carl):
        _row(lead, key).get_by_role("checkbox").check()
    lead.locator(".bulk [value=shortlisting]").click()
    for key in (ana, carl):
        expect(_row(lead, key)).to_have_attribute("data-status", "shortlisted")


def test_a_lead_decides_on_a_phone(sign_in: SignIn, server: Server, guests: Cast) -> None:
    seal = Seal(server.settings.secret_key, server.url)
    key = _apply(guests, seal, "Très-Long-Prénom " * 4)
    lead = sign_in("Lise Roy", Role.LEAD, PHONE)
    lead.goto(f"{server.url}/applications")
    _row(lead, key).get_by_role("link").click()
    expect(lead.locator(".whole")).to_be_visible()
    expect(lead.locator("[data-list]")).to_be_hidden()
    assert lead.evaluate("document.documentElement.scrollWidth") == 390
    lead.get_by_label("Une note").fill("À rappeler.")
    lead.get_by_role("button", name="Ajouter la note").click()
    expect(lead.locator(".notes li .said")).to_have_text("À rappeler.")
    _clean(lead)
    lead.get_by_role("button", name="Accepter").click()
    expect(lead.locator("[data-undo] span")).to_contain_text("est de l’équipe")
    lead.get_by_role("link", name="Retour à la liste").click()
    expect(_row(lead, key).get_by_role("link")).to_be_focused()
    expect(_row(lead, key)).to_have_attribute("data-status", "accepted")
    _clean(lead)


def test_the_pages_for_everyone_are_accessible(
    open_page: OpenPage, server: Server, guests: Cast
) -> None:
    for lang, scheme in (("fr", "light"), ("en", "dark")):
        page = open_page(PHONE, color_scheme=scheme)
        for path in ("/apply", "/privacy"):
            page.goto(f"{server.url}{path}?lang={lang}")
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            _clean(page)


def _letter(pattern: str, template: str) -> str:
    """Return what a pattern finds in the latest letter of a template."""
    of = letters.c
    query = sa.select(of.body).where((of.template == template) & (of.email == "zoe@example.org"))
    with reading() as tx:
        body = tx.scalars(query.order_by(of.id.desc())).first()
    found = re.search(pattern, (body or "").replace("\u00a0", " "))
    assert found
    return found[1]


def _apply(guests: Cast, seal: Seal, name: str) -> str:
    """Send a confirmed application to the event of the cast; return its id."""
    key, now = ids.new(), clock.now()
    made = applying.apply(
        guests.event,
        Answers(name, f"{key}@example.org", (Role.PRESS,), ("fr",), (MORNING,), note="Voilà."),
        Consent("Je veux bien.", "fr", "1", now, date(2999, 1, 1)),
        lang="fr",
        key=key,
        sent_from="a",
        seal=seal,
        form=True,
    )
    return applying.confirm(seal.token(made.id, made.turn, Way.LETTER), seal).id


def _row(page: Page, key: str) -> Locator:
    return page.locator(f'[data-list] > li[data-key="{key}"]')


def _clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
