"""The libraries below us under load: each of these was seen to go wrong once."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from packaging.version import Version

from mixroom.core import db, journal
from mixroom.core.db import reading
from mixroom.settings import ROOT
from mixroom.submissions.live import DESK
from mixroom.web.gate import MAX_WAITING
from tests.cast import Cast, enter
from tests.client import Api
from tests.servers import Server, env_in, until

pytestmark = pytest.mark.timed


def test_who_waits_for_the_database_keeps_nobody_else_waiting(server: Server, guests: Cast) -> None:
    """A wait in C stops every greenlet of the web process, also the one that holds the lock."""
    answers: list[int] = []

    def write(name: str) -> None:
        with Api(server.url, guests.tokens[name]) as api:
            answers.append(api.ask("POST", "/submissions", json={"text": {"fr": "x"}}).status_code)

    names = ["driss", "chloe", "flora", "ben"]
    writers = [threading.Thread(target=write, args=(name,)) for name in names]
    with _held():
        for writer in writers:
            writer.start()
        worst = 0.0
        until_then = time.monotonic() + 1.5
        while time.monotonic() < until_then:
            began = time.monotonic()
            assert requests.get(f"{server.url}/healthz", timeout=10).status_code == 200
            worst = max(worst, time.monotonic() - began)
        assert answers == []
    for writer in writers:
        writer.join()
    assert answers == [201] * len(names)
    assert worst < 1.0  # it was 5 s and more when the wait was in C


def test_neither_eventlet_nor_pillow_is_loaded_where_it_does_not_belong() -> None:
    for module, foreign in (("app", "PIL eventlet"), ("work", "eventlet"), ("cli", "PIL eventlet")):
        code = (
            f"import sys, mixroom.{module}; "
            f"sys.exit(any(name in sys.modules for name in '{foreign}'.split()))"
        )
        assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_callers_who_do_not_say_who_they_are_are_few_and_put_out(server: Server) -> None:
    """Each process has a waiting room; when it is full, a newcomer is refused at once."""
    rooms = MAX_WAITING * (2 if server.settings.redis_url else 1)
    callers = [_call(server.url) for _ in range(3 * rooms)]
    try:
        let_in = [caller for caller, status in callers if status == 101]
        assert {status for _, status in callers} == {101, 401}
        assert len(let_in) <= rooms
        for caller in let_in:
            caller.settimeout(15)
            with contextlib.suppress(ConnectionError):
                while caller.recv(4096):
                    pass  # what Engine.IO says first; then the end
    finally:
        for caller, _ in callers:
            caller.close()


def test_no_viewer_gets_a_compressor_of_their_own(server: Server, guests: Cast) -> None:
    """eventlet accepts deflate from every browser; it costs two thirds of the server's time."""
    offer = (
        "Sec-WebSocket-Extensions: permessage-deflate\r\n"
        f"Authorization: Bearer {guests.tokens['mur']}\r\n"
    )
    caller, status = _call(server.url, offer)
    with caller:
        assert status == 101
        assert b"extensions" not in caller.recv(4096).lower()


def test_no_package_is_older_than_its_last_known_hole() -> None:
    floors = {
        "python-socketio": "5.16.2",  # pickle in the queue, binary attachments that pile up
        "python-engineio": "4.13.3",  # threads without bound by repeated pongs
        "flask-socketio": "5.6.1",
        "eventlet": "0.41.3",  # request smuggling by trailers; works with greenlet 3.5
        "flask": "3.1.3",  # Vary: Cookie
        "werkzeug": "3.1.6",
        "jinja2": "3.1.6",
        "pillow": "13.0.0",
        "redis": "8.1.0",  # 8.0 drops idle listeners
        "psycopg": "3.3.9",
    }
    for name, floor in floors.items():
        assert Version(version(name)) >= Version(floor), name


def test_a_flood_of_handshakes_leaves_nothing_behind(server: Server) -> None:
    before = _memory(server)
    with requests.Session() as stranger:
        for _ in range(1500):
            path = f"{server.url}/socket.io/?EIO=4&transport=polling"
            assert stranger.get(path, timeout=10).status_code == 400
    assert _memory(server) - before < 20_000_000


def test_a_member_who_floods_is_cut(server: Server, guests: Cast) -> None:
    from tests.client import following

    with Api(server.url, guests.tokens["mur"]) as mur, following(mur, "wall") as wall:
        for _ in range(400):
            with contextlib.suppress(Exception):
                wall.io.emit("live.follow", {"view": "wall", "after": wall.seq})
        until(lambda: wall.closed == "too_many_messages", "the flooder to be cut")


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """Writers go on through two power cuts, as phones do: by asking again with the same key."""
    env = env_in(tmp_path, MIXROOM_SUBMIT_RATE="100000/minute")
    server = Server(env, 1, tmp_path)
    server.start()
    engine = db.connect(server.settings.database_url)
    cast, done, acknowledged = enter(), threading.Event(), list[str]()

    def write(name: str) -> None:
        with Api(server.url, cast.tokens[name]) as api:
            number = 0
            while not done.is_set():
                number += 1
                acknowledged.append(_until_answered(api, f"{name}-{number}"))

    writers = [threading.Thread(target=write, args=(name,)) for name in ("driss", "chloe")]
    for writer in writers:
        writer.start()
    for wanted in (20, 60):
        until(lambda n=wanted: len(acknowledged) > n, f"{wanted} answers")
        server.kill()
        until(lambda: not _listens(server), "the port to be free")
        server.start()
    until(lambda: len(acknowledged) > 100, "100 answers")
    done.set()
    for writer in writers:
        writer.join()
    with reading() as tx:
        kept = [*DESK.items(tx, cast.driss.id), *DESK.items(tx, cast.chloe.id)]
        numbers = [entry.seq for entry in journal.since(tx, 0)]
    assert sorted(kept) == sorted(set(acknowledged))
    assert len(acknowledged) == len(set(acknowledged))
    assert numbers == list(range(1, len(numbers) + 1))
    engine.dispose()
    server.stop()


@contextlib.contextmanager
def _held() -> Iterator[None]:
    """Hold what every writer needs, from outside the server."""
    with db.transaction() as tx:
        tx.execute(journal.head.update().values(seq=journal.head.c.seq))
        yield


def _call(url: str, more: str = "") -> tuple[socket.socket, int]:
    parts = urlsplit(url)
    assert parts.hostname
    caller = socket.create_connection((parts.hostname, parts.port or 80))
    caller.sendall(
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n{more}\r\n".encode()
    )
    return caller, int(caller.recv(12).split()[1])


def _memory(server: Server) -> int:
    """Return the resident bytes of the server's processes."""
    total = 0
    for process in server.running:
        for pid in [str(process.pid), *_children(process.pid)]:
            total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * 4096
    return total


def _children(pid: int) -> list[str]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [child for task in tasks for child in task.read_text().split()]


def _until_answered(api: Api, key: str) -> str:
    while True:
        with contextlib.suppress(requests.RequestException):
            answer = api.ask(
                "POST",
                "/submissions",
                json={"text": {"fr": key}},
                headers={"Idempotency-Key": key},
            )
            if answer.status_code in (200, 201):
                return str(answer.json()["id"])
        time.sleep(0.05)


def _listens(server: Server) -> bool:
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", server.settings.port))
        return False
    return True
