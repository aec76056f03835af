"""The volunteer's page: what becomes of what one sends, also where everything else goes wrong."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Page, Route, expect

from mixroom.core import db, doorbell
from mixroom.core.roles import Role
from mixroom.crew import actions
from tests.browser.conftest import (
    LAPTOP,
    NO_LINE,
    PHONE,
    PROJECTOR,
    WAIT,
    OpenPage,
    SignIn,
    frozen,
    join,
    press_send,
)
from tests.cast import Cast, enter
from tests.client import Api, Json
from tests.servers import Server, env_in, running, until


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_returned_text_says_why_is_mended_and_may_leave_the_wall_again(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    phone = sign_in("Driss Alaoui", Role.BLOGGER, PHONE)
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    _write(phone, "Le robo danse.")
    _send(phone)
    row = _row(phone, "Le robo danse.")
    expect(row).to_have_attribute("data-state", "submitted")

    with Api(server.url, guests.tokens["amelie"]) as amelie:
        [sent] = amelie.view("review")["changes"].values()
        expect(row).to_contain_text("Ben Carter s’en occupe.")
        amelie.ask("POST", f"/submissions/{sent['id']}/claim", json={"take_over": True})
        amelie.decide(sent["id"], "return", reason="text_unclear", note="Le robot, avec un t.")
        expect(row).to_have_attribute("data-state", "returned")
        expect(row).to_contain_text("À corriger.")
        expect(row).to_contain_text("Le texte gagnerait à être plus clair")
        expect(row).to_contain_text("Le robot, avec un t.")
        expect(desk.locator("[data-list] li")).to_have_count(0)

        row.locator("[data-act=mend]").click()
        expect(phone.locator("[data-mending]")).to_contain_text("Le robot, avec un t.")
        text = phone.locator("textarea[name=text_fr]")
        expect(text).to_have_value("Le robo danse.")
        _write(phone, "Le robot danse.")
        _send(phone)
        expect(text).to_have_value("")
        mended = _row(phone, "Le robot danse.")
        expect(mended).to_have_attribute("data-state", "submitted")
        expect(phone.locator(".mine li.sent")).to_have_count(1)
        expect(desk.locator("[data-list] li")).to_contain_text(["Le robot danse."])

        amelie.decide(sent["id"], "approval")
    on_the_wall = wall.locator(f'[data-key="{sent["id"]}"]')
    expect(on_the_wall.first).to_contain_text("Le robot danse.")
    expect(mended).to_have_attribute("data-state", "approved")
    expect(mended).to_contain_text(re.compile(r"Approuvé\. Sur le mur depuis \d"))

    mended.locator("[data-act=menu]").click()
    mended.locator("[data-act=withdraw]").click()
    phone.locator("[data-sure-yes]").click()
    expect(on_the_wall).to_have_count(0)
    expect(mended).to_have_attribute("data-state", "withdrawn")
    expect(mended).to_contain_text("Retiré par vous.")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_form_works_without_javascript(
    open_page: OpenPage, server: Server, guests: Cast, snapshot: Path
) -> None:
    page = open_page(PHONE, java_script_enabled=False, may_say="422")
    way = actions.invite_from_server(guests.event.id, "Flora Nguyen", Role.PRESS)
    page.goto(f"{server.url}/j")
    page.get_by_label("Code").fill(way.code.lower())
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/send")

    page.get_by_label("Crédit").fill("Studio Échange")
    page.get_by_role("radio", name="Équipe Écho").check()
    page.get_by_label("Personne n’est reconnaissable").check()
    page.locator("#alt-en").fill("A rocket on its ramp.")
    _send(page)
    expect(page.get_by_role("alert").first).to_contain_text("Il manque quelque chose")
    expect(page.get_by_label("Crédit")).to_have_value("Studio Échange")
    expect(page.get_by_role("radio", name="Équipe Écho")).to_be_checked()
    expect(page.get_by_label("Personne n’est reconnaissable")).to_be_checked()
    expect(page.locator("#alt-en")).to_have_value("A rocket on its ramp.")

    _write(page, "La fusée attend.")
    page.locator(".pick input[multiple]").set_input_files(snapshot)
    _send(page)
    expect(page.get_by_role("status").first).to_contain_text("Reçu.")
    row = page.locator("li.sent")
    expect(row).to_contain_text("La fusée attend.")
    expect(row).to_contain_text("En attente de révision.")
    [sent] = _received(server, guests, "La fusée attend.")
    assert sent["credit"] == "Studio Échange"
    assert sent["team"] == {"fr": "Équipe Écho", "en": "Team Echo"}
    assert sent["consent"] == "not_needed"
    assert sent["alt"]["en"] == "A rocket on its ramp."
    assert len(sent["media"]) == 1


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_server_that_stands_still_costs_nothing_and_doubles_nothing(
    sign_in: SignIn, server: Server, guests: Cast, photo: Path
) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE, may_say=NO_LINE)
    line = phone.locator("mx-line")
    expect(line).to_have_attribute("data-state", "live", timeout=2 * WAIT)
    expect(phone.locator("body[data-takes]")).to_be_attached()
    with frozen(server):
        _write(phone, "Envoyé dans le vide.")
        _add(phone, photo)
        phone.evaluate(LISTEN)
        _send(phone)
        row = _row(phone, "Envoyé dans le vide.")
        expect(row).to_be_visible()
        expect(line).to_have_attribute("data-state", "offline")
        expect(line).to_contain_text("Hors ligne, rien ne se perd")
        assert set(phone.evaluate("window.said")) <= {"waiting", "sending"}
        expect(row).not_to_contain_text("Reçu")
        again = phone.context.new_page()
        phone.close()  # as a phone does to a page in the background

    again.goto(f"{server.url}/send")
    row = _row(again, "Envoyé dans le vide.")
    expect(row).to_be_visible()
    expect(row).to_have_attribute("data-state", "submitted", timeout=2 * WAIT)
    expect(again.locator(".mine li.sent")).to_have_count(1)
    until(lambda: again.evaluate(KEPT) == 0, "the phone to keep nothing more")
    [sent] = _received(server, guests, "Envoyé dans le vide.")
    assert len(sent["media"]) == 1


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_file_that_is_no_photo_is_refused_in_words(sign_in: SignIn) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    notes = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Liste des choses" * 99}
    _write(phone, "Ceci n’est pas une photo.")
    phone.locator(".pick input[multiple]").set_input_files(notes)
    expect(phone.locator("[data-strip] li")).to_contain_text("notes.jpg")
    _send(phone, "not_needed")
    row = _row(phone, "Ceci n’est pas une photo.")
    expect(row).to_contain_text("Ce fichier n’est pas une photo.")

    row.locator("[data-act=menu]").click()
    row.locator("[data-act=edit]").click()
    expect(phone.locator("textarea[name=text_fr]")).to_have_value("Ceci n’est pas une photo.")
    expect(phone.locator("[data-strip] li")).to_have_count(0)
    _write(phone, "Ceci est un texte.")
    _send(phone)
    expect(row).to_have_count(0)
    row = _row(phone, "Ceci est un texte.")
    expect(row).to_have_attribute("data-state", "submitted")
    expect(row).not_to_contain_text("Ce fichier")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_what_is_typed_and_chosen_before_the_page_is_ready_is_sent_with_the_rest(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    phone = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE, service_workers="block")
    _write(phone, "D’hier.")
    expect(phone.locator("body[data-ready]")).to_be_attached()
    until(lambda: phone.evaluate(KEPT) == 1, "the draft to be kept")
    script: list[Route] = []
    phone.route("**/js/screens/send.js*", lambda route: script.append(route))  # noqa: PLW0108
    with phone.expect_request("**/js/screens/send.js*"):
        phone.reload(wait_until="commit")
    _write(phone, "Vite tapé.")
    phone.locator(".pick input[multiple]").set_input_files(snapshot)
    script.pop().continue_()
    expect(phone.locator("[data-strip] li")).to_be_visible()
    _send(phone)
    row = _row(phone, "Vite tapé.")
    expect(row).to_have_attribute("data-state", "submitted")
    [sent] = _received(server, guests, "D’hier.\nVite tapé.")
    assert len(sent["media"]) == 1


class Tight(Server):
    """A server that may have no room for photos, which is no reason for it not to start."""

    def _ready(self) -> bool:
        with suppress(requests.ConnectionError):
            checks = requests.get(f"{self.url}/readyz", timeout=5).json()["checks"]
            return {said for what, said in checks.items() if what != "media"} == {"ok"}
        return False


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Tight]:
    """The server without room, running, and its database reached by the test."""
    env = env_in(tmp_path, MIXROOM_RESERVE_MB="900000")
    with running(Tight(env, 1, tmp_path)) as started:
        engine = db.connect(started.settings.database_url)
        doorbell.place(started.settings.database_url)
        yield started
        engine.dispose()


def test_a_server_without_room_leaves_the_photo_on_the_phone_until_there_is_some(
    open_page: OpenPage, full: Tight, snapshot: Path
) -> None:
    guests = enter()
    phone = open_page(PHONE, may_say=f"507|{NO_LINE}")
    join(phone, full, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    _write(phone, "La dernière photo du rouleau.")
    _add(phone, snapshot)
    _send(phone)
    row = _row(phone, "La dernière photo du rouleau.")
    expect(row).to_contain_text("Gardé sur ce téléphone.")
    expect(row).to_contain_text("Le serveur est plein. Gardez votre photo")

    _write(phone, "Les mots passent encore.")
    _send(phone)
    words = _row(phone, "Les mots passent encore.")
    expect(words).to_have_attribute("data-state", "submitted")
    phone.reload()
    expect(row).to_contain_text("Le serveur est plein.")
    expect(row.locator("img")).to_have_attribute("src", re.compile("^blob:"))
    assert not _received(full, guests, "La dernière photo du rouleau.")

    full.stop()
    full.env["MIXROOM_RESERVE_MB"] = "0"
    full.start()
    expect(row).to_have_attribute("data-state", "submitted", timeout=2 * WAIT)
    [sent] = _received(full, guests, "La dernière photo du rouleau.")
    assert len(sent["media"]) == 1


# Every state that a line of the outbox goes through from now on.
LISTEN = """() => {
  window.said = []
  const note = () => {
    for (const row of document.querySelectorAll(".mine li.sent")) said.push(row.dataset.state)
  }
  const rows = document.querySelector(".send")
  new MutationObserver(note).observe(rows, { subtree: true, childList: true, attributes: true })
}"""
# How many entries the phone keeps.
KEPT = """() => new Promise((resolve) => {
  indexedDB.open("mixroom").onsuccess = ({ target: { result: database } }) => {
    const asked = database.transaction("entries").objectStore("entries").count()
    asked.onsuccess = () => {
      database.close()
      resolve(asked.result)
    }
  }
})"""


def _write(phone: Page, text: str) -> None:
    phone.locator("textarea[name=text_fr]").fill(text)


def _add(phone: Page, photo: Path) -> None:
    phone.locator(".pick input[multiple]").set_input_files(photo)
    expect(phone.locator("[data-strip] li")).to_be_visible()


_send = press_send


def _row(phone: Page, text: str) -> Locator:
    return phone.locator(".mine li.sent", has_text=text)


def _received(server: Server, guests: Cast, text: str) -> list[Json]:
    """Return what the reviewers have of that text."""
    with Api(server.url, guests.tokens["ben"]) as ben:
        return [
            item for item in ben.view("review")["changes"].values() if item["text"]["fr"] == text
        ]
