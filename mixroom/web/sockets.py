"""The sockets of a web process: who is connected, what they follow, and what they are sent.

Push is a hint, `live.follow` is the truth: a frame lost with its connection is made good by the
next follow, so nothing here has to be remembered for anyone. One tailer keeps the lists current
from the journal (`mixroom/core/materialized.py`); what changed goes to the rooms of its followers.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import prometheus_client
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, SocketIO, join_room, leave_room

from mixroom.core import doorbell, memory
from mixroom.core.errors import MixroomError
from mixroom.core.journal import Entry
from mixroom.core.loops import forever
from mixroom.core.materialized import Encoded, Frame, MaterializedView, MaterializedViews
from mixroom.core.views import View
from mixroom.web.budget import CHARACTERS, MESSAGE, Budget
from mixroom.web.gate import Gate
from mixroom.web.identity import Directory, Identity, known
from mixroom.web.packets import Packets, admit_only
from mixroom.web.presence import Presence

log = logging.getLogger(__name__)

POLL = 1.0  # seconds: how late a fact is at most when nobody rings
TICK = 0.05  # seconds between two frames, so that the facts of a burst travel together
BEAT = 2.0  # seconds
TRIM = 10.0  # seconds between two returns of free memory to the system
SWEEP = 4.0  # seconds between two checks of everyone's sign-in
SLOW = 0.1  # seconds of a stall that is worth a line in the log
LAST_WORDS = 1.0  # seconds for a client to read why it is cut
CLOSED = "mixroom.closed"
MAX_MESSAGES = 200  # of one socket within WINDOW
WINDOW = 10.0  # seconds
MAX_BACKLOG = 500  # packets that wait for a reader who does not read, before it is cut
NOT_ALLOWED = {"error": "not_allowed"}

_frames = prometheus_client.Counter("mixroom_live_frames", "Frames sent to rooms")
_connected = prometheus_client.Gauge("mixroom_sockets", "Sockets of this process")
_process = prometheus_client.Gauge("mixroom_process_id", "The process that answers")
_told = prometheus_client.Gauge("mixroom_journal_position", "Number of the last fact told")
_age = prometheus_client.Gauge("mixroom_journal_age_seconds", "Since the journal was last read")
_stall = prometheus_client.Gauge("mixroom_hub_stall_seconds", "Longest stall of the last minute")
_busy = prometheus_client.Gauge(
    "mixroom_hub_busy_seconds", "Longest stretch of computing in the last minute"
)


Said = Callable[[Any, object], Mapping[str, Any]]  # (person, message) → answer


@dataclass
class _Socket:
    identity: Identity
    follows: set[MaterializedView] = field(default_factory=set)
    messages: int = 0
    since: float = field(default_factory=time.monotonic)

    def floods(self) -> bool:
        """Count a message; say whether there are too many in this window."""
        now = time.monotonic()
        if now - self.since > WINDOW:
            self.messages, self.since = 0, now
        self.messages += 1
        return self.messages > MAX_MESSAGES


class Live:
    """The sockets of this process."""

    def __init__(
        self,
        app: Flask,
        views: Iterable[View],
        lists: MaterializedViews,
        directory: Directory,
        *,
        base_url: str,
        mode: str,
        presence: Presence,
        says: Mapping[str, Said],
    ) -> None:
        """`says` are the features' own messages: what each does for whoever sends it."""
        self.views: Mapping[str, View] = {view.name: view for view in views}
        self._lists = lists
        self._directory = directory
        self._presence = presence
        self._budget = Budget()
        self._sockets: dict[str, _Socket] = {}
        self._here: dict[str, set[str]] = {}
        self._gone: set[str] = set()  # people of whom a fact says that they have left
        self._io = SocketIO(
            app,
            async_mode=mode,
            async_handlers=False,  # a socket's messages are heard one after the other
            transports=["websocket"],
            cors_allowed_origins="*",  # the gate compares origins, and knows the proxy's address
            ping_interval=8,
            ping_timeout=6,
            max_http_buffer_size=64 * 1024,
            manage_session=False,
            json=Packets,
        )
        self._gate = Gate(app.wsgi_app, directory, base_url, self._budget.is_spent)
        app.wsgi_app = self._gate  # type: ignore[assignment, method-assign]
        lists.tell, lists.hear = self._send, self._hear
        handlers: dict[str, Callable[..., object]] = {
            "live.follow": self._follow,
            "live.unfollow": self._unfollow,
            **{name: partial(self._said, act) for name, act in says.items()},
        }
        for name, handler in handlers.items():
            self._io.on_event(name, partial(_answered, handler))
        self._io.on_event("connect", self._connect)
        self._io.on_event("disconnect", self._disconnect)
        admit_only(self._io.server, handlers)
        _process.set(os.getpid())
        _connected.set_function(lambda: len(self._sockets))
        _told.set_function(lambda: lists.position or 0)
        _age.set_function(lambda: lists.age)

    def start(self) -> None:
        """Tail, beat and sweep from now on."""
        self._lists.refresh()
        bell = doorbell.listen()
        for name, step in {
            "tailer": partial(self._tail, bell),
            "beat": self._beat,
            "sweep": self._sweep,
            "check": self._check_all,
            "memory": self._give_back,
            "hub watch": HubWatch(self._io.sleep),
        }.items():
            self._io.start_background_task(forever, name, step)

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
        if identity is None or CLOSED in environ:
            raise ConnectionRefusedError("not_signed_in")
        if self._budget.is_spent(identity.person.id):
            raise ConnectionRefusedError("too_many_messages")
        self._budget.spend(identity.person.id, MESSAGE)
        self._gate.welcome(environ)
        self._sockets[_sid()] = _Socket(identity)

    def _disconnect(self, *_reason: object) -> None:
        socket = self._sockets.pop(_sid(), None)
        for each in socket.follows if socket else ():
            each.followers -= 1

    def _follow(self, message: object = None, *_more: object) -> Mapping[str, Any] | Encoded:
        socket, view = self._asked(message)
        if socket is None or view is None or not isinstance(message, dict):
            return NOT_ALLOWED
        person = socket.identity.person
        each = self._lists.get(view, view.scope_of(person))
        if each not in socket.follows:
            each.followers += 1
            socket.follows.add(each)
            join_room(_room(each))
        start = message.get("start")
        answer = each.answer(
            message.get("after"), self._lists.position, start if isinstance(start, str) else ""
        )
        self._budget.spend(person.id, len(answer) / CHARACTERS)
        return answer

    def _unfollow(self, message: object = None, *_more: object) -> Mapping[str, Any]:
        socket, view = self._asked(message)
        if socket is None or view is None:
            return NOT_ALLOWED
        for each in [each for each in socket.follows if each.view is view]:
            socket.follows.discard(each)
            each.followers -= 1
            leave_room(_room(each))
        return {}

    def _said(self, act: Said, message: object = None, *_more: object) -> Mapping[str, Any]:
        socket = self._heard()
        if socket is None:
            return NOT_ALLOWED
        return act(socket.identity.person, message)

    def _asked(self, message: object) -> tuple[_Socket | None, View | None]:
        socket = self._heard()
        if socket is None:
            return None, None
        view = self.views.get(str(message.get("view"))) if isinstance(message, dict) else None
        if view is None or socket.identity.person.role not in view.roles:
            return socket, None
        return socket, view

    def _heard(self) -> _Socket | None:
        """Return the socket of this message; None where it may say nothing (any more)."""
        sid = _sid()
        self._io.sleep(0)  # a packet full of messages leaves others their turn
        socket = self._sockets.get(sid)
        if socket is None:
            return None
        person_id = socket.identity.person.id
        if socket.floods() or self._budget.is_spent(person_id):
            self._close(sid, "too_many_messages")
            return None
        self._budget.spend(person_id, MESSAGE)
        self._check({sid})
        return self._sockets.get(sid)

    # What the server says

    def _tail(self, bell: Any) -> None:
        _wait(bell)
        before = None
        while before != self._lists.position:
            before = self._lists.position
            self._lists.refresh()
            gone, self._gone = self._gone, set()
            self._check({s for s, k in self._sockets.items() if k.identity.person.id in gone})
            self._io.sleep(TICK)

    def _hear(self, entries: Sequence[Entry]) -> None:
        self._gone |= {e.key for e in entries if e.name in self._directory.departures}

    def _send(self, frame: Frame) -> None:
        _frames.inc()
        room = _name(frame.view.name, frame.scope)
        self._io.emit("live.changes", frame.encoded(), to=room, ignore_queue=True)

    def _beat(self) -> None:
        self._io.sleep(BEAT)
        self._here = self._presence.share(self._connected())
        for each in self._lists.followed():
            beat: dict[str, Any] = {
                "view": each.view.name,
                "seq": each.seq,
                "read": round(self._lists.age, 1),
            }
            if each.view.presence:
                beat["here"] = sorted(self._here.get(each.scope, ()))
            self._io.emit("live.beat", beat, to=_room(each), ignore_queue=True)

    def _connected(self) -> dict[str, set[str]]:
        here: dict[str, set[str]] = {}
        for socket in list(self._sockets.values()):
            person = socket.identity.person
            here.setdefault(person.event_id, set()).add(person.id)
        return here

    def _sweep(self) -> None:
        """Cut those who never say who they are or never read, and drop what nobody asks for."""
        self._io.sleep(1)
        self._put_out_the_waiting()
        self._cut_stuck_readers()
        self._lists.drop_idle()
        self._budget.forget_full()

    def _give_back(self) -> None:
        """Return what stuck readers and long answers have taken."""
        self._io.sleep(TRIM)
        memory.give_back()

    def _check_all(self) -> None:
        """Cut whoever is no longer signed in, whatever has become of the fact that said so."""
        self._io.sleep(SWEEP)
        self._check(set(self._sockets))

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
        """Say why, and hang up: Socket.IO alone would leave the connection open to begin again."""
        server = self._io.server
        eio_sid = server.manager.eio_sid_from_sid(sid, "/")
        self._io.emit("live.closed", {"reason": reason}, to=sid, ignore_queue=True)
        server.disconnect(sid, ignore_queue=True)
        if environ := server.environ.get(eio_sid):
            environ[CLOSED] = True
        self._io.start_background_task(self._hang_up, eio_sid)

    def _hang_up(self, eio_sid: str | None) -> None:
        self._io.sleep(LAST_WORDS)
        socket = self._io.server.eio.sockets.get(eio_sid)
        if socket is not None:
            socket.close(wait=False, abort=True)

    def _put_out_the_waiting(self) -> None:
        server = self._io.server
        for eio_sid, environ in list(server.environ.items()):
            if self._gate.overdue(environ):
                server.eio.disconnect(eio_sid)

    def _cut_stuck_readers(self) -> None:
        """Cut sockets that have not read for long: their packets would fill the memory."""
        server = self._io.server.eio
        for socket in list(server.sockets.values()):
            if socket.queue.qsize() > MAX_BACKLOG:
                socket.close(wait=False, abort=True)


