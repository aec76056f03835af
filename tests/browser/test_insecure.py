"""A museum's local network: plain HTTP under a name, and https with a certificate of one's own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserType, Page, expect

from mixroom.core.roles import Role
from tests.browser.conftest import FLAGS, PHONE, join, press_send
from tests.cast import Cast, cast_at
from tests.certificates import made
from tests.client import Api
from tests.servers import Server, env_in, running, until

NAME = "musee.test"
# A name that is neither loopback nor anywhere: what phones in a local network see.
MAPPED = [f"--host-resolver-rules=MAP {NAME} 127.0.0.1", "--ignore-certificate-errors"]
MISSING = """() => ({
  secure: isSecureContext, subtle: "subtle" in crypto, locks: "locks" in navigator,
  awake: "wakeLock" in navigator, worker: "serviceWorker" in navigator,
})"""
WORKS = """() => {
  const lines = [...document.querySelectorAll("[data-check]")]
  return Object.fromEntries(lines.map(({ dataset }) => [dataset.check, dataset.works]))
}"""


@pytest.fixture(scope="module", params=["http", "https"])
def lan(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server in a local network, by either scheme."""
    folder = tmp_path_factory.mktemp("lan")
    env = env_in(folder)
    if request.param == "https":
        certificate = made(folder, NAME)
        env |= {
            "MIXROOM_TLS_CERT": str(certificate.cert),
            "MIXROOM_TLS_KEY": str(certificate.key),
        }
    with running(Server(env, 1, folder)) as started:
        yield started


@pytest.fixture
def crew(lan: Server) -> Iterator[Cast]:
    """The cast, at that server."""
    with cast_at(lan) as cast:
        yield cast


def test_a_photo_goes_through_and_survives_a_reload(
    browser_type: BrowserType, lan: Server, crew: Cast, snapshot: Path
) -> None:
    with _phone(browser_type) as phone:
        _join(phone, lan, crew)
        secure = lan.settings.secure
        there = phone.evaluate(MISSING)
        assert set(there.values()) == {secure}, there
        expect(phone.locator("body[data-ready]")).to_be_attached()
        phone.locator("textarea[name=text_fr]").fill("Dans le réseau du musée.")
        phone.locator(".pick input[multiple]").set_input_files(snapshot)
        photo = phone.locator("[data-strip] li img")
        expect(photo).to_be_visible()
        phone.reload()
        expect(photo).to_be_visible()
        expect(phone.locator("textarea[name=text_fr]")).to_have_value("Dans le réseau du musée.")
        press_send(phone)
        row = phone.locator(".mine li", has_text="Dans le réseau du musée.")
        expect(row).to_have_attribute("data-state", "submitted")

        def whole() -> bool:
            with Api(f"http{'s' * secure}://127.0.0.1:{lan.settings.port}", None) as api:
                api._session.verify = False if not secure else lan.env["MIXROOM_TLS_CERT"]
                api._session.trust_env = False
                api._session.headers["Authorization"] = f"Bearer {crew.tokens['ben']}"
                [sent] = api.view("review")["changes"].values()
                return [each["original"] for each in sent["media"]] == ["kept"]

        until(whole, "the original to be there")


def test_the_page_of_help_says_what_works(
    browser_type: BrowserType, lan: Server, crew: Cast
) -> None:
    with _phone(browser_type) as phone:
        _join(phone, lan, crew)
        phone.goto(f"{_url(lan)}/help/phones")
        secure = lan.settings.secure
        works = phone.evaluate
        always = {"outbox": "yes", "photos": "yes", "live": "yes"}
        until(lambda: always.items() <= works(WORKS).items(), "the marks of what always works")
        wanted = "yes" if secure else "no"
        for name in ("secure", "worker", "sync", "awake"):
            until(lambda name=name: works(WORKS)[name] == wanted, f"{name}: {wanted}")
        until(lambda: works(WORKS)["share"] == "no", "no share target without an installed app")


@contextmanager
def _phone(browser_type: BrowserType) -> Iterator[Page]:
    browser = browser_type.launch(executable_path="/usr/bin/chromium", args=[*FLAGS, *MAPPED])
    try:
        yield browser.new_context(locale="fr-CA", ignore_https_errors=True, **PHONE).new_page()
    finally:
        browser.close()


def _join(page: Page, server: Server, cast: Cast) -> None:
    named = _Named(server)
    join(page, named, cast, "Driss Alaoui", Role.BLOGGER)  # type: ignore[arg-type]


class _Named:
    """A server by the name that phones know."""

    def __init__(self, server: Server) -> None:
        self.url = _url(server)


def _url(server: Server) -> str:
    return f"http{'s' * server.settings.secure}://{NAME}:{server.settings.port}"
