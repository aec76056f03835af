"""Requests on a phone: on top of /send, taken by thumb, answered also without a network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import expect

from mixroom.core.roles import Role
from tests.browser.conftest import NO_LINE, PHONE, OpenPage, SignIn, join, press_send
from tests.cast import Cast
from tests.client import Api
from tests.line import Line
from tests.servers import Server, until

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
NARROW = {"viewport": {"width": 320, "height": 568}, "has_touch": True}
WISH = {"text": {"fr": "Une photo de la maquette", "en": "A photo of the model"}, "kind": "photo"}


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """A line of the phone's own, which the test cuts."""
    with Line(int(server.url.rsplit(":", 1)[1])) as line:
        yield line


@pytest.fixture
def amelie(server: Server, guests: Cast) -> Iterator[Api]:
    """The lead, who asks."""
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        yield amelie


def test_a_phone_takes_a_request_sends_without_a_network_and_is_thanked(
    line: Line, open_page: OpenPage, guests: Cast, amelie: Api
) -> None:
    pocket = open_page(PHONE, may_say=NO_LINE)
    join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    expect(pocket.locator("mx-asked")).to_be_hidden()

    key = _ask(amelie, WISH | {"team": "Team Pixel", "place": "Workshop", "tags": ["nuit"]})
    row = pocket.locator(".request")
    expect(row).to_contain_text("Une photo de la maquette")
    expect(row).to_contain_text("Amélie Roy · pour tout le monde")
    expect(row).to_contain_text("Équipe Pixel · Atelier · une photo")
    expect(row).to_contain_text(re.compile(r"encore (59|60)\s?min"))
    row.get_by_role("button", name="Je m’en occupe").click()
    expect(row).to_contain_text("Vous vous en occupez.")
    assert amelie.ask("GET", f"/requests/{key}").json()["taken_by"]["name"] == "Chloé Gagnon"

    pocket.wait_for_function("async () => !!(await navigator.serviceWorker.ready).active")
    line.cut()
    row.get_by_role("button", name="Envoyer").click()
    note = pocket.locator("[data-mending]")
    expect(note).to_contain_text("Répond à la demande faite par Amélie Roy.")
    pocket.locator("textarea[name=text_fr]").fill("La voici.")
    pocket.reload()  # the page that the service worker keeps
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    expect(pocket.locator("textarea[name=text_fr]")).to_have_value("La voici.")
    expect(note).to_contain_text("Une photo de la maquette")
    expect(pocket.locator("input[name=team]:checked + span")).to_have_text("Équipe Pixel")
    expect(pocket.locator("input[name=place]:checked + span")).to_have_text("Atelier")
    expect(row).to_have_attribute("data-state", "mine")
    press_send(pocket)
    sent = pocket.locator(".mine li.sent")
    expect(sent).to_contain_text("Répond à la demande faite par Amélie Roy.")
    expect(row).to_contain_text("Votre réponse est en route.")

    line.mend()
    until(lambda: _status(amelie, key) == "done", "the request to be done")
    expect(row).to_have_count(0)
    expect(sent).to_have_attribute("data-state", "submitted")
    expect(sent).to_contain_text("Répond à la demande faite par Amélie Roy.")
    [answer] = amelie.ask("GET", f"/requests/{key}").json()["answers"]
    found = amelie.ask("GET", f"/submissions/{answer}").json()
    assert (found["team"]["en"], found["place"]["en"]) == ("Team Pixel", "Workshop")
    assert found["tags"] == ["nuit"]

    amelie.ask("POST", f"/requests/{key}/thanks")
    thanks = pocket.locator("[data-thanked] li")
    expect(thanks).to_contain_text("Amélie Roy vous remercie.")
    thanks.get_by_role("button", name="Masquer").click()
    expect(thanks).to_have_count(0)
    pocket.reload()
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    expect(thanks).to_have_count(0)


def test_it_says_who_took_it_goes_away_and_comes_back_when_it_is_given_back(
    sign_in: SignIn, guests: Cast, amelie: Api, server: Server
) -> None:
    key = _ask(amelie, WISH | {"to": {"role": "photographer"}})
    pocket = sign_in("Zoé Petit", Role.PHOTOGRAPHER, PHONE)
    blogger = sign_in("Omar Haddad", Role.BLOGGER, PHONE)
    row = pocket.locator(".request")
    expect(row).to_contain_text("pour votre rôle")
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        chloe.ask("POST", f"/requests/{key}/taking")
        expect(row).to_contain_text("Chloé Gagnon s’en occupe.")
        expect(row.get_by_role("button")).to_have_count(0)
        expect(row).to_have_count(0)
        chloe.ask("POST", f"/requests/{key}/giving-back")
    expect(row.get_by_role("button", name="Je m’en occupe")).to_be_visible()
    expect(blogger.locator("body[data-ready]")).to_be_attached()
    expect(blogger.locator(".request")).to_have_count(0)
    row.get_by_role("button", name="Je m’en occupe").click()
    row.get_by_role("button", name="Laisser à d’autres").click()
    expect(row.get_by_role("button", name="Je m’en occupe")).to_be_visible()
    amelie.ask("POST", f"/requests/{key}/cancellation")
    expect(row).to_contain_text("Ce n’est plus nécessaire.")


