"""Promises to a sponsor: noted, kept by evidence, and owed again when that is recalled."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core import clock, ids
from mixroom.core.clock import rfc3339
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.promises import actions as promises
from mixroom.promises.model import PromiseKind
from mixroom.review import actions as review
from mixroom.sponsors import actions as sponsors
from mixroom.sponsors.model import Promise, Tier
from tests.browser.conftest import LAPTOP, PHONE, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.evidence import message, support
from tests.servers import Server
from tests.wraps import approved_photo

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def _sponsor(cast: Cast) -> str:
    name = Bilingual("Fondation Lumen", "Lumen Foundation")
    return sponsors.add(cast.amelie, name=name, tier=Tier.MAJOR, promise=Promise(10)).id


def test_a_promise_is_noted_and_kept_by_a_page(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    _sponsor(guests)
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP)
    other = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    lead.goto(f"{server.url}/promises")
    other.goto(f"{server.url}/promises")
    lead.locator("#kind").select_option("kit")
    lead.get_by_label("En français").fill("Une page dans la trousse")
    lead.get_by_label("Échéance").fill("2030-11-07T17:00")
    lead.get_by_role("button", name="Noter la contrepartie").click()
    expect(other.locator("[data-group=owed] li")).to_contain_text("Une page dans la trousse")
    _look(other)
    expect(lead.locator("[data-state=owed]")).to_be_visible()
    _look(lead)
    lead.get_by_label("Adresse de la page").fill("https://musee.test/trousse")
    lead.locator("[data-kind=url] button").click()
    expect(lead.locator("[data-state=kept]")).to_be_visible()
    expect(other.locator("[data-group=kept] li")).to_contain_text("1 sur 1")
    assert "https://musee.test/trousse" in _table(lead, server)[0]["Preuves"]


def test_five_promises_are_kept_by_five_kinds_of_evidence(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    lumen = _sponsor(guests)
    message(guests)
    support(guests)
    photo = approved_photo(guests, "Le mot de la fondation")
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, may_say="404")  # the photo has no files
    lead.goto(f"{server.url}/sponsors")
    lead.locator(".sponsors summary").first.click()
    lead.get_by_role("link", name="Ses contreparties").click()
    expect(lead.locator("#sponsor-shown")).to_have_value(lumen)
    made = {}
    for kind, amount in (
        ("wall_share", "10"),
        ("mentions", "1"),
        ("logo", "1"),
        ("kit", ""),
        ("stage", ""),
    ):
        lead.goto(f"{server.url}/promises?sponsor={lumen}")
        lead.locator("#kind").select_option(kind)
        if amount:
            lead.locator("#amount").fill(amount)
        else:
            expect(lead.locator("#amount")).to_be_hidden()
        lead.get_by_label("En français").fill(f"Promis : {kind}")
        lead.get_by_role("button", name="Noter la contrepartie").click()
        expect(lead.locator("h1")).to_contain_text("Fondation Lumen")
        made[kind] = lead.url
    # The last day of this event is over: all five are late until there is evidence.
    board = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
    board.goto(f"{server.url}/promises")
    expect(board.locator("[data-group=late] li")).to_have_count(5)
    _report_an_hour(server, guests, lumen)
    for kind, evidence, choice in (
        ("mentions", "publication", {"index": 1}),
        ("logo", "support", {"label": "Affiche"}),
        ("stage", "photo", {"value": photo}),
    ):
        lead.goto(made[kind])
        lead.locator(f"#ref-{evidence}").select_option(**choice)
        lead.locator(f"[data-kind={evidence}] button").click()
        expect(lead.locator("[data-state=kept]")).to_be_visible()
    lead.goto(made["kit"])
    lead.get_by_label("Adresse de la page").fill("https://musee.test/trousse")
    lead.locator("[data-kind=url] button").click()
    expect(lead.locator("[data-state=kept]")).to_be_visible()
    expect(board.locator("[data-group=kept] li")).to_have_count(5)
    _look(board)
    rows = _table(lead, server)
    assert {row["Contrepartie"] for row in rows} == {
        "Part du temps des murs",
        "Mentions sur les réseaux",
        "Logo sur un support",
        "Place dans la trousse de presse",
        "Mots sur scène",
    }
    assert {(row["Commanditaire"], row["État"]) for row in rows} == {("Fondation Lumen", "tenue")}
    proofs = " ".join(row["Preuves"] for row in rows)
    assert "https://x.com/museomix/status/1" in proofs
    assert "https://musee.test/trousse" in proofs
    assert "/s/" in proofs


def _report_an_hour(server: Server, cast: Cast, sponsor: str) -> None:
    """Have the wall report an hour of the event's first day, a quarter of it with the sponsor."""
    began = datetime(2015, 11, 6, 17, tzinfo=UTC)
    told = [
        {
            "id": ids.new(),
            "sponsor": sponsor if minute < 15 else None,
            "began_at": rfc3339(began + timedelta(minutes=minute)),
            "seconds": 60,
            "where": "strip",
        }
        for minute in range(60)
    ]
    with Api(server.url, cast.tokens["mur"]) as wall:
        assert wall.ask("POST", "/exposures", json={"items": told}).json()["counted"] == len(told)


def _table(page: Page, server: Server) -> list[dict[str, str]]:
    page.goto(f"{server.url}/promises")
    with page.expect_download() as download:
        page.get_by_role("link", name="En tableau").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_recalled_photo_takes_its_evidence_back(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    words = Bilingual("Un mot à l’ouverture", "A word at the opening")
    due = clock.now() + timedelta(minutes=1)
    key = promises.make(guests.amelie, _sponsor(guests), PromiseKind.STAGE, words=words, due=due).id
    photo = approved_photo(guests, "La scène")
    lead = sign_in("Amélie Roy", Role.LEAD, LAPTOP, may_say="404")
    board = sign_in("Flore Roy", Role.LEAD, LAPTOP)
    board.goto(f"{server.url}/dashboard")
    owed = board.locator('[data-panel="promises"]')
    expect(owed).to_contain_text("Un mot à l’ouverture")
    lead.goto(f"{server.url}/promises/{key}")
    lead.locator("#ref-photo").select_option(photo)
    lead.locator("[data-kind=photo] button").click()
    expect(lead.locator("[data-state=kept]")).to_be_visible()
    expect(owed).to_be_hidden()
    review.recall(guests.ben, photo)
    expect(lead.locator("[data-lost]")).to_contain_text("ne tient plus")
    expect(lead.locator("[data-state=kept]")).to_have_count(0)
    expect(owed).to_contain_text("Un mot à l’ouverture")
    _look(lead)


def _look(page: Page) -> None:
    """Hold that axe finds nothing, and that nothing is wider than the page."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"{page.url} is {wide} px too wide"
