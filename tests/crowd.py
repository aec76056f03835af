"""A full wall, and callers who ask for more than their share."""

import re
import socket
import threading
from urllib.parse import urlsplit

import requests

from mixroom.core import clock, ids, journal
from mixroom.core.db import transaction
from mixroom.core.text import Bilingual
from mixroom.submissions import store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import Decision, Submission
from mixroom.submissions.moves import Fact
from tests.cast import Cast
from tests.servers import Server
from tests.wire import Wire

TEXT = "Le mur répond à la main : trois capteurs, deux projecteurs, une nuit blanche. " * 3


def fill(cast: Cast, size: int, event_id: str | None = None) -> int:
    """Have so many items approved, at the cast's event; return the number of the last fact."""
    now, event_id = clock.now(), event_id or cast.event.id
    with transaction() as tx:
        for _ in range(size):
            content = Content(Kind.POST, text=Bilingual(TEXT, TEXT))
            sent = Submission(ids.new(), event_id, cast.driss.id, content, now)
            approved = sent.decided(Decision(Fact.APPROVED, cast.ben.id, now))
            store.add(tx, approved)
            store.add_decision(tx, approved)
            store.add_revision(tx, approved, cast.driss.id, now)
            entry = journal.record(
                tx,
                Fact.APPROVED,
                event_id=event_id,
                key=sent.id,
                owner=cast.driss.id,
                by=cast.ben.id,
            )
    return entry.seq


def hub(server: Server) -> tuple[float, float]:
    """Return for how long at most the web process has computed, and stood still, in seconds."""
    text = requests.get(f"{server.url}/metrics", timeout=30).text
    found = dict(re.findall(r"^mixroom_hub_(busy|stall)_seconds (\S+)", text, re.MULTILINE))
    return float(found["busy"]), float(found["stall"])


def resident(server: Server) -> int:
    """Return how much memory the web process holds, in bytes."""
    text = requests.get(f"{server.url}/metrics", timeout=30).text
    found = re.search(r"^process_resident_memory_bytes (\S+)", text, re.MULTILINE)
    assert found is not None
    return int(float(found[1]))


def follow_greedily(server: Server, token: str, over: threading.Event) -> None:
    """Follow the wall from its beginning, again as soon as it has come; also when cut off."""
    ask = '421["live.follow",{"view":"wall","after":0}]'
    while not over.is_set():
        try:
            wire = Wire(server.url, token)
            with wire.socket:
                while not over.is_set():
                    for text in wire.heard():
                        if text.startswith(("40", "431")):
                            wire.send(ask)
        except OSError:  # cut, or refused for a while: it has asked too much
            over.wait(0.05)


def pipeline(server: Server, path: str = "/", headers: str = "", requests_: int = 60) -> None:
    """Ask for a path many times in one packet, and read the answers; `headers` are whole lines."""
    parts = urlsplit(server.url)
    ask = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{headers}"
    all_ = f"{ask}\r\n" * (requests_ - 1) + f"{ask}Connection: close\r\n\r\n"
    with socket.create_connection((parts.hostname, parts.port), 60) as line:
        line.sendall(all_.encode())
        while line.recv(1 << 18):
            pass
