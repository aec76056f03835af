"""Preview first on the screens: no flicker, a wrong original is told, a full phone says so."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, Route, expect

from mixroom.core import ids
from mixroom.core.roles import Role
from tests.browser.conftest import (
    LAPTOP,
    NO_LINE,
    PHONE,
    PROJECTOR,
    WAIT,
    OpenPage,
    SignIn,
    intercept,
    join,
    press_send,
)
from tests.browser.test_pages import LOOKS, Inspector
from tests.cast import Cast
from tests.client import Api
from tests.line import Line
from tests.photos import phone
from tests.servers import Server, until

TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
# Every frame from now on in which a picture that was there is not: gone, empty or not yet decoded.
WATCH = """selector => {
  window.blank = 0
  window.frames = 0
  const look = () => {
    const image = document.querySelector(selector)
    window.frames += 1
    if (!image?.getAttribute("src") || !image.complete || !image.naturalWidth) window.blank += 1
    requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}"""
# What else is on the phone grows until nothing more fits.
FILL = """() => new Promise((resolve) => {
  indexedDB.open("mixroom").onsuccess = ({ target: { result: database } }) => {
    const put = (size, n) => {
      const transaction = database.transaction("notes", "readwrite")
      transaction.objectStore("notes").put({ name: `junk ${size} ${n}`, value: "x".repeat(size) })
      transaction.oncomplete = () => put(size, n + 1)
      transaction.onabort = () => (size > 1 ? put(size >> 2, 0) : resolve(database.close()))
    }
    put(1 << 16, 0)
  }
})"""
# Some frames must have been looked at since, however slowly they come.
LOOKED = "seen => window.frames > seen + 5"
LOADED = "selector => document.querySelector(selector)?.naturalWidth > 0"
REVIEWED, HUNG = "[data-big] img", "#stage [data-key] img"

pytestmark = pytest.mark.parametrize("server", ["embedded"], indirect=True)


@pytest.fixture
def line(server: Server) -> Iterator[Line]:
    """A line of the phone's own, which the test holds."""
    with Line(int(server.url.rsplit(":", 1)[1])) as line:
        yield line


def test_the_original_takes_the_place_of_its_preview_without_a_flicker(
    line: Line, open_page: OpenPage, sign_in: SignIn, server: Server, guests: Cast, photo: Path
) -> None:
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    wall = sign_in("Mur", Role.SCREEN, PROJECTOR)
    pocket = open_page(PHONE)
    join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    with line.held_answers(b"HEAD /api/v1/uploads/", b"POST /api/v1/uploads/"):
        _send(pocket, photo, "Deux fois la même.")
        desk.wait_for_function(LOADED, arg=REVIEWED, timeout=WAIT)
        with Api(server.url, guests.tokens["amelie"]) as amelie:
            [sent] = amelie.view("review")["changes"].values()
            assert (sent["media"][0]["role"], sent["media"][0]["original"]) == (
                "preview",
                "awaited",
            )
        _watch(desk, REVIEWED)
        before = desk.locator(REVIEWED).get_attribute("src")
    expect(desk.locator(REVIEWED)).not_to_have_attribute("src", str(before))
    assert _blank_frames(desk) == 0

    with line.held_answers(b"HEAD /api/v1/uploads/", b"POST /api/v1/uploads/"):
        _send(pocket, _other(photo), "Et sur le mur.")
        with Api(server.url, guests.tokens["amelie"]) as amelie:
            item = _ready(amelie, "Et sur le mur.")
            amelie.decide(item["id"], "approval")
        wall.wait_for_function(LOADED, arg=HUNG, timeout=WAIT)
        expect(wall.locator(HUNG).first).to_be_visible()
        _watch(wall, HUNG)
        before = wall.locator(HUNG).first.get_attribute("src")
    expect(wall.locator(f'{HUNG}[src="{before}"]')).to_have_count(0)
    assert _blank_frames(wall) == 0


def test_an_original_of_another_picture_is_set_aside_and_both_sides_are_told(
    sign_in: SignIn, server: Server, guests: Cast
) -> None:
    desk = sign_in("Ben Carter", Role.COMMUNITY_MANAGER, LAPTOP)
    shown, other = (phone(name, 1, (1200, 900)).data for name in ("coffee", "rocket"))
    key = ids.new()
    with Api(server.url, guests.tokens["driss"]) as driss:
        told = {"id": key, "role": "preview", "original_sha256": hashlib.sha256(other).hexdigest()}
        sent = driss.ask("POST", "/media", data=told, files={"file": ("p.jpg", shown)})
        assert sent.status_code == 201
        driss.submit(kind="photo", text={"fr": "Un café."}, media=[key], consent="not_needed")
        driss.developed(key)
        _by_tus(driss, key, other)
        until(
            lambda: driss.ask("GET", f"/media/{key}").json()["original"] == "different",
            "the original to be set aside",
        )
    expect(desk.locator("[data-note]:visible")).to_contain_text("n’est pas exactement cette image")

    context = desk.context
    desk.close()
    context.clear_cookies()
    page = context.new_page()  # the author's own list
    page.set_extra_http_headers({"Authorization": f"Bearer {guests.tokens['driss']}"})
    page.goto(f"{server.url}/send")
    row = page.locator(".mine li.sent")
    expect(row).to_contain_text("L’original reçu ensuite n’est pas exactement l’image de l’aperçu.")
    page.close()


def test_a_full_phone_says_so_and_loses_nothing(
    open_page: OpenPage, server: Server, guests: Cast, photo: Path
) -> None:
    pocket = open_page(PHONE)
    devtools = pocket.context.new_cdp_session(pocket)
    full = {"origin": server.url, "quotaSize": 500_000}
    devtools.send("Storage.overrideQuotaForOrigin", full)
    join(pocket, server, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    pocket.locator(".pick input[multiple]").set_input_files(photo)
    told = pocket.locator('[data-fault="photos"]')
    expect(told).to_contain_text("Ce téléphone n’a plus de place pour IMG_0042.jpg.")
    expect(pocket.locator("[data-strip] li")).to_have_count(0)

    pocket.evaluate(FILL)
    text = pocket.locator("textarea[name=text_fr]")
    text.fill("Écrit sur un téléphone plein.")
    press_send(pocket)
    expect(pocket.locator('[data-fault="room"]')).to_contain_text("n’a plus de place")
    expect(text).to_have_value("Écrit sur un téléphone plein.")
    expect(pocket.locator(".mine li.sent")).to_have_count(0)

    devtools.send("Storage.overrideQuotaForOrigin", {"origin": server.url})
    press_send(pocket)
    row = pocket.locator(".mine li.sent")
    expect(row).to_have_attribute("data-state", "submitted")
    expect(text).to_have_value("")


@pytest.mark.parametrize(
    ("left", "words"),
    [(5e9, "Ce navigateur peut effacer ce qui attend"), (5e7, "Ce téléphone est presque plein")],
    ids=["promises nothing", "little room"],
)
def test_what_may_be_lost_is_told_once_something_waits(
    line: Line, open_page: OpenPage, guests: Cast, left: float, words: str
) -> None:
    pocket = open_page(PHONE, may_say=NO_LINE)
    # Chromium tells every page the same room; what Safari says stands in for it.
    pocket.add_init_script(f"""
      navigator.storage.persist = () => (window.asked = true, Promise.resolve(false))
      navigator.storage.estimate = () => Promise.resolve({{ usage: 0, quota: {left} }})
    """)
    join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    line.cut()
    pocket.locator("textarea[name=text_fr]").fill("Sans réseau.")
    press_send(pocket)
    tray = pocket.locator("mx-tray")
    expect(tray.locator("[data-room]")).to_contain_text(words)
    expect(tray).to_contain_text("1 ")
    assert pocket.evaluate("window.asked") is True
    line.mend()


def test_a_thumb_that_presses_twice_sends_once(
    sign_in: SignIn, server: Server, guests: Cast, tmp_path: Path
) -> None:
    pocket = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    names = ("coffee", "rocket", "chelsea")
    for name in names:
        (tmp_path / f"{name}.jpg").write_bytes(phone(name, 1, (400, 300)).data)
    pocket.locator(".pick input[multiple]").set_input_files(sorted(tmp_path.glob("*.jpg")))
    expect(pocket.locator("[data-strip] li img[src]")).to_have_count(3)
    pocket.locator(".apart").click()
    pocket.evaluate("""() => {
      const form = document.querySelector("mx-composer form")
      const button = form.querySelector(".agree [value=cleared]")
      for (let n = 0; n < 3; n += 1) form.requestSubmit(button)
    }""")
    rows = pocket.locator(".mine li.sent[data-state=submitted]")
    expect(rows).to_have_count(3)
    with Api(server.url, guests.tokens["ben"]) as ben:
        assert len(ben.view("review")["changes"]) == 3


def test_a_page_of_the_wifi_in_place_of_an_answer_is_not_taken_for_the_servers(
    sign_in: SignIn, server: Server, guests: Cast, snapshot: Path
) -> None:
    pocket = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE, service_workers="block")
    portal = {"status": 200, "content_type": "text/html", "body": "<h1>Acceptez</h1>"}
    said: list[str] = []

    def answer(route: Route) -> None:
        if route.request.method == "GET":
            route.fallback()
            return
        said.append(route.request.url)
        route.fulfill(**portal)

    intercept(pocket, "**/api/v1/**", answer)
    _send(pocket, snapshot, "Derrière un portail.")
    row = pocket.locator(".mine li", has_text="Derrière un portail.")
    until(lambda: pocket.wait_for_timeout(50) or len(said) > 2, "the portal to have answered")
    expect(row).to_have_attribute("data-state", "waiting")
    with Api(server.url, guests.tokens["ben"]) as ben:
        assert ben.view("review")["changes"] == {}
    pocket.unroute("**/api/v1/**")
    pocket.evaluate("dispatchEvent(new Event('online'))")
    expect(row).to_have_attribute("data-state", "submitted")
    with Api(server.url, guests.tokens["ben"]) as ben:
        [sent] = ben.view("review")["changes"].values()
        assert len(sent["media"]) == 1


@pytest.mark.parametrize(("lang", "scheme"), LOOKS, ids=["fr-light", "en-dark"])
def test_the_page_is_accessible_in_every_state_of_what_it_sends(
    line: Line,
    open_page: OpenPage,
    server: Server,
    guests: Cast,
    snapshot: Path,
    tmp_path: Path,
    lang: str,
    scheme: str,
) -> None:
    inspector = Inspector(server, lang)
    pocket = open_page(PHONE, may_say=NO_LINE, color_scheme=scheme, locale=f"{lang}-CA")
    join(pocket, line, guests, "Chloé Gagnon", Role.PHOTOGRAPHER)
    pocket.goto(f"{line.url}/send?lang={lang}")
    expect(pocket.locator("html")).to_have_attribute("lang", lang)
    expect(pocket.locator("body[data-ready]")).to_be_attached()

    other = tmp_path / "IMG_0050.jpg"
    other.write_bytes(phone("chelsea", 1, (600, 400)).data)
    pocket.locator(".pick input[multiple]").set_input_files([snapshot, other])
    expect(pocket.locator("[data-strip] li img[src]")).to_have_count(2)
    inspector.look(pocket, "two photos")
    pocket.locator("[data-strip] [data-act=open]").first.click()
    expect(pocket.locator("dialog.piece")).to_be_visible()
    inspector.look(pocket, "the sheet of a photo")
    pocket.locator("dialog.piece button:not([type=button])").click()

    line.cut()
    pocket.locator("textarea[name=text_fr]").fill("Deux images.")
    press_send(pocket)
    row = pocket.locator(".mine li.sent")
    expect(row).to_be_visible()
    expect(pocket.locator("mx-tray")).to_be_visible()
    expect(pocket.locator("mx-line")).to_have_attribute("data-state", "offline", timeout=2 * WAIT)
    inspector.look(pocket, "offline, with what waits")
    pocket.locator("header a[href]").first.click()
    expect(pocket.locator("mx-tray dialog")).to_be_visible()
    inspector.look(pocket, "leaving")
    pocket.locator("mx-tray dialog [value=no]").click()
    line.mend()
    expect(row).to_have_attribute("data-state", "submitted", timeout=2 * WAIT)

    notes = {"name": "notes.jpg", "mimeType": "image/jpeg", "buffer": b"Liste des choses" * 99}
    pocket.locator(".pick input[multiple]").set_input_files(notes)
    expect(pocket.locator("[data-strip] li")).to_have_count(1)
    expect(pocket.locator("mx-photos[data-busy]")).to_have_count(0)
    press_send(pocket, "not_needed")
    expect(row).to_have_count(2)
    with Api(server.url, guests.tokens["amelie"]) as amelie:
        item = _ready(amelie, "Deux images.")
        amelie.decide(item["id"], "return", reason="text_unclear", note="Où ?")
    expect(pocket.locator("li.sent[data-state=returned]")).to_be_visible()
    inspector.look(pocket, "a photo that was refused, and a post that came back")
    assert "\n".join(inspector.faults) == ""


def _send(pocket: Page, photo: Path, text: str) -> None:
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    pocket.locator("textarea[name=text_fr]").fill(text)
    pocket.locator(".pick input[multiple]").set_input_files(photo)
    expect(pocket.locator("[data-strip] li img[src]")).to_be_visible()
    press_send(pocket)


def _watch(page: Page, selector: str) -> None:
    page.evaluate(WATCH, selector)
    page.wait_for_function(LOOKED, arg=0, timeout=WAIT)


def _blank_frames(page: Page) -> int:
    page.wait_for_function(LOOKED, arg=page.evaluate("window.frames"), timeout=WAIT)
    return page.evaluate("window.blank")


def _other(photo: Path) -> Path:
    path = photo.with_name("IMG_0051.jpg")
    path.write_bytes(phone("astronaut", 1, (2400, 1800)).data)
    return path


def _ready(api: Api, text: str) -> dict:
    found: list[dict] = []

    def there() -> bool:
        items = api.view("review")["changes"].values()
        found[:] = [item for item in items if item and item["text"]["fr"] == text]
        return bool(found) and all(one["status"] == "ready" for one in found[0]["media"])

    until(there, f"“{text}” to be ready")
    return found[0]


def _by_tus(api: Api, key: str, data: bytes) -> None:
    address = f"{api.url}/api/v1/uploads"
    who = {"Authorization": f"Bearer {api.token}"}
    named = {"Upload-Metadata": f"id {_base64(key)}", "Upload-Length": str(len(data))}
    made = requests.post(f"{address}/", headers=TUS | who | named, data=data, timeout=30)
    assert made.status_code == 201, made.text


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_bytes_that_nothing_names_are_swept_away(sign_in: SignIn, server: Server) -> None:
    pocket = sign_in("Chloé Gagnon", Role.PHOTOGRAPHER, PHONE)
    expect(pocket.locator("body[data-ready]")).to_be_attached()
    old, new = "00000000-0001-7000-8000-000000000001", ids.new()
    pocket.evaluate(KEEP, [old, f"{old}/preview", f"shared/{old}", new])
    pocket.goto(f"{server.url}/send")
    until(lambda: pocket.evaluate(KEPT_PARTS) == [new], "the old bytes to be gone")


# Keep bytes under these names, as a page does that is killed while it takes files in.
KEEP = """names => new Promise((resolve) => {
  indexedDB.open("mixroom").onsuccess = ({ target: { result: database } }) => {
    const transaction = database.transaction("parts", "readwrite")
    const parts = transaction.objectStore("parts")
    for (const id of names) parts.put({ id, n: 0, bytes: new ArrayBuffer(9) })
    transaction.oncomplete = () => resolve(database.close())
  }
})"""
KEPT_PARTS = """() => new Promise((resolve) => {
  indexedDB.open("mixroom").onsuccess = ({ target: { result: database } }) => {
    const asked = database.transaction("parts").objectStore("parts").getAllKeys()
    asked.onsuccess = () => {
      database.close()
      resolve(asked.result.map(([id]) => id))
    }
  }
})"""
