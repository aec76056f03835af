"""How much one caller, or a crowd of one kind, can cost the others.

    .venv/bin/python bench/costs.py [--scaled]

A Mixroom of its own on loopback with 2,000 approved items. In each scene a greedy caller or a crowd
asks as fast as it may, while somebody else sends one post after the other: how long each post waits
for its answer, and for how long at most the web process computed without giving others their turn
(`hub`, by its own CPU time; `stall` is by the clock and counts this busy machine too). Then a crowd
that comes back at once: until all of them are exact. Each scene is bounded in count and time.
"""

import argparse
import re
import selectors
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import requests
from loop import Screen

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.text import Bilingual
from mixroom.submissions import store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import Decision, Fact, Submission
from tests.cast import Cast, cast_at
from tests.client import Api
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in

ITEMS = 2000
SECONDS = 8.0  # of each scene
VISITORS = 40
BEHIND = 1500  # facts
WALLS = 200
CODE = 2000  # people who open the page by a code on the museum's wall
WITHIN = 20.0  # seconds
TEXT = "Le mur répond à la main : trois capteurs, deux projecteurs, une nuit blanche. " * 3


def main() -> None:
    """Start everything, play every scene, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scaled", action="store_true")
    scaled = parser.parse_args().scaled
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        peers = Postgres(folder / "postgres"), Redis(folder / "redis")
        for each in peers if scaled else ():
            each.start()
            stack.callback(each.stop)
        print(f"{'PostgreSQL, Redis' if scaled else 'SQLite'}, 1 process; {ITEMS} items; ms")
        for number, (title, act) in enumerate(SCENES.items()):
            own = folder / str(number)
            server = scaled_in(own, *peers) if scaled else embedded_in(own)
            server.processes = 1  # it bears it all
            own.mkdir(exist_ok=True)
            with running(server), cast_at(server) as guests:
                seq = fill(guests, ITEMS)
                if act is back:
                    back(server, guests, seq)
                else:
                    play(server, guests, title, act)


def fill(cast: Cast, size: int) -> int:
    """Have items approved; return the number of the journal before the last BEHIND facts."""
    now = clock.now()
    with transaction() as tx:
        for _ in range(size):
            content = Content(Kind.POST, text=Bilingual(TEXT, TEXT))
            sent = Submission(ids.new(), cast.event.id, cast.driss.id, content, now)
            approved = sent.decided(Decision(Fact.APPROVED, cast.ben.id, now))
            store.add(tx, approved)
            store.keep_decision(tx, approved)
            entry = journal.record(
                tx,
                Fact.APPROVED,
                event_id=cast.event.id,
                key=sent.id,
                owner=cast.driss.id,
                by=cast.ben.id,
            )
    return entry.seq - BEHIND


def play(server: Server, cast: Cast, title: str, act: "Act") -> None:
    """Post one after the other beside a crowd; print how long the answers took."""
    over = threading.Event()
    other = threading.Thread(target=act, args=(server, cast, over))
    other.start()
    took = []
    with Api(server.url, cast.tokens["chloe"]) as chloe:
        end = time.monotonic() + (WITHIN if act is arrive else SECONDS)
        while time.monotonic() < end:
            began = time.monotonic()
            chloe.submit()
            took.append((time.monotonic() - began) * 1000)
            time.sleep(0.02)
    over.set()
    other.join()
    text = requests.get(f"{server.url}/metrics", timeout=30).text
    found = dict(re.findall(r"^mixroom_hub_(busy|stall)_seconds (\S+)", text, re.MULTILINE))
    hub, stall = (float(found[name]) * 1000 for name in ("busy", "stall"))
    cuts = statistics.quantiles(took, n=100)
    print(
        f"  {title}: POST p50 {cuts[49]:.0f}  p95 {cuts[94]:.0f}  worst {max(took):.0f}  "
        f"n {len(took)}; hub {hub:.0f}  stall {stall:.0f}",
        flush=True,
    )


def nobody(_server: Server, _cast: Cast, over: threading.Event) -> None:
    """Ask for nothing."""
    over.wait()


def follow(server: Server, cast: Cast, over: threading.Event) -> None:
    """Follow the wall from its beginning, again as soon as it has come; also when cut off."""
    while not over.is_set():
        try:
            wall = Wall(server, cast, 0)
            while not over.is_set():
                for text in wall.heard():
                    if text.startswith("431"):
                        wall.send(wall.asked)
        except (OSError, AssertionError):  # cut, or refused for a while: it has asked too much
            over.wait(0.05)


def reload(server: Server, _cast: Cast, over: threading.Event) -> None:
    """Load the public page again and again, VISITORS at a time."""
    crowd(server, over, {})


def reload_packed(server: Server, _cast: Cast, over: threading.Event) -> None:
    """Load it as browsers do."""
    crowd(server, over, {"Accept-Encoding": "br"})


def arrive(server: Server, _cast: Cast, over: threading.Event) -> None:
    """Open the public page once each, CODE times within WITHIN seconds."""
    for _ in range(CODE):
        if over.wait(WITHIN / CODE):
            return
        threading.Thread(target=open_once, args=(server,), daemon=True).start()


def open_once(server: Server) -> None:
    """Load the page as a browser that has never been here."""
    with socket.create_connection(address(server), 60) as line:
        line.sendall(request(server, {"Accept-Encoding": "br", "Connection": "close"}))
        while line.recv(1 << 18):
            pass


def pipeline(server: Server, _cast: Cast, over: threading.Event) -> None:
    """Ask for the page sixty times in one packet, and read the answers."""
    while not over.is_set():
        with socket.create_connection(address(server), 60) as line:
            last = request(server, {"Connection": "close"})
            line.sendall(request(server, {}) * 59 + last)
            while line.recv(1 << 18) and not over.is_set():
                pass


def crowd(server: Server, over: threading.Event, headers: dict[str, str]) -> None:
    """Keep VISITORS connections busy with the public page, from one thread."""
    asked = request(server, headers)
    end = re.compile(rb"content-length: (\d+)", re.IGNORECASE)
    with selectors.DefaultSelector() as selector:
        for _ in range(VISITORS):
            line = socket.create_connection(address(server), 60)
            line.sendall(asked)
            selector.register(line, selectors.EVENT_READ, bytearray())
        while not over.is_set():
            for key, _ in selector.select(0.2):
                line, held = key.fileobj, key.data
                held += line.recv(1 << 18)
                head, blank, body = held.partition(b"\r\n\r\n")
                length = end.search(bytes(head)) if blank else None
                if length and len(body) >= int(length[1]):
                    held.clear()
                    line.sendall(asked)
        for key in list(selector.get_map().values()):
            key.fileobj.close()


def back(server: Server, cast: Cast, seq: int) -> None:
    """Have WALLS come back at once, BEHIND facts behind; print until the last one is exact."""
    began = time.monotonic()
    walls = [Wall(server, cast, seq) for _ in range(WALLS)]
    waiting = set(walls)
    with selectors.DefaultSelector() as selector:
        for wall in walls:
            selector.register(wall.socket, selectors.EVENT_READ, wall)
        while waiting and time.monotonic() < began + 60:
            for key, _ in selector.select(1):
                for text in key.data.heard():
                    if text.startswith("431") and text.count('"kind"') == BEHIND:
                        waiting.discard(key.data)
    took = time.monotonic() - began
    print(
        f"  {WALLS} walls back at once, {BEHIND} facts behind: "
        f"{len(walls) - len(waiting)} exact after {took:.2f} s"
    )
    for wall in walls:
        wall.socket.close()


class Wall(Screen):
    """A raw WebSocket that follows the wall from a number."""

    def __init__(self, server: Server, cast: Cast, after: int) -> None:
        super().__init__(server.url, cast.tokens["mur"], "wall")
        self.asked = f'421["live.follow",{{"view":"wall","after":{after}}}]'
        self._held = bytearray()

    def heard(self) -> list[str]:
        """Return the messages that have come; answers pings, and asks once it is let in."""
        arrived = self.socket.recv(1 << 20)
        if not arrived:
            raise ConnectionResetError
        self._held += arrived
        texts = []
        while (text := self._next()) is not None:
            if text == "2":
                self.send("3")
            elif text.startswith("40"):
                self.send(self.asked)
            texts.append(text)
        return texts

    def _next(self) -> str | None:
        if len(self._held) < 2:
            return None
        size, start = self._held[1] & 0x7F, 2
        if size >= 126:
            start = 4 if size == 126 else 10
            size = int.from_bytes(self._held[2:start], "big")
        if len(self._held) < start + size:
            return None
        text = self._held[start : start + size].decode()
        del self._held[: start + size]
        return text


def request(server: Server, headers: dict[str, str]) -> bytes:
    """Return a request for the public page."""
    lines = [f"{name}: {value}" for name, value in headers.items()]
    host = urlsplit(server.url).netloc
    return "\r\n".join(["GET / HTTP/1.1", f"Host: {host}", *lines, "", ""]).encode()


def address(server: Server) -> tuple[str, int]:
    """Return where the server listens."""
    parts = urlsplit(server.url)
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


Act = Callable[[Server, Cast, threading.Event], None]
SCENES: dict[str, Any] = {
    "nobody else": nobody,
    "a socket follows the wall from 0": follow,
    f"{VISITORS} visitors reload /": reload,
    f"{VISITORS} visitors reload /, packed": reload_packed,
    "60 requests for / in one packet": pipeline,
    f"{CODE} visitors open / within {WITHIN:.0f} s": arrive,
    f"{WALLS} walls come back": back,
}

if __name__ == "__main__":
    main()
