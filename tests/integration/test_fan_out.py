"""Readers who do not keep up with the fan-out, and readers that others wrote."""

import json
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, Message, Ping, Pong, Request, TextMessage
from wsproto.extensions import PerMessageDeflate

from mixroom.core import doorbell
from mixroom.web.connections import MAX_BACKLOG
from tests.cast import Cast, cast_at
from tests.client import Api, following
from tests.crowd import fill
from tests.servers import Server, embedded_in, running, until
from tests.wire import Wire

SOME = 600  # items: more bytes than the kernel holds for one client
FOLLOW = '420["live.follow",{"view":"wall","after":%d}]'


def frames_of(texts: list[str]) -> list[dict[str, Any]]:
    """Return the changes among messages."""
    return [json.loads(t[2:])[1] for t in texts if t.startswith('42["live.changes"')]


def follow(wire: Wire, after: int = 0) -> dict[str, Any]:
    """Follow the wall; return the answer."""
    wire.send(FOLLOW % after)
    while True:
        for text in wire.heard():
            if text.startswith("430"):
                answer: dict[str, Any] = json.loads(text[3:])[0]
                return answer


def test_whoever_stops_reading_for_a_while_gets_every_frame_once_and_in_order(
    server: Server, guests: Cast
) -> None:
    """Frames wait for it meanwhile, since it says that it lives; others are served as ever."""
    with Api(server.url, guests.tokens["mur"]) as mur, following(mur, "wall") as quick:
        slow = Wire(server.url, guests.tokens["mur"])
        slow.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 15)
        until(lambda: any(text.startswith("40") for text in slow.heard()), "to be let in")
        start = follow(slow)["seq"]
        filled: list[int] = []
        filling = threading.Thread(target=lambda: filled.append(fill(guests, SOME)))
        filling.start()
        until(lambda: slow.send("3") or filled, "the wall to be filled")
        filling.join()
        (last,) = filled
        doorbell.ring()
        until(lambda: slow.send("3") or quick.seq >= last, "a quick reader to have all")
        frames: list[dict[str, Any]] = []
        while not frames or frames[-1]["seq"] < last:
            slow.send("3")
            frames += frames_of(slow.heard())
        slow.socket.close()
        assert frames[0]["after"] == start
        assert all(one["seq"] == next_["after"] for one, next_ in pairwise(frames))
        shown = {key: item for frame in frames for key, item in frame["changes"].items()}
        assert sum(len(frame["changes"]) for frame in frames) == len(shown) == SOME
        assert shown == mur.view("wall", start)["changes"]


def test_whoever_never_reads_is_cut_and_catches_up_exactly(server: Server, guests: Cast) -> None:
    with (
        Api(server.url, guests.tokens["mur"]) as mur,
        following(mur, "wall") as quick,
    ):
        stuck = Wire(server.url, guests.tokens["mur"])
        stuck.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        until(lambda: any(text.startswith("40") for text in stuck.heard()), "to be let in")
        seen = start = follow(stuck)["seq"]
        last = fill(guests, SOME)
        doorbell.ring()
        until(lambda: quick.seq >= last, "a quick reader to have all")
        for number in range(MAX_BACKLOG + 50):  # answers that wait behind it
            with suppress(OSError):
                stuck.send(f'42{number % 190}["live.follow",{{"view":"wall","after":{last}}}]')
        held: dict[str, Any] = {}
        with suppress(ConnectionError):
            while True:
                for frame in frames_of(stuck.heard()):
                    assert frame["after"] == seen
                    held |= frame["changes"]
                    seen = frame["seq"]
        again = Wire(server.url, guests.tokens["flora"])
        until(lambda: any(text.startswith("40") for text in again.heard()), "to be let in again")
        answer = follow(again, seen)
        assert not answer.get("reset")
        assert held | answer["changes"] == mur.view("wall", start)["changes"]
        again.socket.close()
        stuck.socket.close()


class Independent:
    """A client on an implementation of WebSocket that is not ours, offering what Firefox offers."""

    def __init__(self, url: str, token: str) -> None:
        host, _, port = url.removeprefix("http://").partition(":")
        self._line = socket.create_connection((host, int(port)), 30)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        self.accepted: AcceptConnection | None = None
        self.texts: list[str] = []
        self._parts = ""
        asked = Request(
            host=f"{host}:{port}",
            target="/socket.io/?EIO=4&transport=websocket",
            extensions=[PerMessageDeflate()],
            extra_headers=[(b"Authorization", f"Bearer {token}".encode())],
        )
        self._line.sendall(self._protocol.send(asked))

    def say(self, text: str) -> None:
        """Send a message."""
        self._line.sendall(self._protocol.send(Message(data=text)))

    def hear(self, wanted: Callable[[str], bool]) -> str:
        """Return the first message that is wanted; it answers pings, and keeps all messages."""
        while True:
            for text in self.texts:
                if wanted(text):
                    return text
            self._protocol.receive_data(self._line.recv(1 << 16))
            for event in self._protocol.events():
                self._take(event)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def _take(self, event: object) -> None:
        if isinstance(event, AcceptConnection):
            self.accepted = event
        elif isinstance(event, Ping):
            self._line.sendall(self._protocol.send(Pong(event.payload)))
        elif isinstance(event, TextMessage):
            self._parts += event.data
            if event.message_finished:
                self.texts.append(self._parts)
                self._parts = ""
                if self.texts[-1] == "2":
                    self.say("3")


def test_frames_follow_the_rules_of_rfc_6455_and_7692(server: Server, guests: Cast) -> None:
    """The offered compression is declined, and no frame has its bit; text of any length arrives."""
    client = Independent(server.url, guests.tokens["mur"])
    client.hear(lambda text: text.startswith("0"))
    assert client.accepted is not None
    assert not client.accepted.extensions
    client.say("40")
    client.hear(lambda text: text.startswith("40"))
    client.say(FOLLOW % 0)
    start = json.loads(client.hear(lambda text: text.startswith("430"))[3:])[0]["seq"]
    last = fill(guests, 200)
    doorbell.ring()
    client.hear(lambda text: any(f["seq"] >= last for f in frames_of([text])))
    frames = frames_of(client.texts)
    with Api(server.url, guests.tokens["mur"]) as mur:
        truth = mur.view("wall", start)["changes"]
    assert {key: item for f in frames for key, item in f["changes"].items()} == truth
    client.hear(lambda text: text == "2")
    client.close()


@pytest.mark.parametrize("way", ["shared", "library"])
def test_either_way_brings_the_same(tmp_path: Path, way: str) -> None:
    started = embedded_in(tmp_path)
    started.env["MIXROOM_FAN_OUT"] = way
    with (
        running(started) as server,
        cast_at(server) as guests,
        Api(server.url, guests.tokens["driss"]) as driss,
        Api(server.url, guests.tokens["ben"]) as ben,
        following(ben, "review") as queue,
        following(ben, "wall") as wall,
    ):
        keys = [driss.submit(text={"fr": "é" * n or "x"})["id"] for n in range(1, 200, 20)]
        until(lambda: set(keys) <= queue.items.keys(), "the queue to have all")
        for key in keys:
            ben.decide(key, "approval")
        until(lambda: wall.items == ben.view("wall")["changes"] != {}, "the wall to be exact")
        ben.decide(keys[0], "recall")
        until(lambda: keys[0] not in wall.items, "the wall to drop it")
        assert all(one["seq"] <= next_["after"] for one, next_ in pairwise(wall.frames))
