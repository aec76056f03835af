"""The page of translations: what a volunteer types is neither lost nor moved."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, NO_LINE, PHONE, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.photos import phone
from tests.servers import Server, until

# What the server does is tested in both layouts; here it is the page.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


def test_a_volunteer_says_so_translates_and_a_reviewer_takes_it_in(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        key = _shown(server, guests, chloe, {"fr": "Le robot danse."})
        pocket = sign_in("Léa Côté", Role.BLOGGER, PHONE)
        pocket.goto(f"{server.url}/translations")
        pocket.get_by_role("link", name="Dites-le sur votre page").click()
        pocket.wait_for_url("**/me#languages")  # whole, and where it is scrolled to
        pocket.get_by_role("button", name="J’écris en français et en anglais").click()
        pocket.get_by_role("link", name="Réviser").click()
        card = _card(pocket, key)
        expect(card).to_contain_text("Anglais manquant")
        card.get_by_label("Anglais").fill("The robot dances.")
        _axe(pocket)
        pocket.reload()
        expect(card.get_by_label("Anglais")).to_have_value("The robot dances.")

        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        expect(desk.locator("[data-proposed]")).to_be_hidden()
        card.get_by_role("button", name="Proposer").click()
        expect(card).to_contain_text("En révision")
        desk.get_by_role("link", name="1 traduction proposée").click()
        theirs = _card(desk, key)
        expect(theirs).to_contain_text("Proposé par Léa Côté")
        expect(theirs.get_by_label("Anglais")).to_have_value("The robot dances.")
        _axe(desk)
        theirs.get_by_role("button", name="Afficher").click()
        expect(theirs).to_have_count(0)
        expect(card).to_have_count(0)
        expect(pocket.locator("[data-none]")).to_be_visible()
        assert chloe.view("wall")["changes"][key]["text"]["en"] == "The robot dances."


def test_who_types_keeps_their_words_whatever_others_do(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with (
        Api(server.url, guests.tokens["chloe"]) as chloe,
        Api(server.url, guests.tokens["amelie"]) as amelie,
    ):
        first = _shown(server, guests, chloe, {"fr": "Un."})
        second = _shown(server, guests, chloe, {"fr": "Deux."})
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, may_say="412|409")
        desk.goto(f"{server.url}/translations")
        cards = desk.locator("mx-translation")
        expect(cards).to_have_count(2)
        mine = _card(desk, second)
        mine.get_by_label("Anglais").click()
        desk.keyboard.type("Tw")
        person = {"person": guests.ben.id}
        assert amelie.ask("PUT", f"/submissions/{first}/translator", json=person).status_code == 204
        expect(_card(desk, first)).to_contain_text("Ben Carter s’en occupe")
        third = _shown(server, guests, chloe, {"fr": "Trois."})
        expect(_card(desk, third)).to_be_visible()
        desk.keyboard.type("o.")
        expect(mine.get_by_label("Anglais")).to_have_value("Two.")

        changed = {"text": {"fr": "Deux fois."}}
        assert amelie.ask("PATCH", f"/submissions/{second}", json=changed).status_code == 200
        expect(mine).to_contain_text("Deux fois.")
        expect(mine.get_by_label("Anglais")).to_have_value("Two.")
        mine.get_by_role("button", name="Afficher").click()
        expect(mine.locator("[data-fault]")).to_contain_text("Relisez-la")
        both = {"text": {"fr": "Deux fois.", "en": "Twice."}}
        assert amelie.ask("PATCH", f"/submissions/{second}", json=both).status_code == 200
        expect(mine).to_contain_text("Votre texte est encore ici")
        expect(mine.get_by_label("Anglais")).to_have_value("Two.")
        mine.get_by_role("button", name="Fermer").click()
        expect(mine).to_have_count(0)


def test_a_line_that_is_gone_costs_no_word(sign_in: SignIn, server: Server, guests: Cast) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        key = _shown(server, guests, chloe, {"fr": "Le robot danse."})
        pocket = sign_in("Léa Côté", Role.BLOGGER, PHONE, may_say=NO_LINE)
        pocket.goto(f"{server.url}/me")
        pocket.get_by_role("button", name="J’écris en français et en anglais").click()
        pocket.get_by_role("link", name="Réviser").click()
        card = _card(pocket, key)
        card.get_by_label("Anglais").fill("The robot dances.")
        pocket.context.set_offline(True)
        card.get_by_role("button", name="Proposer").click()
        expect(card.locator("[data-fault]")).to_have_text("Le réseau est coupé.")
        expect(card.get_by_label("Anglais")).to_have_value("The robot dances.")
        pocket.context.set_offline(False)
        card.get_by_role("button", name="Proposer").click()
        expect(card).to_contain_text("En révision")


def test_a_series_has_a_field_for_each_photo_and_another_language_waits_its_turn(
    sign_in: SignIn, server: Server, guests: Cast, tmp_path: Path
) -> None:
    with (
        Api(server.url, guests.tokens["chloe"]) as chloe,
        Api(server.url, guests.tokens["amelie"]) as amelie,
    ):
        captions = {"rocket": {"fr": "La fusée"}, "coffee": {"fr": "Le café", "en": "Coffee"}}
        told = []
        for name, caption in captions.items():
            path = tmp_path / f"{name}.jpg"
            path.write_bytes(phone(name, 1, (800, 600)).data)
            told.append({"id": chloe.upload(path)["id"], "caption": caption})
            chloe.developed(told[-1]["id"])
        sent = {"kind": "photo", "consent": "cleared", "alt": {"en": "Two pictures"}}
        key = chloe.submit(**sent, text={"fr": "Deux.", "en": "Two."}, media=told)["id"]
        amelie.decide(key, "approval")

        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
        desk.goto(f"{server.url}/translations")
        card = _card(desk, key)
        expect(card).to_contain_text("Français manquant")
        card.get_by_label("Description", exact=True).fill("Deux images")
        card.get_by_role("button", name="Afficher").click()
        expect(card).to_contain_text("Anglais manquant")
        caption = card.get_by_label("Légende La fusée")
        expect(card.locator("[data-photos] li")).to_have_count(1)
        caption.fill("The rocket")
        _axe(desk)
        desk.reload()
        expect(caption).to_have_value("The rocket")

        # Someone is quicker, and has mended the French since: it is French that is missing now.
        told[0]["caption"] = {"en": "A rocket"}
        changed = {"text": {"fr": "Deux.", "en": "Two."}, "media": told}
        assert amelie.ask("PATCH", f"/submissions/{key}", json=changed).status_code == 200
        expect(card).to_contain_text("Votre texte est encore ici")
        expect(caption).to_have_value("The rocket")
        card.get_by_role("button", name="Fermer").click()
        expect(card).to_contain_text("Français manquant")
        card.get_by_label("Légende A rocket").fill("Une fusée")
        card.get_by_role("button", name="Afficher").click()
        expect(card).to_have_count(0)
        shown = [photo["caption"] for photo in chloe.view("wall")["changes"][key]["media"]]
        assert shown == [{"fr": "Une fusée", "en": "A rocket"}, captions["coffee"]]


def _shown(server: Server, guests: Cast, author: Api, text: dict[str, str]) -> str:
    key: str = author.submit(text=text)["id"]
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        amelie.decide(key, "approval")
        until(lambda: key in amelie.view("translations")["changes"], "it to lack a side")
    return key


def _card(page: Page, key: str) -> Locator:
    return page.locator(f'mx-translation[data-id="{key}"]')


def _axe(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
