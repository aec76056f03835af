"""A page speaks with its own server only, and the browser holds it to that."""

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.browser.conftest import WAIT
from tests.cast import cast_at
from tests.servers import Server, env_in, running

ELSEWHERE = """(address) => new Promise((resolve) => {
  const refused = ({ violatedDirective }) => resolve(violatedDirective)
  document.addEventListener("securitypolicyviolation", refused)
  try { new WebSocket(address) } catch { resolve("refused") }
  setTimeout(() => resolve("nothing"), 3000)
})"""


@pytest.fixture(scope="module", params=["127.0.0.1", "::1"])
def own(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Return a server at an address of either kind."""
    folder = tmp_path_factory.mktemp("own")
    env = env_in(folder, HOST=request.param)
    with running(Server(env, 1, folder)) as started:
        yield started


def test_a_page_has_a_socket_to_its_own_server_and_to_no_other(
    browser: Browser, own: Server
) -> None:
    port = own.url.rpartition(":")[2]
    names = [own.url] if "[" in own.url else [own.url, f"http://localhost:{port}"]
    with cast_at(own) as cast:
        for url in names:
            context = browser.new_context()
            context.add_cookies([{"name": "mixroom", "value": cast.tokens["driss"], "url": url}])
            page = context.new_page()
            with page.expect_websocket() as socket:
                page.goto(f"{url}/send")
            assert socket.value.url.startswith(url.replace("http", "ws"))
            expect(page.locator("mx-line")).to_have_attribute(
                "data-state", "live", timeout=2 * WAIT
            )
            for address in (f"ws://127.0.0.2:{port}/", "wss://elsewhere.example/"):
                assert page.evaluate(ELSEWHERE, address) == "connect-src"
            context.close()


def test_the_policy_names_one_host_and_what_a_proxy_says_of_it(own: Server) -> None:
    public = own.url.removeprefix("http://")
    for host in (public, "musee.example", "a;script-src *", "[::1]:80", "é", "x" * 300):
        answer = requests.get(f"{own.url}/j", headers={"Host": host.encode()}, timeout=10)
        policy = answer.headers["Content-Security-Policy"]
        [connect] = re.findall(r"connect-src ([^;]*);", policy)
        named = {public, "musee.example"} & {host, public}
        wanted = {f"ws://{each}" for each in named if "[" not in each}
        assert set(connect.split()) == {"'self'", *wanted}
        assert policy.count("script-src") == 1


def test_the_gates_refusals_bind_a_browser_too(own: Server) -> None:
    for query in ("", "?EIO=4&transport=polling", "?EIO=4&transport=websocket"):
        answer = requests.get(f"{own.url}/socket.io/{query}", timeout=10)
        assert answer.status_code in (400, 401)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        for name in ("X-Content-Type-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy"):
            assert answer.headers[name]
        assert answer.headers["Cache-Control"] == "no-store"
