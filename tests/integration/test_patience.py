"""Every wait has an end: for a request that drips, and for a process that hangs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from mixroom.core import db
from mixroom.migrate import migrate
from mixroom.settings import ROOT
from tests.cast import Cast, cast_at
from tests.servers import Server, embedded_in, until

pytestmark = [pytest.mark.timed, pytest.mark.plays]
ENOUGH = 12.0  # seconds: many times the limits of a hasty server, so a busy machine passes too
JSON = "Content-Type: application/json"
DRIP = 0.2  # seconds between two bytes


class Hasty(Server):
    """A part of Mixroom that runs with little patience."""

    def start_part(self, part: str, *more: str) -> subprocess.Popen[bytes]:
        """Start it."""
        with (self.folder / f"{part}.log").open("a") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.hasty", part, *more],
                cwd=ROOT,
                env=os.environ | self.env,
                stdout=log,
                stderr=subprocess.STDOUT,
            )


@contextmanager
def _hasty(folder: Path, part: str, *more: str) -> Iterator[Hasty]:
    server = Hasty(embedded_in(folder).env, 1, folder)
    engine = db.connect(server.settings.database_url)
    migrate()
    engine.dispose()
    process = server.start_part(part, *more)
    try:
        until(lambda: _pid_of(server) is not None, "it to answer")
        yield server
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture
def hasty(tmp_path: Path) -> Iterator[tuple[Hasty, Cast]]:
    """A hasty web process, and the cast."""
    with _hasty(tmp_path, "web", "--process", "0") as server, cast_at(server) as cast:
        yield server, cast


def test_what_drips_is_cut(hasty: tuple[Hasty, Cast]) -> None:
    server, cast = hasty
    host = server.url.removeprefix("http://")
    signed = f"Authorization: Bearer {cast.tokens['driss']}\r\n"
    post = f"POST /api/v1/submissions HTTP/1.1\r\nHost: {host}\r\n{signed}"
    began, dripping = (
        {
            "a request line": b"",
            "a header": f"GET / HTTP/1.1\r\nHost: {host}\r\nX-Long: ".encode(),
            "a body": f"{post}Content-Length: 1000\r\n{JSON}\r\n\r\n".encode(),
            "a chunked body": f"{post}Transfer-Encoding: chunked\r\n\r\n3e8\r\n".encode(),
        },
        "x",
    )
    for what, head in began.items():
        assert _drips_for(server, head, dripping) < ENOUGH, what


def test_whoever_is_silent_between_two_requests_is_let_go(hasty: tuple[Hasty, Cast]) -> None:
    server, _ = hasty
    with socket.create_connection(_address(server), ENOUGH) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        heard = b""
        while piece := line.recv(4096):
            heard += piece
    assert b" 200 " in heard


def test_a_web_process_that_hangs_is_replaced(tmp_path: Path) -> None:
    with _hasty(tmp_path, "serve", "--no-worker") as server:
        hung = _pid_of(server)
        assert hung is not None
        os.kill(hung, signal.SIGSTOP)
        until(lambda: _pid_of(server) not in (None, hung), "another process to answer")
        assert "no sign of life" in server.log()


def _drips_for(server: Server, head: bytes, dripping: str) -> float:
    """Return for how many seconds a connection goes on that sends a byte from time to time."""
    began = time.monotonic()
    with socket.create_connection(_address(server), ENOUGH) as line:
        line.settimeout(DRIP)
        with suppress(ConnectionError):
            line.sendall(head)
            while time.monotonic() - began < ENOUGH:
                line.sendall(dripping.encode())
                with suppress(TimeoutError):
                    if not line.recv(4096):
                        break
    return time.monotonic() - began


def _address(server: Server) -> tuple[str, int]:
    return "127.0.0.1", server.settings.port


def _pid_of(server: Server) -> int | None:
    """Return the process that answers at this address now; None where nobody does in a second."""
    try:
        text = requests.get(f"{server.url}/metrics", timeout=1).text
    except requests.RequestException:
        return None
    found = [line for line in text.splitlines() if line.startswith("mixroom_process_id ")]
    return int(float(found[0].split()[1])) if found else None
