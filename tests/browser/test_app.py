"""The app on the phone: it opens without a network, is never of yesterday, and is nobody else's."""

import base64
import shutil
import socket
import struct
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from mixroom.core import clock, db
from mixroom.core.roles import Role
from mixroom.crew import actions
from mixroom.crew.model import Person, invite_url
from mixroom.push import store
from mixroom.settings import ROOT
from tests.browser.conftest import (
    NO_LINE,
    PHONE,
    WAIT,
    OpenPage,
    SignIn,
    frozen,
    join,
    press_send,
)
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.portal import portal
from tests.servers import Server, env_in, running, until

MAY_SAY = rf"{NO_LINE}|403|401|409|Push API in incognito"
KEPT = """async () => {
  const found = []
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) found.push(new URL(url).pathname)
  return found
}"""
RELEASES = "caches.keys()"
TIMING = "performance.getEntriesByType('navigation')[0].serverTiming.map(({ name }) => name)"
LISTEN = """() => navigator.serviceWorker.addEventListener("message", ({ data }) => {
  window.shown = data.show
})"""
# Chromium forgets a notification if somebody asks for the list while it is being shown.
COUNT_SHOWN = """() => {
  self.shown = 0
  const { showNotification } = ServiceWorkerRegistration.prototype
  ServiceWorkerRegistration.prototype.showNotification = async function (...said) {
    await showNotification.apply(this, said)
    self.shown += 1
  }
}"""
PRESS = """async () => {
  const [notification] = await registration.getNotifications({ tag: "x" })
  dispatchEvent(new NotificationEvent("notificationclick", { notification }))
}"""
FOLLOWED_BY = """(first, second) =>
  Boolean(first.compareDocumentPosition(second) & Node.DOCUMENT_POSITION_FOLLOWING)"""
TAKEN_OVER = "navigator.serviceWorker.controller !== null"
BADGE = """
  window.badge = null
  navigator.setAppBadge = async (n) => { window.badge = n }
  navigator.clearAppBadge = async () => { window.badge = 0 }
"""
# Chromium of the tests reaches no push service: one that says yes stands in its place.
PUSH = """
  const POINT = [
    "BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQ",
    "tUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM",
  ]
  const endpoint = "https://fcm.googleapis.com/fcm/send/stub"
  const keys = { p256dh: POINT.join(""), auth: "tBHItJI5svbpez7KI4CCXg" }
  const unsubscribe = async () => localStorage.removeItem("stub")
  const subscription = { endpoint, toJSON: () => ({ endpoint, keys }), unsubscribe }
  PushManager.prototype.getSubscription = async () => localStorage.getItem("stub") && subscription
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    if (applicationServerKey.length !== 65) throw new Error("no key of the server")
    localStorage.setItem("stub", "yes")
    return subscription
  }
"""
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)
SHARE = """async ([name, base64]) => {
  const bytes = base64 ? Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)) : new Uint8Array()
  const form = document.createElement("form")
  Object.assign(form, { method: "post", action: "/send/share", enctype: "multipart/form-data" })
  const input = document.createElement("input")
  Object.assign(input, { type: "file", name: "files" })
  const handed = new DataTransfer()
  handed.items.add(new File([bytes], name, { type: "image/jpeg" }))
  input.files = handed.files
  form.append(input)
  document.body.append(form)
  form.submit()
}"""


