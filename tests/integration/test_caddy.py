"""The real Caddy with the configuration of `deploy/`, before a real Mixroom."""

import os
import shutil
import socket
import ssl
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
import requests

from mixroom.core import ids
from mixroom.core.roles import Role
from mixroom.crew import actions
from mixroom.settings import ROOT
from tests.cast import Cast, cast_at
from tests.client import Api, following, session_that_trusts
from tests.servers import Server, env_in, free_port, running, until

# What the test adds to the global options: nothing of the machine's is used or changed.
APART = """{{
	admin off
	skip_install_trust
	storage file_system {folder}
	http_port {http}
	auto_https disable_redirects
"""
TUS = {"Tus-Resumable": "1.0.0"}
SLACK = 48 * 1024  # bytes that may be on their way between Caddy and Mixroom


@dataclass
class Front:
    """Mixroom behind Caddy."""

    server: Server
    cast: Cast
    port: int
    root: Path

    @property
    def url(self) -> str:
        """Return the address that phones use."""
        return f"https://localhost:{self.port}"

    def api(self, name: str) -> Api:
        """Return the API as one of the cast."""
        return Api(self.url, self.cast.tokens[name], authority=self.root)


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """Mixroom, and Caddy before it."""
    assert shutil.which("caddy"), "Caddy is not installed: see scripts/test-tools"
    folder = tmp_path_factory.mktemp("caddy")
    port = free_port()
    env = env_in(folder, MIXROOM_BASE_URL=f"https://localhost:{port}")
    with running(_Near(env, 1, folder)) as server, cast_at(server) as cast:
        root = folder / "pki" / "authorities" / "local" / "root.crt"
        with _caddy(folder, port, server.settings.port):
            yield Front(server, cast, port, root)


class _Near(Server):
    """A server that is asked whether it is ready where it listens, not by its public name."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.env['PORT']}"


@contextmanager
def _caddy(folder: Path, port: int, upstream: int) -> Iterator[None]:
    ours = (ROOT / "deploy" / "Caddyfile").read_text()
    before, begin, rest = ours.partition("\n{\n")
    assert begin
    apart = APART.format(folder=folder, http=free_port())
    config = folder / "Caddyfile"
    config.write_text(f"{before}\n{apart}{rest}")
    env = os.environ | {
        "MIXROOM_SITE": f"localhost:{port}",
        "MIXROOM_TLS": "tls internal",
        "MIXROOM_UPSTREAM": f"127.0.0.1:{upstream}",
        "XDG_CONFIG_HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "HOME": str(folder),
    }
    with (folder / "caddy.txt").open("w") as log:
        process = subprocess.Popen(["caddy", "run", "--config", config], env=env, stderr=log)

    def answers() -> bool:
        assert process.poll() is None, (folder / "caddy.txt").read_text()
        try:
            root = folder / "pki" / "authorities" / "local" / "root.crt"
            url = f"https://localhost:{port}/healthz"
            return root.exists() and requests.get(url, timeout=5, verify=str(root)).ok
        except requests.RequestException:
            return False

    try:
        until(answers, "Caddy to answer")
        yield
    finally:
        process.terminate()
        process.wait(30)


def test_people_sign_in_and_see_their_page(front: Front) -> None:
    way = actions.invite_from_server(front.cast.event.id, "Zoé Lefebvre", Role.BLOGGER)
    with session_that_trusts(front.root) as browser:
        browser.headers["Origin"] = front.url
        sent = {"token": way.token}
        answer = browser.post(f"{front.url}/api/v1/invites/redeem", json=sent, timeout=10)
        assert answer.json() == {"next": "/send"}
        assert "__Host-mixroom" in browser.cookies
        page = browser.get(f"{front.url}/send", timeout=10)
        assert "Que voyez-vous" in page.text
        assert page.headers["Content-Encoding"] in ("br", "gzip", "zstd")
        csrf = page.text.partition('name="csrf" content="')[2].partition('"')[0]
        form = {"csrf": csrf, "text_fr": "Derrière Caddy."}
        sent_form = browser.post(f"{front.url}/send", data=form, timeout=10)
        assert "Reçu." in sent_form.text
        browser.headers["Origin"] = "https://evil.example"
        forged = browser.post(f"{front.url}/send", data=form, timeout=10)
        assert forged.status_code == 403


def test_nobody_reads_the_metrics_from_outside(front: Front) -> None:
    with front.api("amelie") as amelie:
        assert amelie.page("/metrics").status_code == 404
    assert requests.get(f"{front.server.url}/metrics", timeout=5).status_code == 200


def test_a_socket_follows(front: Front) -> None:
    with front.api("driss") as driss, following(driss, "desk") as desk:
        sent = driss.submit(text={"fr": "Suivi."})
        until(lambda: desk.frames, "a change to be pushed")
        until(lambda: sent["id"] in desk.items, "the change to be told")


def test_an_upload_of_a_phone_that_falls_silent_goes_on_where_it_was(front: Front) -> None:
    data = os.urandom(3_000_000)
    half = 1_500_000
    key = ids.new()
    with front.api("driss") as driss:
        made = driss.ask(
            "POST",
            "/uploads/",
            headers=TUS
            | {"Upload-Length": str(len(data)), "Upload-Metadata": f"id {_base64(key)}"},
        )
        assert made.status_code == 201, made.text
        path = made.headers["Location"].partition("/api/v1")[2]
        with _half_sent(front, path, data, half):
            until(lambda: _offset(driss, path) >= half - SLACK, "what was sent to be there")
            rest = _carried_on(driss, path, data)
            if rest.status_code == 409:  # more came after the question; now nothing else writes
                rest = _carried_on(driss, path, data)
            assert rest.status_code == 204, rest.text
            assert rest.headers["Upload-Offset"] == str(len(data))
    [kept] = (front.server.folder / "uploads").rglob(f"*{key}*/original*")
    assert sha256(kept.read_bytes()).digest() == sha256(data).digest()


def test_thirty_megabytes_go_through(front: Front, tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(os.urandom(30_000_000))
    with front.api("chloe") as chloe:
        assert chloe.upload(path)["id"]


@contextmanager
def _half_sent(front: Front, path: str, data: bytes, half: int) -> Iterator[None]:
    """Send the first half of a body and then say nothing more, as a phone in a lift does."""
    trusting = ssl.create_default_context(cafile=str(front.root))
    head = (
        f"PATCH /api/v1{path} HTTP/1.1\r\nHost: localhost:{front.port}\r\n"
        f"Authorization: Bearer {front.cast.tokens['driss']}\r\n"
        "Tus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n"
        "Content-Type: application/offset+octet-stream\r\n"
        f"Content-Length: {len(data)}\r\n\r\n"
    )
    with (
        socket.create_connection(("localhost", front.port), timeout=30) as raw,
        trusting.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        line.sendall(head.encode() + data[:half])
        yield


def _carried_on(api: Api, path: str, data: bytes) -> requests.Response:
    at = _offset(api, path)
    headers = {"Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"}
    return api.ask("PATCH", path, data=data[at:], headers=TUS | headers)


def _offset(api: Api, path: str) -> int:
    return int(api.ask("HEAD", path, headers=TUS).headers["Upload-Offset"])


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