class HubWatch:
    """Measures how late a sleeper wakes: that is how long something held everyone up.

    `_stall` is by the clock, and so counts a busy machine too; `_busy` is what this process itself
    has computed meanwhile.
    """

    def __init__(self, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._since = time.monotonic()
        self._late = self._computed = 0.0

    def __call__(self) -> None:
        """Measure once."""
        before, computed = time.monotonic(), time.thread_time()
        self._sleep(0.02)
        late = time.monotonic() - before - 0.02
        if late > SLOW:
            log.warning("the web process stood still for %.0f ms", late * 1000)
        if before - self._since > 60:  # noqa: PLR2004  a minute
            self._late, self._computed, self._since = 0.0, 0.0, before
        self._late = max(self._late, late)
        self._computed = max(self._computed, min(late, time.thread_time() - computed))
        _stall.set(self._late)
        _busy.set(self._computed)


def _answered(handler: Callable[..., object], *message: object) -> object:
    try:
        return handler(*message[:1])
    except MixroomError as error:
        return {"error": error.code}


def _room(each: MaterializedView) -> str:
    return _name(each.view.name, each.scope)


def _name(view: str, scope: str) -> str:
    return f"{view}:{scope}"


def _sid() -> str:
    return request.sid  # type: ignore[attr-defined,no-any-return]


def _wait(bell: Any) -> None:
    bell.settimeout(POLL)
    try:
        bell.recv(1)
    except TimeoutError:
        return
    doorbell.drain(bell)
