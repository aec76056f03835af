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

from tests.cast import Cast, cast_at
from tests.client import Api
from tests.crowd import fill, follow_greedily, hub, pipeline
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in
from tests.wire import Wire

ITEMS = 2000
SECONDS = 8.0  # of each scene
VISITORS = 40
BEHIND = 1500  # facts
WALLS = 200
CODE = 2000  # people who open the page by a code on the museum's wall
WITHIN = 20.0  # seconds


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
            with running(server), cast_at(server, present=True) as guests:
                seq = fill(guests, ITEMS) - BEHIND
                if act is back:
                    back(server, guests, seq)
                else:
                    play(server, guests, title, act)


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
    busy, stood = (1000 * each for each in hub(server))
    cuts = statistics.quantiles(took, n=100)
    print(
        f"  {title}: POST p50 {cuts[49]:.0f}  p95 {cuts[94]:.0f}  worst {max(took):.0f}  "
        f"n {len(took)}; hub {busy:.0f}  stall {stood:.0f}",
        flush=True,
    )


def nobody(_server: Server, _cast: Cast, over: threading.Event) -> None:
    """Ask for nothing."""
    over.wait()


def follow(server: Server, cast: Cast, over: threading.Event) -> None:
    """Follow the wall from its beginning, again as soon as it has come; also when cut off."""
    follow_greedily(server, cast.tokens["mur"], over)


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


def packets(server: Server, _cast: Cast, over: threading.Event) -> None:
    """Ask for the page sixty times in one packet, and read the answers."""
    while not over.is_set():
        pipeline(server)


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
    walls = [Wire(server.url, cast.tokens["mur"]) for _ in range(WALLS)]
    ask = f'421["live.follow",{{"view":"wall","after":{seq}}}]'
    waiting = set(walls)
    with selectors.DefaultSelector() as selector:
        for wall in walls:
            selector.register(wall.socket, selectors.EVENT_READ, wall)
        while waiting and time.monotonic() < began + 60:
            for key, _ in selector.select(1):
                for text in key.data.heard():
                    if text.startswith("40"):
                        key.data.send(ask)
                    if text.startswith("431") and text.count('"kind"') == BEHIND:
                        waiting.discard(key.data)
    took = time.monotonic() - began
    print(
        f"  {WALLS} walls back at once, {BEHIND} facts behind: "
        f"{len(walls) - len(waiting)} exact after {took:.2f} s"
    )
    for wall in walls:
        wall.socket.close()


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
    "60 requests for / in one packet": packets,
    f"{CODE} visitors open / within {WITHIN:.0f} s": arrive,
    f"{WALLS} walls come back": back,
}

if __name__ == "__main__":
    main()
