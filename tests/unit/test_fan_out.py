"""Shared frames are byte for byte those of the library, and are used only where they are known."""

import json
import re
import warnings
from types import SimpleNamespace
from typing import Any

import pytest
import socketio
from hypothesis import example, given
from hypothesis import strategies as st

from mixroom.core.live_list import Encoded, encode
from mixroom.settings import ROOT, SettingError, Settings
from mixroom.web import fan_out
from mixroom.web.direct_socket import framed, unmasked
from mixroom.web.packets import Packets

with warnings.catch_warnings():  # eventlet says that it is deprecated
    warnings.simplefilter("ignore")
    from eventlet.websocket import RFC6455WebSocket

ROOM, MEMBER = "wall:event", "member"
EDGES = (0, 1, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
BODIES = st.dictionaries(st.text(), VALUES)  # as every message of ours is


class Recorder:
    """A socket of Engine.IO, by either way of sending."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self._websocket = RFC6455WebSocket(None, {})

    def send(self, packet: Any) -> None:
        """Send as the library's socket does."""
        self.frames.append(self._websocket._pack_message(packet.encode(), masked=False))

    def transmit(self, frame: bytes) -> None:
        """Send a finished frame."""
        self.frames.append(frame)


def bytes_of(way: type[fan_out.Library | fan_out.Shared], event: str, body: object) -> bytes:
    """Return what a member of a room gets."""
    server = socketio.Server(async_mode="threading", json=Packets)
    recorder = Recorder()
    server.eio._get_socket = lambda _: recorder
    server.eio.sockets[MEMBER] = recorder
    sid = server.manager.connect(MEMBER, "/")
    sent = way(server)
    sent.join(sid, ROOM)
    sent.send(ROOM, event, body)
    (frame,) = recorder.frames
    return frame


def test_a_member_who_leaves_while_others_are_served_gets_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fan_out, "TURN", 1)
    server = socketio.Server(async_mode="threading", json=Packets)
    members = {name: Recorder() for name in ("first", "leaving", "last")}
    server.eio.sockets.update(members)
    sids = {name: server.manager.connect(name, "/") for name in members}
    shared = fan_out.Shared(server)
    for sid in sids.values():
        shared.join(sid, ROOM)
    server.eio.sleep = lambda _: shared.leave(sids["leaving"], ROOM)  # while others have their turn
    shared.send(ROOM, "live.changes", {})
    assert {name: len(each.frames) for name, each in members.items()} == {
        "first": 1,
        "leaving": 0,
        "last": 1,
    }


@given(st.sampled_from(["live.changes", "live.beat"]), BODIES)
def test_a_shared_frame_is_the_librarys_byte_for_byte(event: str, body: object) -> None:
    assert bytes_of(fan_out.Shared, event, body) == bytes_of(fan_out.Library, event, body)


@pytest.mark.parametrize("size", EDGES)
@pytest.mark.parametrize("letter", ["a", "é", "漢", "🖼"])
def test_a_frame_of_any_length_is_the_librarys(size: int, letter: str) -> None:
    count = size // len(letter.encode())
    text = letter * count + "x" * (size - count * len(letter.encode()))
    assert framed(text) == RFC6455WebSocket(None, {})._pack_message(text, masked=False)


@given(st.text())
def test_what_is_encoded_already_is_sent_as_it_is(text: str) -> None:
    body = encode({"text": text})
    assert isinstance(body, Encoded)
    frame = bytes_of(fan_out.Shared, "live.changes", body)
    assert frame == bytes_of(fan_out.Library, "live.changes", body)
    assert json.loads(frame[frame.index(b'["live') :]) == ["live.changes", {"text": text}]


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4), st.integers(0, 70_000))
@example(b"\0" * 9, b"\1\2\3\4", 3)
def test_a_mask_is_taken_off_as_the_library_does(data: bytes, mask: bytes, offset: int) -> None:
    arguments = (data, tuple(mask), len(data), offset)
    assert unmasked(*arguments) == RFC6455WebSocket._apply_mask(*arguments)


def test_the_locked_versions_are_those_that_it_was_made_for() -> None:
    locked = (ROOT / "requirements.lock").read_text()
    for name, made_for in fan_out.MADE_FOR.items():
        found = re.search(rf"^{name}==(\S+)", locked, re.MULTILINE)
        assert found
        assert found[1] == made_for


@pytest.mark.parametrize("name", fan_out.MADE_FOR)
def test_another_version_gets_the_librarys_fan_out_and_a_line(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = eventlets()
    assert isinstance(fan_out.fan_out(server, "shared"), fan_out.Shared)
    monkeypatch.setitem(fan_out.MADE_FOR, name, "0.0.0")
    assert isinstance(fan_out.fan_out(server, "shared"), fan_out.Library)
    assert f"not made for {name}" in caplog.text


def test_a_setting_chooses_the_librarys_fan_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIXROOM_FAN_OUT", "library")
    assert isinstance(fan_out.fan_out(eventlets(), Settings.from_env().fan_out), fan_out.Library)
    monkeypatch.setenv("MIXROOM_FAN_OUT", "telepathy")
    with pytest.raises(SettingError, match="MIXROOM_FAN_OUT"):
        Settings.from_env()


def test_threads_get_the_librarys_fan_out() -> None:
    server = socketio.Server(async_mode="threading")
    assert isinstance(fan_out.fan_out(server, "shared"), fan_out.Library)


def eventlets() -> Any:
    """Return a server as far as the choice looks at it."""
    engine = SimpleNamespace(async_mode="eventlet", ping_interval=8, ping_timeout=6, sleep=None)
    return SimpleNamespace(eio=engine)
