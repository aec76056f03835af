"""The reviewers' page: decided by keys alone, by two at once, and not before people have agreed."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import LAPTOP, SignIn
from tests.cast import Cast
from tests.client import Api
from tests.servers import Server, until

TEXTS = ("Un : la rotonde", "Deux : le robot", "Trois : la presse", "Quatre : encore", "Cinq : non")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_five_items_are_decided_without_a_mouse(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        keys = [driss.submit(text={"fr": text})["id"] for text in TEXTS]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        press = desk.keyboard.press
        expect(desk.locator("[data-list] li")).to_have_count(5)

        _on_stage(desk, "Un : la rotonde")
        press("j")
        _on_stage(desk, "Deux : le robot")
        press("k")
        _on_stage(desk, "Un : la rotonde")
        press("a")
        _done(desk, "Approuvé.", left=4)

        _on_stage(desk, "Deux : le robot")
        press("r")
        sheet = desk.get_by_role("dialog", name="Renvoyer pour correction")
        expect(sheet).to_be_visible()
        press("1")
        expect(sheet.get_by_label("Le texte gagnerait à être plus clair")).to_be_checked()
        press("Tab")
        desk.keyboard.type("Quel robot ? Les A, R, H et X y restent du texte.")
        press("Tab")  # cancel
        press("Tab")
        press("Enter")
        expect(sheet).to_be_hidden()
        _done(desk, "Renvoyé.", left=3)

        _on_stage(desk, "Trois : la presse")
        press("h")
        sheet = desk.get_by_role("dialog", name="De côté")
        expect(sheet).to_be_visible()
        press("Escape")
        expect(sheet).to_be_hidden()
        _on_stage(desk, "Trois : la presse")
        press("h")
        press("2")
        press("Enter")
        _done(desk, "Mis de côté.", left=3)

        for text, left in (("Quatre : encore", 2), ("Cinq : non", 1)):
            _on_stage(desk, text)
            press("x")
            press("2")
            press("Enter")
            _done(desk, "Refusé.", left=left)
        _on_stage(desk, "Trois : la presse")
        expect(desk.locator(".item")).to_contain_text("Un fait est à vérifier")

        statuses = ["approved", "returned", "held", "rejected", "rejected"]
        _until_status(driss, dict(zip(keys, statuses, strict=True)))
        mine = driss.view("desk")["changes"]
    returned = mine[keys[1]]["decision"]
    assert returned["reason"] == "text_unclear"
    assert returned["note"] == "Quel robot ? Les A, R, H et X y restent du texte."
    assert mine[keys[3]]["decision"]["reason"] == "off_topic"


@pytest.mark.parametrize("server", ["scaled"], indirect=True)  # two processes and Redis
def test_of_two_reviewers_one_decides_and_the_other_is_told(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        both, late = (driss.submit(text={"fr": text})["id"] for text in ("À deux", "Trop tard"))
        ben = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, may_say="409")
        lea = sign_in("Léa Côté", Role.COMMUNITY_MANAGER, LAPTOP, may_say="409|412")
        _on_stage(ben, "À deux")
        row = lea.locator(".entry", has_text="À deux")
        expect(row).to_contain_text("Ben s’en occupe")
        row.click()
        expect(lea.locator("[data-obstacle]")).to_have_text("Ben Carter a ouvert cet envoi.")
        expect(lea.get_by_role("button", name="Approuver", exact=True)).to_be_disabled()

        ben.keyboard.press("a")
        told = lea.locator("[data-gone]")
        expect(told).to_contain_text("Quelqu’un d’autre vient de décider.")
        _on_stage(lea, "À deux")  # it does not change under her finger
        expect(lea.locator("[data-act=approve]")).to_be_hidden()
        expect(ben.locator(".item")).to_contain_text("Trop tard")
        lea.keyboard.press("j")
        _on_stage(lea, "Trop tard")
        lea.keyboard.press("t")
        expect(ben.locator("[data-obstacle]")).to_have_text("Léa Côté a ouvert cet envoi.")
        expect(lea.locator("[data-obstacle]")).to_be_hidden()

        lea.keyboard.press("x")
        sheet = lea.get_by_role("dialog", name="Refuser")
        expect(sheet).to_be_visible()
        with Api(server.url, guests.tokens["amelie"]) as amelie:
            amelie.ask("POST", f"/submissions/{late}/claim", json={"take_over": True})
            amelie.decide(late, "approval")
        expect(lea.locator("[data-list] li")).to_have_count(0)
        lea.keyboard.press("1")
        lea.keyboard.press("Enter")
        expect(lea.locator("[data-alert]")).to_contain_text("Action impossible : ")
        expect(lea.locator("[data-alert]")).to_contain_text("entre-temps")
        _until_status(driss, {both: "approved", late: "approved"})


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_photo_waits_for_the_people_in_it(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        media = chloe.upload(snapshot)
        photo = {"kind": "photo", "text": {"fr": "Devant la fusée"}, "media": [media["id"]]}
        sent = chloe.submit(**photo, consent="pending")
        _on_stage(desk, "Devant la fusée")
        obstacle = desk.locator("[data-obstacle]")
        expect(obstacle).to_have_text("À approuver une fois l’accord des personnes obtenu.")
        approve = desk.get_by_role("button", name="Approuver", exact=True)
        expect(approve).to_be_disabled()
        expect(approve).to_have_accessible_description(obstacle.inner_text())
        desk.keyboard.press("a")
        expect(desk.locator("[data-alert]")).to_have_text(obstacle.inner_text())
        expect(desk.locator("[data-list] li")).to_have_count(1)

        change = {"json": photo | {"consent": "cleared"}, "headers": {"If-Match": '"1"'}}
        assert chloe.ask("PATCH", f"/submissions/{sent['id']}", **change).status_code == 200
        expect(obstacle).to_be_hidden()
        expect(desk.locator(".item")).to_contain_text("Cet envoi vient d’être modifié")
        desk.keyboard.press("a")
        expect(desk.locator("[data-list] li")).to_have_count(0)
        _until_status(chloe, {sent["id"]: "approved"})


def _on_stage(desk: Page, text: str) -> None:
    expect(desk.locator(".item")).to_contain_text(text)


def _done(desk: Page, said: str, *, left: int) -> None:
    expect(desk.locator("[data-summary]")).to_have_text(said)
    expect(desk.locator("[data-list] li")).to_have_count(left)


def _until_status(author: Api, wanted: dict[str, str]) -> None:
    """Wait for the server too: the page shows a decision before it has been made."""

    def settled() -> bool:
        mine = author.view("desk")["changes"]
        return {key: mine[key]["status"] for key in wanted} == wanted

    until(settled, f"{wanted}")
