"""https by Mixroom itself: who may talk, who keeps whom waiting, and what stops the start."""

import json
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mixroom.core import db
from mixroom.settings import SettingError, Settings
from tests.cast import enter
from tests.certificates import Certificate, made
from tests.client import Api, following
from tests.servers import Server, env_in, free_port, running, until


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate for localhost."""
    return made(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="module")
def secure(certificate: Certificate, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Mixroom with a certificate, without a word about its address."""
    folder = tmp_path_factory.mktemp("secure")
    env = env_in(
        folder, MIXROOM_TLS_CERT=str(certificate.cert), MIXROOM_TLS_KEY=str(certificate.key)
    )
    with running(Server(env, 1, folder)) as started:
        yield started


def test_a_certificate_makes_the_address_https_and_the_cookies_secure(
    secure: Server, certificate: Certificate
) -> None:
    assert secure.url.startswith("https://")
    answer = requests.get(f"{secure.url}/j", timeout=10, verify=str(certificate.cert))
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_who_connects_and_says_nothing_keeps_nobody_waiting(
    secure: Server, certificate: Certificate
) -> None:
    port = secure.settings.port
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(200)]
    try:
        answer = requests.get(f"{secure.url}/healthz", timeout=5, verify=str(certificate.cert))
        assert answer.status_code == 200
        assert answer.elapsed.total_seconds() < 2
    finally:
        for each in silent:
            each.close()


def test_what_is_no_handshake_is_let_go_and_leaves_no_trace(
    secure: Server, certificate: Certificate
) -> None:
    port = secure.settings.port
    with socket.create_connection(("127.0.0.1", port), timeout=10) as plain:
        plain.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"HTTP/" not in plain.recv(200)
    doubter = ssl.create_default_context()
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        doubter.wrap_socket(raw, server_hostname="localhost")
    requests.get(f"{secure.url}/healthz", timeout=5, verify=str(certificate.cert))
    assert "Traceback" not in secure.log()


def test_a_socket_follows_over_tls(secure: Server, certificate: Certificate) -> None:
    engine = db.connect(secure.settings.database_url)
    token = enter().tokens["driss"]
    engine.dispose()
    with (
        Api(secure.url, token, authority=certificate.cert) as driss,
        following(driss, "desk") as desk,
    ):
        sent = driss.submit(text={"fr": "Suivi."})
        until(lambda: desk.frames, "a change to be pushed")
        until(lambda: sent["id"] in desk.items, "the change to be told over TLS")


@pytest.mark.parametrize(
    ("fault", "variable"),
    [
        ("missing", "MIXROOM_TLS_CERT"),
        ("no certificate", "MIXROOM_TLS_CERT"),
        ("other key", "MIXROOM_TLS_KEY"),
        ("no key", "MIXROOM_TLS_KEY"),
    ],
)
def test_wrong_files_stop_the_start_with_one_line(
    fault: str, variable: str, certificate: Certificate, tmp_path: Path
) -> None:
    cert, key = certificate.cert, certificate.key
    if fault == "missing":
        cert = tmp_path / "missing.pem"
    if fault == "no certificate":
        cert = tmp_path / "words.pem"
        cert.write_text("words")
    if fault == "other key":
        key = made(tmp_path / "other").key
    options = ["--tls-cert", str(cert), "--port", str(free_port())]
    if fault != "no key":
        options += ["--tls-key", str(key)]
    env = {"MIXROOM_VAR": str(tmp_path / "var"), "MIXROOM_UPLOADS": str(tmp_path / "uploads")}
    refused = subprocess.run(
        [sys.executable, "-m", "mixroom", "serve", *options],
        env=env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith(f"mixroom: {variable}: "), json.dumps(refused.stderr)
    assert refused.stderr.count("\n") == 1
    assert " · " in refused.stderr


def test_half_a_pair_is_a_wrong_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match="MIXROOM_TLS_CERT"):
        Settings.from_env({"MIXROOM_VAR": str(tmp_path), "MIXROOM_TLS_KEY": "key.pem"})