def test_without_a_network_it_is_not_taken_but_can_be_answered(
    line: Line, open_page: OpenPage, guests: Cast, amelie: Api
) -> None:
    key = _ask(amelie, {"text": "Deux mots sur la démo", "kind": "quote", "lang": "en"})
    pocket = open_page(PHONE, may_say=NO_LINE)
    join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    expect(pocket.locator("mx-asked[data-ready]")).to_be_attached()
    row = pocket.locator(".request")
    line.cut()
    row.get_by_role("button", name="Je m’en occupe").click()
    expect(row.get_by_role("alert")).to_contain_text("Pas de réseau")
    row.get_by_role("button", name="Envoyer tout de suite").click()
    expect(pocket.locator("#tab-en")).to_have_attribute("aria-selected", "true")
    expect(pocket.locator("input[name=kind]")).to_be_checked()
    pocket.locator("textarea[name=text_en]").fill("It works!")
    press_send(pocket)
    expect(row).to_contain_text("Votre réponse est en route.")
    line.mend()
    until(lambda: _status(amelie, key) == "done", "the request to be done")


def test_an_answer_can_be_detached_and_what_was_written_stays(sign_in: SignIn, amelie: Api) -> None:
    key = _ask(amelie, {"text": "Deux mots sur la démo"})
    pocket = sign_in("Zoé Petit", Role.BLOGGER, PHONE)
    text = pocket.locator("textarea[name=text_fr]")
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    text.fill("Autre chose.")
    pocket.locator(".request").get_by_role("button", name="Envoyer tout de suite").click()
    expect(text).to_have_value("Autre chose.")
    pocket.get_by_role("button", name="Envoyer sans y répondre").click()
    expect(pocket.locator("[data-mending]")).to_be_hidden()
    press_send(pocket)
    expect(pocket.locator(".mine li.sent")).to_have_attribute("data-state", "submitted")
    assert _status(amelie, key) == "open"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_requests_fit_a_narrow_phone(sign_in: SignIn, amelie: Api, scheme: str) -> None:
    long = "Anticonstitutionnellement" * 4
    _ask(amelie, {"text": long, "team": long, "place": "Atelier", "kind": "video", "lang": "fr"})
    _ask(amelie, WISH)
    pocket = sign_in("Zoé Petit", Role.PHOTOGRAPHER, NARROW, color_scheme=scheme)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    expect(pocket.locator(".request")).to_have_count(2)
    assert pocket.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(pocket)
    assert found.violations_count == 0, found.generate_report()
    for button in pocket.locator(".request button:visible").all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= 320


def test_of_many_requests_three_are_shown_until_one_asks_for_more(
    sign_in: SignIn, amelie: Api
) -> None:
    for n in range(5):
        _ask(amelie, {"text": f"Demande {n}"})
    pocket = sign_in("Zoé Petit", Role.PHOTOGRAPHER, PHONE)
    expect(pocket.locator(".request:visible")).to_have_count(3)
    pocket.get_by_role("button", name="Voir 2 de plus").click()
    expect(pocket.locator(".request:visible")).to_have_count(5)
    expect(pocket.locator("[data-asked-all]")).to_be_hidden()


@pytest.mark.parametrize(
    "tags",
    [{36867: "2015:11:07 14:03:00", 36881: "-05:00"}, {36867: "2015:11:07 14:03:00"}],
    ids=["with an offset", "by the phone’s zone"],
)
def test_the_phone_says_when_a_photo_was_taken(
    sign_in: SignIn, tmp_path: Path, tags: dict[int, str]
) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(tags)
    Image.new("RGB", (800, 600), "teal").save(tmp_path / "IMG_1.jpg", exif=exif)
    pocket = sign_in("Zoé Petit", Role.PHOTOGRAPHER, PHONE)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    pocket.locator(".pick input[multiple]").set_input_files(tmp_path / "IMG_1.jpg")
    expect(pocket.locator("[data-strip] li img[src]")).to_be_visible()
    with pocket.expect_request("**/api/v1/submissions") as sent:
        press_send(pocket)
    assert sent.value.post_data_json["captured_at"] == "2015-11-07T19:03:00.000Z"


def _ask(amelie: Api, wish: dict[str, object]) -> str:
    answer = amelie.ask("POST", "/requests", json=wish)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _status(amelie: Api, key: str) -> str:
    return str(amelie.ask("GET", f"/requests/{key}").json()["status"])
