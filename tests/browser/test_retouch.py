"""The light table: a face is blurred by hand, by finger, by keys alone, and is gone everywhere."""

import io
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from mixroom.core.roles import Role
from mixroom.review import actions as review
from tests import photos
from tests.browser.conftest import LAPTOP, PHONE, PROJECTOR, SignIn
from tests.cast import Cast
from tests.client import Api, Json
from tests.photos import FACE
from tests.servers import Server, until

FAST = "/wall?pace=8&debug=1"
# What the server does is tested in both layouts; here it is the page.
pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)
# Does a picture that stands upright by now hang so, with no more trimmed off than the wall may?
UPRIGHT = """(key) => {
  const images = [...document.querySelectorAll(`[data-key="${key}"] img`)]
  const fits = ({ naturalWidth, naturalHeight, clientWidth, clientHeight }) =>
    naturalHeight > naturalWidth
    && Math.abs((clientWidth / clientHeight) * (naturalHeight / naturalWidth) - 1) < 0.09
  return images.length > 0 && images.every(fits)
}"""


@pytest.fixture
def portrait(tmp_path: Path) -> Path:
    """A photo of someone who does not want to be recognised."""
    path = tmp_path / "IMG_0044.jpg"
    path.write_bytes(photos.portrait((1200, 900)))
    return path


