"""How long from a phone to the wall, with 200 screens connected: submit → queue, approve → wall,
and from a photo's upload (12 megapixels) to its first small picture in the queue.

    make bench        or: .venv/bin/python bench/loop.py [--walls 200] [--rounds 150] [--photos 20]
                                                         [--scaled]

Starts a Mixroom of its own on loopback (SQLite and one process; with --scaled PostgreSQL, Redis
and two processes), connects raw WebSocket clients, and times each step from the moment before the
HTTP request to the moment the frame has been read, in milliseconds; a photo from the moment its
upload has been answered. Everything runs on this one machine, the clients too. Stops by itself.
"""

import argparse
import base64
import json
import os
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from mixroom.core import db, doorbell
from mixroom.migrate import migrate
from tests.cast import Cast, enter
from tests.client import Api
from tests.photos import NAMES, phone
from tests.servers import Postgres, Redis, Server, free_port, running, until

PACE = 0.1  # seconds between two rounds


class Screen:
    """One raw WebSocket that follows a view; notes when it first sees each key come or go."""

    def __init__(self, url: str, token: str, view: str) -> None:
        self.view = view
        self.seen: dict[tuple[str, bool], float] = {}
        self.following = False
        self._rest = b""
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname, parts.port))
        self._shake_hands(parts.netloc, token)
        self.send("40")

    def send(self, text: str) -> None:
        """Send a short text frame, masked as clients must."""
        data = text.encode()
        mask = b"\0\0\0\0"
        self.socket.sendall(bytes([0x81, 0x80 | len(data)]) + mask + data)

    def read(self, now: float) -> None:
        """Read what has arrived."""
        self._rest += self.socket.recv(1 << 16)
        while (text := self._frame()) is not None:
            if text == "2":
                self.send("3")
            elif text.startswith("40"):
                self.send(f'420["live.follow",{{"view":"{self.view}"}}]')
            elif text.startswith("430"):
                self.following = True
            elif text.startswith('42["live.changes"'):
                for key, item in json.loads(text[2:])[1]["changes"].items():
                    self.seen.setdefault((key, item is not None), now)
                    for media in (item or {}).get("media", ()):
                        self.seen.setdefault((media["id"], media["thumb"] is not None), now)

    def _shake_hands(self, host: str, token: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.socket.recv(1)
        assert b" 101 " in head, head

    def _frame(self) -> str | None:
        data = self._rest
        if len(data) < 2:
            return None
        size, start = data[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        if len(data) < start + size:
            return None
        self._rest = data[start + size :]
        return data[start : start + size].decode()


class Audience:
    """All screens, read by one thread."""

    def __init__(self, screens: list[Screen]) -> None:
        self.screens = screens
        self._selector = selectors.DefaultSelector()
        for screen in screens:
            self._selector.register(screen.socket, selectors.EVENT_READ, screen)
        self._ended = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Stop reading and hang up."""
        self._ended = True
        self._thread.join()
        for screen in self.screens:
            screen.socket.close()

    def _run(self) -> None:
        while not self._ended:
            for key, _ in self._selector.select(0.2):
                key.data.read(time.perf_counter())


def measure(
    server: Server, cast: Cast, walls: int, rounds: int, photos: int
) -> dict[str, list[float]]:
    """Return the times of each step, in milliseconds."""
    screens = [Screen(server.url, cast.tokens["mur"], "wall") for _ in range(walls)]
    queues = [Screen(server.url, cast.tokens["ben"], "review") for _ in range(3)]
    audience = Audience(screens + queues)
    steps = ("submit → queue", "approve → wall", "12 MP photo uploaded → thumb in the queue")
    times: dict[str, list[float]] = {step: [] for step in steps}
    try:
        until(lambda: all(s.following for s in audience.screens), "everyone to follow")
        with (
            Api(server.url, cast.tokens["driss"]) as driss,
            Api(server.url, cast.tokens["ben"]) as ben,
        ):
            for number in range(rounds):
                began = time.perf_counter()
                key = driss.submit(text={"fr": f"Essai {number}", "en": f"Try {number}"})["id"]
                times["submit → queue"] += _arrivals(queues, key, began)
                began = time.perf_counter()
                ben.decide(key, "approval")
                times["approve → wall"] += _arrivals(screens, key, began)
                time.sleep(PACE)
            for number in range(photos):
                picture = phone(NAMES[number % len(NAMES)], (1, 6, 8, 3)[number % 4]).data
                form = {"file": (f"{number}.jpg", picture + bytes([number]))}
                media_id = driss.ask("POST", "/media", files=form).json()["id"]
                began = time.perf_counter()
                driss.submit(kind="photo", media=[media_id], consent="cleared")
                times[steps[2]] += _arrivals(queues, media_id, began)
    finally:
        audience.end()
    return times


def _arrivals(screens: list[Screen], key: str, began: float) -> list[float]:
    until(lambda: all((key, True) in s.seen for s in screens), f"{key} on every screen", 10)
    return [(screen.seen[key, True] - began) * 1000 for screen in screens]


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--walls", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--photos", type=int, default=20)
    parser.add_argument("--scaled", action="store_true")
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        env = {
            "MIXROOM_VAR": str(folder / "var"),
            "MIXROOM_UPLOADS": str(folder / "uploads"),
            "PORT": str(free_port()),
            "MIXROOM_SUBMIT_RATE": "100000/minute",
        }
        if asked.scaled:
            postgres, redis = Postgres(folder / "postgres"), Redis(folder / "redis")
            for each in (postgres, redis):
                each.start()
                stack.callback(each.stop)
            env |= {"DATABASE_URL": postgres.create("bench"), "REDIS_URL": redis.url}
            db.connect(env["DATABASE_URL"])
            migrate()
            db.engine().dispose()
        server = stack.enter_context(running(Server(env, 2 if asked.scaled else 1, folder)))
        engine = db.connect(server.settings.database_url)
        stack.callback(engine.dispose)
        doorbell.place(server.settings.database_url)
        times = measure(server, enter(), asked.walls, asked.rounds, asked.photos)
    layout = "PostgreSQL, Redis, 2 processes" if asked.scaled else "SQLite, 1 process"
    print(f"{layout}; {asked.walls} walls, 3 queues; {asked.rounds} rounds; ms")
    for step, values in times.items():
        cut = statistics.quantiles(values, n=100)
        print(f"  {step}: p50 {cut[49]:.0f}  p95 {cut[94]:.0f}  p99 {cut[98]:.0f}  n {len(values)}")


if __name__ == "__main__":
    main()