pytestmark = pytest.mark.whole_browser


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for this file, since others would miss it."""
    folder = tmp_path_factory.mktemp("app")
    with running(Server(env_in(folder), 1, folder)) as started:
        yield started


@pytest.fixture
def own(ours: Server) -> Iterator[Server]:
    """That server, to be stopped and started; the next test finds it as this one did."""
    env = dict(ours.env)
    yield ours
    if ours.env != env or not ours.alive:
        ours.kill()
        ours.env = env
        ours.start()


@pytest.fixture
def crew(own: Server) -> Iterator[Cast]:
    """The cast, at that server."""
    with cast_at(own) as cast:
        yield cast


def test_the_page_opens_without_a_network_and_what_is_made_there_leaves_later(
    open_page: OpenPage, own: Server, crew: Cast, snapshot: Path
) -> None:
    phone = _installed(open_page, own, crew)
    phone.goto(f"{own.url}/shifts")
    _cut(own)
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Mes quarts")
    phone.goto(f"{own.url}/send")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Que voyez-vous?")
    assert phone.evaluate(TIMING) == ["kept"]  # by which the page knows where it came from
    _send(phone, "Écrit au sous-sol.", snapshot)
    row = phone.locator(".mine li", has_text="Écrit au sous-sol.")
    expect(row).to_have_attribute("data-state", "waiting")
    phone.reload()
    expect(row).to_be_visible()
    own.start()
    expect(row).to_have_attribute("data-state", "submitted", timeout=2 * WAIT)
    with Api(own.url, crew.tokens["ben"]) as ben:
        [sent] = ben.view("review")["changes"].values()
        assert len(sent["media"]) == 1


def test_what_waits_leaves_without_the_page_once_the_browser_has_a_line(
    open_page: OpenPage, own: Server, crew: Cast, snapshot: Path
) -> None:
    phone = _installed(open_page, own, crew)
    _cut(own)
    _send(phone, "La page est fermée.", snapshot)
    row = phone.locator(".mine li", has_text="La page est fermée.")
    expect(row).to_have_attribute("data-state", "waiting")
    phone.goto("about:blank")
    own.start()
    _have(phone, own, "dispatchSyncEvent", tag="mixroom.outbox", lastChance=False)
    with Api(own.url, crew.tokens["ben"]) as ben:
        until(lambda: ben.view("review")["changes"], "what waited to have left")
        [sent] = ben.view("review")["changes"].values()
        assert len(sent["media"]) == 1


def test_a_server_that_stands_still_keeps_nobody_from_the_page(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    with frozen(own):
        phone.goto(f"{own.url}/send", timeout=WAIT)
        expect(phone.get_by_role("heading", level=1)).to_have_text("Que voyez-vous?")


def test_a_captive_portal_is_not_taken_for_the_page(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    _cut(own)
    try:
        with portal(own.settings.port):
            phone.goto(f"{own.url}/send")
            expect(phone.get_by_role("heading", level=1)).to_have_text("Que voyez-vous?")
    finally:
        _back(own, phone)
    expect(phone.locator("mx-line")).to_have_attribute("data-state", "live", timeout=2 * WAIT)


def test_a_kept_page_gets_a_fresh_form_token_once_there_is_a_line(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    _cut(own)
    phone.goto(f"{own.url}/send")
    _send(phone, "D’hier, avec un vieux jeton.")
    row = phone.locator(".mine li", has_text="vieux jeton")
    expect(row).to_have_attribute("data-state", "waiting")
    own.env["SECRET_KEY"] = "another key, and with it other form tokens"
    _back(own, phone)
    expect(row).to_have_attribute("data-state", "submitted", timeout=2 * WAIT)


def test_a_release_is_taken_up_at_once_and_loses_nothing_that_is_being_typed(
    open_page: OpenPage, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    for name in ("mixroom", "static", "templates"):
        shutil.copytree(ROOT / name, checkout / name)
    with running(Server(env_in(tmp_path), 1, tmp_path, checkout)) as own:
        with cast_at(own) as cast:
            phone = _installed(open_page, own, cast)
        [before] = phone.evaluate(RELEASES)
        phone.locator("textarea[name=text_fr]").fill("Au milieu d’une phrase")
        _cut(own)
        for changed in (checkout / "static/js/lib/time.js", checkout / "static/css/send.css"):
            changed.write_text(changed.read_text() + "/* new */\n")
        template = checkout / "templates/send/send.html"
        template.write_text(
            template.read_text().replace('<div class="send">', '<div class="send" data-new>')
        )
        own.start()

        other = phone.context.new_page()
        other.goto(f"{own.url}/send")
        expect(other.locator("[data-new]")).to_be_visible()

        # It takes over as soon as the old one has nothing to do, which a worker that is watched, as
        # these tests watch theirs, never says by itself: the old one is stopped, never the new one.
        status: dict[str, str] = {}
        devtools = phone.context.new_cdp_session(phone)
        devtools.on(
            "ServiceWorker.workerVersionUpdated",
            lambda told: status.update({of["versionId"]: of["status"] for of in told["versions"]}),
        )
        devtools.send("ServiceWorker.enable")

        def is_gone() -> bool:
            old = [version for version, now in status.items() if now == "activated"]
            for version in old if "installed" in status.values() else ():
                devtools.send("ServiceWorker.stopWorker", {"versionId": version})
            return before not in phone.evaluate(RELEASES)

        until(is_gone, "the old release to be gone")
        assert len(phone.evaluate(RELEASES)) == 1
        expect(phone.locator("textarea[name=text_fr]")).to_have_value("Au milieu d’une phrase")
        phone.reload()
        expect(phone.locator("[data-new]")).to_be_visible()
        expect(phone.locator("textarea[name=text_fr]")).to_have_value("Au milieu d’une phrase")


def test_what_is_kept_for_one_person_is_shown_to_nobody_else(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    assert "/send" in phone.evaluate(KEPT)
    join(phone, own, crew, "Noé Tremblay", Role.LEAD)  # lands on /team
    until(lambda: "/send" not in phone.evaluate(KEPT), "the page to be dropped")
    _cut(own)
    try:
        with pytest.raises(Error, match="ERR_"):
            phone.goto(f"{own.url}/send")
    finally:
        own.start()


def test_signing_out_leaves_nothing_behind(open_page: OpenPage, own: Server, crew: Cast) -> None:
    phone = _installed(open_page, own, crew)
    phone.goto(f"{own.url}/me")
    leave, late = phone.locator("[data-leave] button"), phone.locator("mx-notices")
    assert leave.evaluate(FOLLOWED_BY, late.element_handle()), "it would move the button"
    leave.click()
    phone.wait_for_url(f"{own.url}/")
    until(lambda: phone.evaluate(KEPT) == [], "the caches to be empty")


def test_the_gallery_shares_into_the_form(
    open_page: OpenPage, own: Server, crew: Cast, snapshot: Path
) -> None:
    phone = _installed(open_page, own, crew)
    data = base64.b64encode(snapshot.read_bytes()).decode()
    phone.evaluate(SHARE, ["IMG_1.jpg", data])
    strip = phone.locator("[data-strip] li")
    expect(strip).to_have_count(1)
    expect(phone.locator("[data-shared-empty]")).to_be_hidden()
    assert phone.url == f"{own.url}/send"
    expect(phone.locator("body[data-ready]")).to_be_attached()  # this page takes no other share

    phone.evaluate(SHARE, ["IMG_1.jpg", data])  # Android shares twice now and then
    expect(phone.locator('[data-fault="photos"]')).to_contain_text("IMG_1.jpg")
    expect(strip).to_have_count(1)

    phone.evaluate(SHARE, ["IMG_2.jpg", ""])  # and sometimes without the content
    expect(phone.locator("[data-shared-empty]")).to_contain_text("Reprenez la photo")
    expect(strip).to_have_count(1)


def test_a_share_without_the_app_is_explained_in_both_languages(own: Server, crew: Cast) -> None:
    with Api(own.url, crew.tokens["driss"]) as driss:
        answer = driss._session.post(f"{own.url}/send/share", files={"files": b"x"}, timeout=10)
        assert answer.status_code == 409
        assert "Partagez encore une fois" in answer.text
        assert "Share once more" in answer.text
        assert driss.view("desk")["changes"] == {}


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_the_wall_is_no_app_of_a_phone(sign_in: SignIn) -> None:
    wall = sign_in("Mur", Role.SCREEN, PHONE)
    wall.wait_for_load_state("load")
    assert wall.locator('link[rel="manifest"]').count() == 0


def test_a_message_is_shown_and_leads_to_its_line(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    phone.context.grant_permissions(["notifications"], origin=own.url)
    [worker] = phone.context.service_workers
    worker.evaluate(COUNT_SHOWN)
    said = '{"title":"À corriger","body":"« La fusée »","tag":"x","url":"/send#x"}'
    _push(phone, own, said)
    until(lambda: worker.evaluate("shown") == 1, "a message to be shown")
    shown = "navigator.serviceWorker.ready.then((app) => app.getNotifications())"
    told = f"{shown}.then((all) => all.map(({{ title, body, data }}) => [title, body, data.url]))"
    assert phone.evaluate(told) == [["À corriger", "« La fusée »", "/send#x"]]
    _push(phone, own, "not json")  # iOS takes the permission back from who stays silent
    until(lambda: worker.evaluate("shown") == 2, "something to be shown")
    assert len(phone.evaluate(told)) == 2

    # Nobody can press it in a browser without a screen: the worker is told that someone did.
    phone.evaluate(LISTEN)
    worker.evaluate(PRESS)
    until(lambda: phone.evaluate("window.shown") == "#x", "the page to be told which line")
    until(lambda: len(phone.evaluate(told)) == 1, "the message to be gone")


def test_the_icon_says_what_waits_and_what_came_back(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew, init=BADGE)
    assert phone.evaluate("window.badge") == 0
    _cut(own)
    _send(phone, "Une pastille.")
    until(lambda: phone.evaluate("window.badge") == 1, "what waits on the icon")
    _back(own, phone)
    until(lambda: phone.evaluate("window.badge") == 0, "nothing more on the icon", 40)
    with Api(own.url, crew.tokens["ben"]) as ben:
        [sent] = ben.view("review")["changes"].values()
        ben.decide(sent["id"], "return", reason="blurry")
    until(lambda: phone.evaluate("window.badge") == 1, "what came back on the icon")


def test_messages_are_asked_for_after_the_first_thing_sent_and_can_be_stopped(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew, init=PUSH)
    phone.context.grant_permissions(["notifications"], origin=own.url)
    line = phone.locator("mx-notices")
    expect(line).to_be_hidden()
    _send(phone, "La première.")
    line.get_by_role("button", name="M’aviser sur ce téléphone").click(timeout=WAIT)
    expect(line.locator("[data-when=on]")).to_be_visible()
    assert _told(crew) == ["https://fcm.googleapis.com/fcm/send/stub"]

    with db.transaction() as tx:
        store.sweep(tx, clock.now() + timedelta(days=4000))  # the server has lost it
    assert _told(crew) == []
    phone.evaluate("sessionStorage.clear()")
    phone.reload()  # the next visit
    until(lambda: _told(crew), "the phone to tell its address again")

    phone.goto(f"{own.url}/me")
    phone.locator("mx-notices").get_by_role("button", name="Arrêter").click(timeout=WAIT)
    expect(phone.locator("[data-when=off]")).to_be_visible()
    assert _told(crew) == []


def test_a_phone_that_cannot_have_messages_is_told_why(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    phone.context.grant_permissions(["notifications"], origin=own.url)
    phone.goto(f"{own.url}/me")
    part = phone.locator("mx-notices")
    part.get_by_role("button", name="M’aviser sur ce téléphone").click(timeout=WAIT)
    # Chromium of the tests has no push service to go to.
    expect(part.locator("[data-when=failed]")).to_be_visible()

    iphone = open_page(PHONE, may_say=MAY_SAY, user_agent=IPHONE)
    join(iphone, own, crew, "Zoé Lefebvre", Role.BLOGGER)
    iphone.goto(f"{own.url}/me")
    expect(iphone.locator("[data-when=home]")).to_contain_text("installez d’abord Mixroom")
    expect(iphone.locator("[data-when=home]")).to_be_visible()
    expect(iphone.locator("[data-when=ios]")).to_be_visible()


def test_the_manifest_is_what_a_phone_needs_to_install_it(own: Server, crew: Cast) -> None:
    with Api(own.url, crew.tokens["ben"]) as ben, Api(own.url, crew.tokens["driss"]) as driss:
        theirs, his = (each.page("/manifest.webmanifest").json() for each in (ben, driss))
        assert his["start_url"] == "/send"
        assert his["display"] == "standalone"
        assert his["lang"] == "fr"
        assert [each["name"] for each in his["shortcuts"]] == ["Prendre une photo", "Mes envois"]
        assert "/review" in [each["url"] for each in theirs["shortcuts"]]
        share = his["share_target"]
        assert (share["action"], share["method"]) == ("/send/share", "POST")
        for icon in his["icons"]:
            found = driss.page(icon["src"])
            assert found.status_code == 200
            if icon["type"] == "image/png":
                wide, high = struct.unpack(">II", found.content[16:24])
                assert f"{wide}x{high}" == icon["sizes"]


def test_chromium_finds_nothing_that_keeps_the_app_from_being_installed(
    open_page: OpenPage, own: Server, crew: Cast
) -> None:
    phone = _installed(open_page, own, crew)
    session = phone.context.new_cdp_session(phone)
    found = session.send("Page.getAppManifest")
    assert found["errors"] == []
    assert found["url"] == f"{own.url}/manifest.webmanifest"
    faults = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    # The tests' contexts are private ones, from which nothing is ever installed.
    assert [each["errorId"] for each in faults if each["errorId"] != "in-incognito"] == []


def _told(cast: Cast) -> list[str]:
    with db.reading() as tx:
        return [each.endpoint for each in store.of_person(tx, cast.driss.id, clock.now())]


def _installed(open_page: OpenPage, server: Server, cast: Cast, init: str = "") -> Page:
    """Sign Driss in, with the service worker in charge and the page kept."""
    phone = open_page(PHONE, may_say=MAY_SAY)
    phone.add_init_script(init)
    way = _again(cast.driss)
    phone.goto(invite_url(server.url, way))
    phone.locator("[data-join]").click()
    phone.wait_for_url("**/send")
    until(lambda: phone.evaluate(TAKEN_OVER), "the service worker to take over")
    until(lambda: "/send" in phone.evaluate(KEPT), "the page to be kept")
    return phone


def _again(person: Person) -> str:
    lead = Person(person.id, person.event_id, person.name, Role.LEAD)
    return actions.invite_again(lead, person.id).token


def _cut(server: Server) -> None:
    """Have a server go, and nobody listen where it was."""
    server.kill()

    def is_free() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", server.settings.port)) != 0

    until(is_free, "the port to be free")


def _back(server: Server, phone: Page) -> None:
    """Have a server come back, and the phone hear of it as it hears of a network.

    That it also comes back by itself, after a pause, is the first test's to see.
    """
    server.start()
    phone.evaluate("dispatchEvent(new Event('online'))")


def _send(phone: Page, text: str, photo: Path | None = None) -> None:
    expect(phone.locator("body[data-ready]")).to_be_attached()
    phone.locator("textarea[name=text_fr]").fill(text)
    if photo:
        phone.locator(".pick input[multiple]").set_input_files(photo)
        expect(phone.locator("[data-strip] li img")).to_be_visible()
    press_send(phone)


def _push(phone: Page, server: Server, said: str) -> None:
    _have(phone, server, "deliverPushMessage", data=said)


def _have(phone: Page, server: Server, what: str, **more: object) -> None:
    """Have the browser do to the service worker what it does by itself at a time of its own."""
    session = phone.context.new_cdp_session(phone)
    found: list[dict[str, Any]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(event["registrations"]),
    )
    session.send("ServiceWorker.enable")
    until(lambda: found or phone.wait_for_timeout(20), "the registration to be told")
    whose = {"origin": f"{server.url}/", "registrationId": found[0]["registrationId"]}
    session.send(f"ServiceWorker.{what}", whose | more)
    session.detach()