def test_a_face_is_blurred_by_hand(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media, _ = _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        before = _on_stage(desk)
        assert _detail(chloe, before) > 15
        board = _light_table(desk)
        desk.keyboard.press("3")
        _drag(desk, board, (FACE.x - 0.01, FACE.y - 0.01), (0.76, 0.51))
        part = desk.get_by_role("button", name="Zone floutée 1")
        expect(part).to_be_focused()
        desk.get_by_role("button", name="Enregistrer").click()
        expect(board).to_be_hidden()
        after = _other(desk, before)
        assert _detail(chloe, after) < 4
        assert chloe.page(before).status_code == 404
        assert chloe.developed(media)["retouch"]["version"] == 1

        board = _light_table(desk)  # and all of it can be taken back
        expect(desk.locator(".part")).to_have_count(1)
        desk.get_by_role("button", name="Tout annuler").click()
        expect(desk.locator(".part")).to_have_count(0)
        desk.get_by_role("button", name="Enregistrer").click()
        assert _detail(chloe, _other(desk, after)) > 15


def test_everything_is_done_by_keys_alone(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media, _ = _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        before = _on_stage(desk)
        press = desk.keyboard.press
        _light_table(desk)
        frame = desk.get_by_role("button", name="Ce qui reste de la photo")
        _tab_to(desk, frame)
        for _ in range(10):
            press("Shift+ArrowLeft")
        press("ArrowLeft")
        told = desk.locator("[data-told]")
        expect(told).to_have_text(re.compile(r"À 8\s% de la gauche, .*, large de 80\s%"))

        press("2")
        _tab_to(desk, desk.get_by_role("button", name="Là où le mur la centre"))
        press("ArrowUp")
        press("3")
        _tab_to(desk, desk.get_by_role("button", name="Ajouter"))
        press("Enter")
        part = desk.get_by_role("button", name="Zone floutée 1")
        expect(part).to_be_focused()
        press("ArrowDown")
        press("Shift+ArrowRight")
        _tab_to(desk, desk.get_by_role("button", name="Ajouter"))
        press("Enter")
        expect(desk.get_by_role("button", name="Zone floutée 2")).to_be_focused()
        press("Delete")
        expect(part).to_be_focused()
        _tab_to(desk, desk.get_by_role("button", name="Tourner vers la droite"))
        press("Enter")
        _tab_to(desk, desk.get_by_role("button", name="Enregistrer"))
        press("Enter")
        expect(desk.locator("dialog[open]")).to_have_count(0)
        _other(desk, before)
        found = chloe.developed(media)
        wanted = found["retouch"]
        assert wanted["turn"] == 1
        assert wanted["crop"] == {"x": 0.08, "y": 0, "w": 0.8, "h": 1}
        assert wanted["focus"] == {"x": 0.48, "y": 0.48}
        (blur,) = wanted["blurs"]
        assert blur["x"] + blur["w"] / 2 == pytest.approx(0.48, abs=0.001)
        assert blur["y"] + blur["h"] / 2 == pytest.approx(0.52, abs=0.001)
        assert (found["width"], found["height"]) == (900, 960)


def test_a_finger_draws_turns_and_taps(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media, _ = _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, PHONE)
        before = _on_stage(desk)
        desk.get_by_role("button", name="Retoucher", exact=True).tap()
        board = desk.locator("[data-board]")
        expect(board).to_be_visible()
        desk.get_by_role("radio", name="Centrer").tap()
        _tap(desk, board, 0.25, 0.75)
        desk.get_by_role("radio", name="Flouter").tap()
        _tap(desk, board, 0.625, 0.375)
        desk.get_by_role("button", name="Tourner vers la gauche").tap()
        desk.get_by_role("button", name="Enregistrer").tap()
        _other(desk, before)
        wanted = chloe.developed(media)["retouch"]
        (blur,) = wanted["blurs"]
        assert wanted["turn"] == 3
        assert wanted["focus"]["x"] == pytest.approx(0.25, abs=0.01)
        assert wanted["focus"]["y"] == pytest.approx(0.75, abs=0.01)
        assert blur["x"] + blur["w"] / 2 == pytest.approx(0.625, abs=0.01)
        assert blur["y"] + blur["h"] / 2 == pytest.approx(0.375, abs=0.01)


def test_who_comes_second_is_told_and_loses_nothing_of_the_first(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe, _ben(server, guests) as ben:
        media, key = _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP, may_say="412")
        _on_stage(desk)
        _light_table(desk)
        until(lambda: ben.view("review")["changes"][key]["claim"], "the desk to hold it")
        taken = {"take_over": True}
        assert ben.ask("POST", f"/submissions/{key}/claim", json=taken).status_code == 200
        _retouch(ben, media, blurs=[{"x": 0.1, "y": 0.1, "w": 0.1, "h": 0.1}])
        assert ben.ask("DELETE", f"/submissions/{key}/claim").status_code == 204
        desk.get_by_role("button", name="Tourner vers la droite").click()
        desk.get_by_role("button", name="Enregistrer").click()
        expect(desk.locator("dialog[open] [data-fault]")).to_contain_text(
            "vient de retoucher cette photo"
        )
        assert chloe.developed(media)["retouch"]["turn"] == 0


def test_the_wall_centres_and_turns_a_photo_where_it_hangs(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe, _ben(server, guests) as ben:
        sent = {key: media for media, key in (_sent(chloe, portrait) for _ in range(4))}
        for key in sent:
            review.approve(guests.ben, key)
        wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
        wall.goto(f"{server.url}/wall?debug=1")
        hanging = wall.locator("#stage [data-key]:has(img)")
        plays = "Boolean(globalThis.wall)"
        until(lambda: wall.evaluate(plays) and hanging.count() > 1, "photos to hang")
        wall.evaluate("wall.conductor.paused = true")
        key = str(hanging.last.get_attribute("data-key"))
        media, image = sent[key], wall.locator(f'#stage [data-key="{key}"] img')

        _retouch(ben, media, focus={"x": 0.2, "y": 0.9})
        shown = "image => image.style.objectPosition"
        until(lambda: image.evaluate(shown) == "20% 90%", "the wall to centre it there")

        _retouch(ben, media, turn=1)
        until(lambda: wall.evaluate(UPRIGHT, key), "the wall to turn it")


def test_a_photo_on_the_wall_is_blurred_from_the_list_of_what_was_approved(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        _, key = _sent(chloe, portrait)
        review.approve(guests.ben, key)
        wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
        wall.goto(server.url + FAST)
        image = wall.locator(f'[data-key="{key}"] img').first
        expect(image).to_be_visible()
        before = image.get_attribute("src")

        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        desk.locator(".recent summary").click()
        desk.get_by_role("button", name="Retoucher la photo : ").click()
        board = desk.locator("[data-board]")
        expect(board).to_be_visible()
        desk.keyboard.press("3")
        _drag(desk, board, (0.48, 0.23), (0.77, 0.52))
        desk.get_by_role("button", name="Enregistrer").click()
        expect(wall.locator(f'img[src="{before}"]')).to_have_count(0)
        expect(wall.locator(f'[data-key="{key}"] img').first).to_be_visible()
        address = wall.locator(f'[data-key="{key}"] img').first.get_attribute("src")
        assert address
        assert _detail(chloe, address) < 4


def test_leaving_what_is_not_saved_is_asked_about_first(
    sign_in: SignIn, server: Server, guests: Cast, portrait: Path
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        media, _ = _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
        _on_stage(desk)
        press, table = desk.keyboard.press, desk.locator("dialog[open]")
        _light_table(desk)
        press("Escape")  # nothing was begun
        expect(table).to_have_count(0)

        _light_table(desk)
        turn = desk.get_by_role("button", name="Tourner vers la droite")
        turn.click()
        asks = table.get_by_role("group", name="Quitter sans enregistrer?")
        for _ in range(3):
            press("Escape")
            expect(asks).to_be_visible()
            expect(asks.get_by_role("button", name="Rester")).to_be_focused()
            found = Axe().run(desk)
            assert not found.violations_count, found.generate_report()
            press("Escape")
            expect(asks).to_be_hidden()
            expect(turn).to_be_focused()
        press("Escape")
        press("Enter")  # stay
        expect(asks).to_be_hidden()
        expect(desk.locator("[data-board]")).to_have_attribute("data-turn", "1")
        desk.evaluate("document.querySelector('[data-retouch]').requestClose()")  # a way back
        expect(asks).to_be_visible()
        turn.click()  # whoever goes on has answered
        expect(asks).to_be_hidden()
        press("Escape")
        asks.get_by_role("button", name="Quitter").click()
        expect(table).to_have_count(0)
        _light_table(desk)
        expect(desk.locator("[data-board]")).to_have_attribute("data-turn", "0")
        assert chloe.developed(media)["retouch"] is None


@pytest.mark.parametrize(
    ("device", "lang", "scheme"),
    [(LAPTOP, "fr", "light"), (PHONE, "en", "dark")],
    ids=["laptop", "phone"],
)
def test_the_light_table_is_accessible(
    sign_in: SignIn,
    server: Server,
    guests: Cast,
    portrait: Path,
    device: Json,
    lang: str,
    scheme: str,
) -> None:
    with Api(server.url, guests.tokens["chloe"]) as chloe:
        _sent(chloe, portrait)
        desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, device, color_scheme=scheme)
        desk.goto(f"{server.url}/review?lang={lang}")
        _on_stage(desk)
        board = _light_table(desk)
        for tool in range(3):
            desk.get_by_role("radio").nth(tool).check(force=True)
            _drag(desk, board, (0.3, 0.3), (0.6, 0.6))
            found = Axe().run(desk)
            assert found.response["passes"]
            assert not found.violations_count, found.generate_report()
        size = desk.viewport_size
        for button in desk.locator("dialog[open] button:visible").all():
            box = button.bounding_box()
            assert box
            assert size
            assert box["x"] + box["width"] <= size["width"]


def _ben(server: Server, guests: Cast) -> Api:
    return Api(server.url, guests.tokens["ben"])


def _sent(chloe: Api, path: Path) -> tuple[str, str]:
    """Send a photo; return its id and that of its submission."""
    media = str(chloe.upload(path)["id"])
    assert chloe.developed(media)["status"] == "ready"
    sent = chloe.submit(kind="photo", text={"fr": "Une tête"}, media=[media], consent="cleared")
    return media, str(sent["id"])


def _retouch(api: Api, media: str, **wanted: object) -> None:
    assert api.ask("PUT", f"/media/{media}/retouch", json=wanted).status_code == 200
    api.developed(media)


def _on_stage(desk: Page) -> str:
    """Return the address of the picture on the stage once it is there."""
    image = desk.locator("[data-big] img")
    expect(image).to_have_attribute("src", re.compile("card-"))
    return str(image.get_attribute("src"))


def _other(desk: Page, before: str) -> str:
    image = desk.locator("[data-big] img")
    until(lambda: image.get_attribute("src") not in (None, before), "another picture")
    return _on_stage(desk)


def _light_table(desk: Page) -> Locator:
    expect(desk.get_by_role("button", name=re.compile("Retoucher|Retouch")).first).to_be_visible()
    desk.keyboard.press("c")
    board = desk.locator("[data-board]")
    expect(board).to_be_visible()
    return board


def _tab_to(desk: Page, target: Locator) -> None:
    for _ in range(40):
        if target.evaluate("node => node === document.activeElement"):
            return
        desk.keyboard.press("Tab")
    raise AssertionError(f"no way to {target} by keys")


def _drag(desk: Page, board: Locator, start: tuple[float, float], end: tuple[float, float]) -> None:
    desk.mouse.move(*_at(board, *start))
    desk.mouse.down()
    desk.mouse.move(*_at(board, sum((start[0], end[0])) / 2, sum((start[1], end[1])) / 2))
    desk.mouse.move(*_at(board, *end))
    desk.mouse.up()


def _tap(desk: Page, board: Locator, x: float, y: float) -> None:
    desk.touchscreen.tap(*_at(board, x, y))


def _at(board: Locator, x: float, y: float) -> tuple[float, float]:
    box = board.bounding_box()
    assert box
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def _detail(chloe: Api, address: str) -> float:
    answer = chloe.page(address)
    assert answer.status_code == 200
    return photos.detail(Image.open(io.BytesIO(answer.content)), FACE)
