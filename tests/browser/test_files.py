"""The page says what is wrong with a file beside that file, and sends all others."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from mixroom.core import ids
from mixroom.core.roles import Role
from mixroom.crew import actions
from tests.browser.conftest import LAPTOP, PHONE, OpenPage, SignIn, press_send
from tests.cast import Cast
from tests.client import Api
from tests.photos import phone
from tests.servers import Server, until

# It is about the page, not about the database.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A file as some galleries hand one over: a name, and nothing in it."""
    path = tmp_path / "zero.jpg"
    path.touch()
    return path


def test_an_empty_file_is_told_when_it_is_chosen_and_the_rest_is_sent(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path, empty: Path
) -> None:
    page = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    expect(page.locator("body[data-takes]")).to_be_attached()
    page.locator(".pick input[multiple]").set_input_files([empty, snapshot])
    expect(page.locator('[data-fault="photos"]')).to_contain_text("zero.jpg est vide")
    expect(page.locator("[data-strip] li")).to_have_count(1)
    page.locator("textarea[name=text_fr]").fill("Une fusée, et rien.")
    press_send(page)
    _until_received(server, guests, "Une fusée, et rien.", photos=1)


def test_the_form_without_scripts_leaves_an_empty_file_out_and_says_so(
    open_page: OpenPage, server: Server, guests: Cast, snapshot: Path, empty: Path
) -> None:
    page = open_page(PHONE, java_script_enabled=False, may_say="422")
    way = actions.invite_from_server(guests.event.id, "Flora Nguyen", Role.PRESS)
    page.goto(f"{server.url}/j")
    page.get_by_label("Code").fill(way.code.lower())
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url("**/send")
    page.locator("textarea[name=text_fr]").fill("Sans script.")
    page.get_by_label("Personne n’est reconnaissable").check()
    page.locator(".pick input[multiple]").set_input_files([empty, snapshot])
    press_send(page)
    expect(page.get_by_role("status").first).to_contain_text("Reçu.")
    expect(page.get_by_role("alert").first).to_contain_text("Un fichier était vide")
    _until_received(server, guests, "Sans script.", photos=1)


@pytest.mark.parametrize(
    ("size", "mark"),
    [((120, 90), "Trop petite pour le mur : 120 × 90 pixels."), ((1200, 900), "")],
    ids=["a stamp", "a photo"],
)
def test_a_photo_too_small_for_the_wall_is_marked_at_review(
    sign_in: SignIn, server: Server, guests: Cast, size: tuple[int, int], mark: str
) -> None:
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    with Api(server.url, guests.tokens["driss"]) as driss:
        key, file = ids.new(), ("p.jpg", phone("rocket", 1, size).data)
        driss.ask("POST", "/media", data={"id": key}, files={"file": file})
        driss.developed(key)
        driss.submit(kind="photo", text={"fr": "Une fusée."}, media=[key], consent="not_needed")
    expect(desk.locator(".item")).to_contain_text("Une fusée.")
    expect(desk.locator("[data-note]")).to_have_text(mark)


def _until_received(server: Server, guests: Cast, text: str, *, photos: int) -> None:
    with Api(server.url, guests.tokens["amelie"]) as amelie:

        def found() -> bool:
            items = amelie.view("review")["changes"].values()
            ours = [item for item in items if item["text"]["fr"] == text]
            return [len(item["media"]) for item in ours] == [photos]

        until(found, f"{text!r} to be received with its photos")
