"""The live stream: one tailer in each web process reads the journal and tells its followers.

Push is a hint, `live.follow` is the truth: a frame lost with its connection is made good by the
next follow, so nothing here has to be remembered for anyone.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import prometheus_client
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room

from mixroom.core import doorbell, journal
from mixroom.core.db import reading
from mixroom.core.errors import MixroomError
from mixroom.core.views import Item, View, catch_up
from mixroom.web.gate import Gate
from mixroom.web.identity import Directory, Identity, known
from mixroom.web.presence import Presence

log = logging.getLogger(__name__)

POLL = 1.0  # seconds: how late a fact is at most when nobody rings
TICK = 0.05  # seconds between two frames, so that the facts of a burst travel together
BEAT = 2.0  # seconds
SWEEP = 4.0  # seconds between two checks of everyone's sign-in
SLOW = 0.1  # seconds of a stall that is worth a line in the log
MOST_MESSAGES = 200  # in ten seconds from one socket

_frames = prometheus_client.Counter("mixroom_live_frames", "Frames sent to rooms")
_connected = prometheus_client.Gauge("mixroom_sockets", "Sockets of this process")
_told = prometheus_client.Gauge("mixroom_journal_position", "Number of the last fact told")
_stall = prometheus_client.Gauge("mixroom_hub_stall_seconds", "Longest stall of the last minute")


Said = Callable[[Any, object], Mapping[str, Any]]  # (person, message) → answer


@dataclass
class _Socket:
    identity: Identity
    rooms: set[tuple[str, str]] = field(default_factory=set)
    messages: int = 0


@dataclass
class _Room:
    """A followed list; `seq` is the number of the last fact told to it."""

    view: View
    scope: str
    seq: int
    followers: int = 0


class Live:
    """The sockets of this process."""

    def __init__(
        self,
        app: Flask,
        views: Iterable[View],
        directory: Directory,
        *,
        base_url: str,
        mode: str,
        presence: Presence,
        says: Mapping[str, Said],
    ) -> None:
        """`says` are the features' own messages: what each does for whoever sends it."""
        self.views: Mapping[str, View] = {view.name: view for view in views}
        self._directory = directory
        self._presence = presence
        self._sockets: dict[str, _Socket] = {}
        self._rooms: dict[tuple[str, str], _Room] = {}
        self._position = 0
        self._here: dict[str, set[str]] = {}
        self._io = SocketIO(
            app,
            async_mode=mode,
            transports=["websocket"],
            cors_allowed_origins="*",  # the gate compares origins, and knows the proxy's address
            ping_interval=8,
            ping_timeout=6,
            max_http_buffer_size=64 * 1024,
            manage_session=False,
        )
        self._gate = Gate(app.wsgi_app, directory, base_url)
        app.wsgi_app = self._gate  # type: ignore[assignment, method-assign]
        for name, handler in {
            "connect": self._connect,
            "disconnect": self._disconnect,
            "live.follow": self._follow,
            "live.unfollow": self._unfollow,
        }.items():
            self._io.on_event(name, handler)
        for name, act in says.items():
            self._io.on_event(name, partial(self._said, act))
        _connected.set_function(lambda: len(self._sockets))
        _told.set_function(lambda: self._position)

    def start(self) -> None:
        """Tail, beat and sweep from now on."""
        with reading() as tx:
            self._position = journal.latest(tx)
        for run in (self._tail, self._beat, self._sweep, self._watch_the_hub):
            self._io.start_background_task(run)

    def goodbye(self) -> None:
        """Close every socket, so that its client looks for another process at once."""
        for sid in list(self._sockets):
            self._io.server.disconnect(sid, ignore_queue=True)

    # What clients say

    def _connect(self, auth: object = None) -> None:
        environ = request.environ
        identity: Identity | None = environ.get("mixroom.identity")
        if identity is None and isinstance(auth, dict) and isinstance(auth.get("token"), str):
            identity = known(self._directory, auth["token"], by_cookie=False)
        if identity is None:
            raise ConnectionRefusedError("not_signed_in")
        self._gate.welcome(environ)
        self._sockets[_sid()] = _Socket(identity)

    def _disconnect(self, *_reason: object) -> None:
        socket = self._sockets.pop(_sid(), None)
        for key in socket.rooms if socket else ():
            self._left(key)

    def _follow(self, message: object = None, *_more: object) -> dict[str, Any]:
        socket, view = self._asked(message)
        if socket is None or view is None:
            return {"error": "not_allowed"}
        person = socket.identity.person
        scope = view.scope_of(person)
        key = (view.name, scope)
        if key not in socket.rooms:
            room = self._rooms.setdefault(key, _Room(view, scope, self._position))
            room.followers += 1
            socket.rooms.add(key)
            join_room(_name(key))
        after = message.get("after") if isinstance(message, dict) else None
        with reading() as tx:  # only now: what happens from here on arrives by the room
            return catch_up(tx, view, scope, after).as_dict()

    def _unfollow(self, message: object = None, *_more: object) -> dict[str, Any]:
        socket, view = self._asked(message)
        if socket is None or view is None:
            return {"error": "not_allowed"}
        key = (view.name, view.scope_of(socket.identity.person))
        if key in socket.rooms:
            socket.rooms.discard(key)
            leave_room(_name(key))
            self._left(key)
        return {}

    def _said(self, act: Said, message: object = None, *_more: object) -> Mapping[str, Any]:
        socket = self._heard()
        if socket is None:
            return {"error": "not_allowed"}
        try:
            return act(socket.identity.person, message)
        except MixroomError as error:
            return {"error": error.code}

    def _asked(self, message: object) -> tuple[_Socket | None, View | None]:
        socket = self._heard()
        if socket is None:
            return None, None
        view = self.views.get(str(message.get("view"))) if isinstance(message, dict) else None
        if view is None or socket.identity.person.role not in view.roles:
            return socket, None
        return socket, view

    def _heard(self) -> _Socket | None:
        """Return whose message this is; None for one who is gone, or has said too much."""
        socket = self._sockets.get(_sid())
        if socket is None:
            return None
        socket.messages += 1
        if socket.messages > MOST_MESSAGES:
            self._close(_sid(), "too_many_messages")
            return None
        return socket

    def _left(self, key: tuple[str, str]) -> None:
        room = self._rooms[key]
        room.followers -= 1
        if not room.followers:
            del self._rooms[key]

    # What the server says

    def _tail(self) -> None:
        bell = doorbell.listen()
        while True:
            _wait(bell)
            try:
                while self._read_on():
                    self._io.sleep(TICK)
            except Exception:
                log.exception("the tailer stumbled and goes on")
                self._io.sleep(POLL)

    def _read_on(self) -> bool:
        """Tell every room what is new; say whether there was anything."""
        with reading() as tx:
            entries = journal.since(tx, self._position)
            if not entries:
                return False
            frames = [
                (key, room, relevant[-1].seq, room.view.changed(tx, room.scope, relevant))
                for key, room in list(self._rooms.items())
                if (relevant := [e for e in entries if room.view.concerns(e, room.scope)])
            ]
        for key, room, seq, changes in frames:
            self._send(key, room, seq, changes)
        self._position = entries[-1].seq
        gone = {e.key for e in entries if e.name in ("device.revoked", "person.removed")}
        self._check({s for s, k in self._sockets.items() if k.identity.person.id in gone})
        return True

    def _send(
        self, key: tuple[str, str], room: _Room, seq: int, changes: Mapping[str, Item | None]
    ) -> None:
        frame = {"view": room.view.name, "after": room.seq, "seq": seq, "changes": dict(changes)}
        room.seq = seq
        _frames.inc()
        self._io.emit("live.changes", frame, to=_name(key), ignore_queue=True)

    def _beat(self) -> None:
        while True:
            self._io.sleep(BEAT)
            self._here = self._presence.share(self._connected())
            for key, room in list(self._rooms.items()):
                beat: dict[str, Any] = {"view": room.view.name, "seq": room.seq}
                if room.view.name == "crew":
                    beat["here"] = sorted(self._here.get(room.scope, ()))
                self._io.emit("live.beat", beat, to=_name(key), ignore_queue=True)

    def _connected(self) -> dict[str, set[str]]:
        here: dict[str, set[str]] = {}
        for socket in list(self._sockets.values()):
            person = socket.identity.person
            here.setdefault(person.event_id, set()).add(person.id)
        return here

    def _sweep(self) -> None:
        """Cut who is no longer signed in, whatever has become of the fact that said so."""
        ticks = 0
        while True:
            self._io.sleep(1)
            ticks += 1
            if ticks % 10 == 0:
                for socket in list(self._sockets.values()):
                    socket.messages = 0
            self._put_out_the_waiting()
            if ticks % SWEEP == 0:
                try:
                    self._check(set(self._sockets))
                except Exception:
                    log.exception("the sweep stumbled and goes on")

    def _check(self, sids: set[str]) -> None:
        if not sids:
            return
        held = {sid: self._sockets[sid] for sid in sids if sid in self._sockets}
        still = self._directory.still_in({s.identity.device_id for s in held.values()})
        for sid, socket in held.items():
            person = still.get(socket.identity.device_id)
            if person is None:
                self._close(sid, "signed_out")
            elif person.role != socket.identity.person.role:
                self._close(sid, "role_changed")

    def _close(self, sid: str, reason: str) -> None:
        self._io.emit("live.closed", {"reason": reason}, to=sid, ignore_queue=True)
        self._io.server.disconnect(sid, ignore_queue=True)

    def _put_out_the_waiting(self) -> None:
        server = self._io.server
        for eio_sid, environ in list(server.environ.items()):
            if self._gate.overdue(environ):
                server.eio.disconnect(eio_sid)

    def _watch_the_hub(self) -> None:
        """Measure how late a sleeper wakes: that is how long something held everyone up."""
        worst, since = 0.0, time.monotonic()
        while True:
            before = time.monotonic()
            self._io.sleep(0.02)
            late = time.monotonic() - before - 0.02
            if late > SLOW:
                log.warning("the web process stood still for %.0f ms", late * 1000)
            worst = max(worst, late)
            if before - since > 60:  # noqa: PLR2004  a minute
                worst, since = 0.0, before
            _stall.set(worst)


def _name(key: tuple[str, str]) -> str:
    return ":".join(key)


def _sid() -> str:
    return request.sid  # type: ignore[attr-defined,no-any-return]


def _wait(bell: Any) -> None:
    bell.settimeout(POLL)
    try:
        bell.recv(1)
    except TimeoutError:
        return
    doorbell.drain(bell)
