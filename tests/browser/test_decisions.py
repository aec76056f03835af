"""The reviewers' page at full speed: mended, undone, decided together, by keys and by thumb."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mixroom.core import clock, ids
from mixroom.core.db import transaction
from mixroom.core.roles import Role
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.review.queries import MAX_PER_PAGE
from mixroom.submissions import store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import Submission
from tests.browser.conftest import LAPTOP, PHONE, WAIT, SignIn, intercept
from tests.cast import Cast
from tests.client import Api, following
from tests.servers import Server, until

# What the server does is tested in both layouts; here it is the page.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)

SAYS = {"showing": {"scene": "hero", "keys": []}, "seq": 0, "fps": 60, "version": "1"}
SAYS |= {"viewport": [1920, 1080]}

# A thumb that moves from one place to another on the picture or the poster.
SWIPE = """([selector, dx]) => {
  const node = document.querySelector(selector)
  const box = node.getBoundingClientRect()
  const [x, y] = [box.x + box.width / 2, box.y + 60]
  const at = (dx) => new Touch({ identifier: 1, target: node, clientX: x + dx, clientY: y })
  const say = (type, dx) => {
    const touches = type === "touchend" ? [] : [at(dx)]
    node.dispatchEvent(new TouchEvent(type, { bubbles: true, touches, changedTouches: [at(dx)] }))
  }
  say("touchstart", 0)
  for (const part of [0.3, 0.7, 1]) say("touchmove", dx * part)
  say("touchend", dx)
}"""

# On a busy machine Escape, the key that opens the sheet again, and Enter may all come before the
# browser tells of the two closings.
CLOSED_AND_CONFIRMED = """() => {
  const sheet = document.querySelector('[data-sheet="hold"]')
  sheet.close()
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "h", bubbles: true }))
  sheet.querySelector("input[type=radio]").checked = true
  sheet.close("yes")
}"""


def test_the_words_are_mended_beside_each_other_and_the_history_says_who(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit(text={"fr": "Le robo danse."})["id"]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, may_say="412")
        _on_stage(desk, "Le robo danse.")
        desk.keyboard.press("e")
        sheet = desk.get_by_role("dialog", name="Modifier le texte")
        expect(sheet.get_by_label("Anglais", exact=True)).to_be_focused()
        _axe(desk)
        desk.keyboard.type("The robot dances.")
        sheet.get_by_label("Français", exact=True).fill("Le robot danse.")

        edited = {"text": {"fr": "Le robo danse bien."}}
        assert driss.ask("PATCH", f"/submissions/{key}", json=edited).status_code == 200
        sheet.get_by_role("button", name="Enregistrer").click()
        theirs = sheet.locator("[data-theirs]")
        expect(theirs).to_contain_text("Le robo danse bien.")
        expect(sheet.get_by_label("Français", exact=True)).to_have_value("Le robot danse.")
        sheet.get_by_role("button", name="Enregistrer").click()
        expect(sheet).to_be_hidden()
        _on_stage(desk, "The robot dances.")

        desk.keyboard.press("y")
        history = desk.get_by_role("dialog", name="Historique")
        expect(history.locator("li")).to_have_count(3)
        expect(history.locator("li").nth(2)).to_contain_text("Modifié en révision par Ben Carter")
        expect(history.locator("li").nth(2).locator("del").first).to_have_text("robo")
        expect(history.locator("li").nth(2).locator("ins").first).to_have_text("robot")
        _axe(desk)
        desk.keyboard.press("Escape")
        desk.keyboard.press("a")
        with Api(server.url, guests.tokens["ben"]) as ben:
            until(lambda: key in ben.view("wall")["changes"], "the wall to have it")
            assert ben.view("wall")["changes"][key]["text"]["en"] == "The robot dances."


def test_what_became_of_it_tells_undoings_retouchings_and_which_screens_still_have_it(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    _, token = crew.token_from_server(guests.event.id, "Mur de la rotonde", Role.SCREEN)
    with (
        Api(server.url, guests.tokens["chloe"]) as chloe,
        Api(server.url, guests.tokens["ben"]) as ben,
        Api(server.url, guests.tokens["mur"]) as mur,
        Api(server.url, token) as rotunda,
        following(mur, "screen") as one,
        following(rotunda, "screen") as two,
    ):
        media = chloe.upload(snapshot)["id"]
        chloe.developed(media)
        key = chloe.submit(kind="photo", media=[media], consent="pending")["id"]
        agreed = {"consent": "cleared"}
        assert chloe.ask("PATCH", f"/submissions/{key}", json=agreed).status_code == 200
        assert ben.ask("PUT", f"/media/{media}/retouch", json={"turn": 1}).status_code == 200
        chloe.developed(media)
        for how in ("approval", "reopening", "approval"):
            ben.decide(key, how)
        for screen in (one, two):
            assert "release" in screen.io.call("screen.report", SAYS)
        ben.decide(key, "recall", reason="mistake")
        gone = SAYS | {"gone": [{"key": key, "seq": 0}]}
        assert "release" in one.io.call("screen.report", gone)

        for lang, device, told in (
            (
                "fr",
                LAPTOP,
                [
                    "Envoyé par Chloé Gagnon",
                    "Modifié après l’envoi Chloé Gagnon",
                    "Photo retouchée par Ben Carter",
                    "Approuvé par Ben Carter",
                    "Décision annulée par Ben Carter",
                    "Approuvé par Ben Carter",
                    "Retiré du mur par Ben Carter",
                    "Disparu de l’écran Mur,",
                    "Pas encore disparu de l’écran Mur de la rotonde",
                ],
            ),
            ("en", PHONE, ["Sent by Chloé Gagnon"]),
        ):
            desk = sign_in("Léa Côté", Role.COMMUNITY_MANAGER, device)
            desk.goto(f"{server.url}/review?lang={lang}")
            desk.locator("[data-recent] summary").click()
            desk.locator("[data-taken-list] [data-history]").click()
            entries = desk.locator("mx-history li")
            expect(entries).to_have_count(9)
            for n, words in enumerate(told):
                expect(entries.nth(n)).to_contain_text(words)
            consent = {"fr": "Accord à demanderAccord donné", "en": "Still to be askedThey agree"}
            expect(entries.nth(1)).to_contain_text(consent[lang])
            _axe(desk)
            wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            assert desk.evaluate(wide) == 0


def test_a_decision_is_taken_back_before_the_wall_has_turned(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit(text={"fr": "Trop vite"})["id"]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk, "Trop vite")
        desk.keyboard.press("a")
        expect(desk.locator("mx-undo")).to_contain_text("Approuvé.")
        desk.keyboard.press("z")
        _on_stage(desk, "Trop vite")
        assert driss.view("desk")["changes"][key]["status"] == "submitted"
        desk.keyboard.press("x")
        desk.keyboard.press("1")
        desk.keyboard.press("Enter")
        _until_status(driss, [key], "rejected")


def test_a_burst_is_decided_at_once_and_what_is_not_ready_stays(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        keys = _burst(chloe, snapshot, ["cleared", "cleared", "cleared", "pending"])
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk, "Rafale 0")
        desk.get_by_role("button", name="Rafale de 4").click()
        expect(desk.locator("[data-marked]").first).to_be_attached()
        expect(desk.locator("[data-bulk]")).to_contain_text("4 cochés")
        _axe(desk)
        desk.locator("[data-act=approve-marked]").click()
        expect(desk.locator("[data-list] li")).to_have_count(1)
        expect(desk.locator("[data-alert]")).to_contain_text("1 envoi ne peut pas encore")
        _until_status(chloe, keys[:3], "approved")
        expect(desk.locator("[data-bulk]")).to_contain_text("1")
        desk.locator("[data-act=reject-marked]").click()
        desk.keyboard.press("2")
        desk.keyboard.press("Enter")
        _until_status(chloe, keys[3:], "rejected")


def test_the_best_of_a_burst_is_kept_in_one_step_and_undone_in_one(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    with (
        Api(server.url, guests.tokens["chloe"]) as chloe,
        Api(server.url, guests.tokens["amelie"]) as amelie,
    ):
        keys = _burst(chloe, snapshot, ["cleared", "cleared", "pending", "cleared"])
        assert amelie.ask("POST", f"/submissions/{keys[3]}/claim", json={}).status_code == 200
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk, "Rafale 0")
        desk.keyboard.press("j")
        _on_stage(desk, "Rafale 1")
        keep = desk.get_by_role("button", name="Garder celle-ci sur 4")
        expect(keep).to_be_visible()
        desk.keyboard.press("p")
        undo = desk.locator("mx-undo")
        expect(undo).to_contain_text("Approuvé, 2 autres refusés.")
        expect(undo).to_contain_text("car ouverts par quelqu’un : 1.")
        _axe(desk)
        expect(desk.locator("[data-list] li")).to_have_count(1)
        _until_status(chloe, keys[1:2], "approved")
        _until_status(chloe, [keys[0], keys[2]], "rejected")
        _until_status(chloe, keys[3:], "submitted")
        why = chloe.view("desk")["changes"][keys[0]]["decision"]
        assert why["reason"] == "better_one"
        assert why["reason_text"]["fr"] == "Une autre du même moment a été retenue"

        desk.keyboard.press("z")
        expect(desk.locator("[data-list] li")).to_have_count(4)
        _on_stage(desk, "Rafale 1")
        _until_status(chloe, keys, "submitted")


def test_of_a_burst_nothing_is_done_while_the_one_cannot_be_approved(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        keys = _burst(chloe, snapshot, ["pending", "cleared"])
        blocked = {"may_say": "412", "service_workers": "block"}
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, **blocked)
        # The server has the last word too: what the page thinks is ready changes on the way.
        intercept(desk, "**/approval", lambda route: (_amended(chloe, keys[1]), route.continue_()))
        _on_stage(desk, "Rafale 0")
        desk.get_by_role("button", name="Garder celle-ci sur 2").click()
        expect(desk.locator("[data-alert]")).to_contain_text("l’accord des personnes")
        expect(desk.locator("[data-list] li")).to_have_count(2)
        _until_status(chloe, keys, "submitted")

        desk.keyboard.press("j")
        _on_stage(desk, "Rafale 1")
        desk.keyboard.press("p")
        expect(desk.locator("[data-alert]")).to_contain_text("Action impossible : ")
        expect(desk.locator("[data-list] li")).to_have_count(2)
        expect(desk.locator("mx-undo")).to_be_hidden()
        _until_status(chloe, keys, "submitted")


def test_what_is_approved_for_later_and_pinned(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit(text={"fr": "Ce soir, 20 h"})["id"]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk, "Ce soir, 20 h")
        desk.keyboard.press("o")
        sheet = desk.get_by_role("dialog", name="Approuver avec options…")
        _axe(desk)
        sheet.get_by_label("Le remontrer sur le mur").select_option("60")
        sheet.get_by_label("Un moment clé de l’événement").check()
        sheet.get_by_role("button", name="Approuver").click()
        _until_status(driss, [key], "approved")
        shown = driss.view("desk")["changes"][key]["showing"]
        assert shown["pinned_until"]
        assert shown["key_moment"]
        assert not shown["press"]


def test_a_sheet_that_is_closed_and_confirmed_at_once_decides_once(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        key = driss.submit(text={"fr": "À vérifier"})["id"]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk, "À vérifier")
        asked: list[str] = []
        desk.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        desk.keyboard.press("h")
        expect(desk.get_by_role("dialog", name="De côté")).to_be_visible()
        desk.evaluate(CLOSED_AND_CONFIRMED)
        _until_status(driss, [key], "held")
        expect(desk.locator("[data-summary]")).to_have_text("Mis de côté.")
        assert asked.count("hold") == 1


def test_a_thumb_decides_by_moving_the_card_aside(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        keys = [driss.submit(text={"fr": text})["id"] for text in ("Oui", "Non", "Peut-être")]
        phone = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
        phone.goto(f"{server.url}/review")
        _on_stage(phone, "Oui")
        phone.evaluate(SWIPE, [".item .poster", 60])
        _on_stage(phone, "Oui")
        phone.evaluate(SWIPE, [".item .poster", 160])
        _until_status(driss, keys[:1], "approved")
        _on_stage(phone, "Non")
        phone.evaluate(SWIPE, [".item .poster", -160])
        sheet = phone.get_by_role("dialog", name="Renvoyer pour correction")
        sheet.get_by_label("Le texte gagnerait à être plus clair").check()
        sheet.get_by_role("button", name="Renvoyer").click()
        _until_status(driss, keys[1:2], "returned")


def test_twenty_items_are_decided_by_keys_alone(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    with Api(server.url, guests.tokens["driss"]) as driss:
        keys = [driss.submit(text={"fr": f"Envoi {n:02}"})["id"] for n in range(20)]
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        expect(desk.locator("[data-list] li")).to_have_count(20)
        for n in range(20):
            _on_stage(desk, f"Envoi {n:02}")
            if n % 4 == 3:
                desk.keyboard.press("x")
                expect(desk.get_by_role("dialog", name="Refuser")).to_be_visible()
                desk.keyboard.press("2")
                desk.keyboard.press("Enter")
            else:
                # A key that comes within a glance of the last decision is taken for a double tap.
                desk.wait_for_function("queue => queue.ready", arg=desk.query_selector("mx-queue"))
                desk.keyboard.press("a")
        expect(desk.locator("[data-nothing]")).to_be_visible()
        _until_status(driss, [key for n, key in enumerate(keys) if n % 4 == 3], "rejected")
        _until_status(driss, [key for n, key in enumerate(keys) if n % 4 != 3], "approved")


def test_a_queue_longer_than_the_page_is_worked_through_to_its_end(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    size = MAX_PER_PAGE + 30
    with transaction() as tx:
        for n in range(size):
            content = Content(Kind.POST, Bilingual(f"Envoi {n:03}"))
            sent = Submission(ids.new(), guests.event.id, guests.driss.id, content, clock.now())
            store.add(tx, sent)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    expect(desk.locator("[data-count]")).to_have_text(f"{size} en attente")
    _on_stage(desk, "Envoi 000")
    for _ in range(MAX_PER_PAGE - 1):
        desk.keyboard.press("s")
        desk.keyboard.press("j")
    expect(desk.locator("[data-bulk]")).to_contain_text(f"{MAX_PER_PAGE - 1} cochés")
    desk.locator("[data-act=approve-marked]").click()
    expect(desk.locator("[data-count]")).to_have_text("31 en attente", timeout=2 * WAIT)
    expect(desk.locator("[data-list] li")).to_have_count(31, timeout=2 * WAIT)
    expect(desk.locator("[data-list] li").last).to_contain_text(f"Envoi {size - 1}")


def _burst(chloe: Api, path: Path, consents: list[str]) -> list[str]:
    """Send photos one after the other, and wait until they are ready."""
    keys = []
    for n, consent in enumerate(consents):
        media = chloe.upload(path)
        chloe.developed(media["id"])
        sent = {"kind": "photo", "text": {"fr": f"Rafale {n}"}, "media": [media["id"]]}
        keys.append(str(chloe.submit(**sent, consent=consent)["id"]))
    return keys


def _amended(author: Api, key: str) -> None:
    sent = author.ask("GET", f"/submissions/{key}").json()
    change = {"text": {"fr": "Autre chose"}, "media": [each["id"] for each in sent["media"]]}
    assert author.ask("PATCH", f"/submissions/{key}", json=change).status_code == 200


def _on_stage(desk: Page, text: str) -> None:
    expect(desk.locator(".item")).to_contain_text(text)


def _axe(desk: Page) -> None:
    found = Axe().run(desk)
    assert found.violations_count == 0, found.generate_report()


def _until_status(author: Api, keys: list[str], wanted: str) -> None:
    """Wait for the server: the page shows a decision before it has been made."""

    def settled() -> bool:
        mine = author.view("desk")["changes"]
        return {mine[key]["status"] for key in keys} == {wanted}

    until(settled, f"{keys} to be {wanted}", 15)
