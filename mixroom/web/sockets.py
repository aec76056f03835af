"""The live stream of a web process: messages from clients, and changes of lists to clients.

A pushed change is only a hint, and the answer to `live.follow` is the truth: a client that misses a
frame gets its content with the next follow, so the server remembers nothing for any client. One
tailer keeps the lists current from the journal (`mixroom/core/materialized.py`), and each change of
a list goes to the room of its followers.
"""

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import prometheus_client
from flask import Flask
from flask_socketio import ConnectionRefusedError, SocketIO

from mixroom.core import doorbell, memory
from mixroom.core.errors import MixroomError
from mixroom.core.journal import Entry
from mixroom.core.live_list import Encoded, Frame
from mixroom.core.loops import forever
from mixroom.core.materialized import MaterializedViews
from mixroom.core.views import View
from mixroom.web.budget import CHARACTERS, MESSAGE, Budget
from mixroom.web.connections import CLOSED, Connection, Connections, room_of
from mixroom.web.declaration import MessageHandler
from mixroom.web.fan_out import fan_out
from mixroom.web.gate import Gate
from mixroom.web.hub_watch import HubWatch
from mixroom.web.identity import Directory, Identity, identity_of
from mixroom.web.packets import Packets, admit_only
from mixroom.web.presence import Presence
from mixroom.web.together import Together

POLL = 1.0  # seconds to wait for the doorbell: the longest delay of a fact when nobody rings
TICK = 0.04  # seconds between two frames, so that the facts of a burst travel together
BEAT = 2.0  # seconds between two beats
SWEEP = 1.0  # seconds between two sweeps of strangers, stuck readers and idle lists
CHECK = 4.0  # seconds between two checks of everyone's sign-in
TRIM = 10.0  # seconds between two returns of free memory to the system
MANY = 16  # sockets that have ended, after which garbage is collected
NOT_ALLOWED = {"error": "not_allowed"}

_frames = prometheus_client.Counter("mixroom_live_frames", "Frames sent to rooms")
_connected = prometheus_client.Gauge("mixroom_sockets", "Sockets of this process")
_process = prometheus_client.Gauge("mixroom_process_id", "The process that answers")
_position = prometheus_client.Gauge("mixroom_journal_position", "Number of the last fact told")
_age = prometheus_client.Gauge("mixroom_journal_age_seconds", "Since the journal was last read")


class Live:
    """The live stream of this process; `messages` are those of the features, by name."""

    def __init__(
        self,
        app: Flask,
        views: Iterable[View],
        lists: MaterializedViews,
        directory: Directory,
        *,
        base_url: str,
        mode: str,
        fan_out_by: str,
        presence: Presence,
        messages: Mapping[str, MessageHandler],
    ) -> None:
        self.views: Mapping[str, View] = {view.name: view for view in views}
        self._lists = lists
        self._directory = directory
        self._presence = presence
        self._budget = Budget()
        self._departed: set[str] = set()  # people in new facts of departure
        self._io = _socketio(app, mode)
        self._fan_out = fan_out(self._io.server, fan_out_by)
        signed_in = Together(directory.all_signed_in, partial(self._io.sleep, 0))
        self._gate = Gate(app.wsgi_app, signed_in, base_url, self._budget.is_spent)
        app.wsgi_app = self._gate  # type: ignore[assignment, method-assign]
        self._connections = Connections(self._io, self._gate, directory, self._fan_out)
        lists.on_change, lists.on_facts = self._send, self._note_departures
        self._listen(messages)
        _process.set(os.getpid())
        _connected.set_function(lambda: len(self._connections))
        _position.set_function(lambda: lists.position or 0)
        _age.set_function(lambda: lists.age)

    def start(self) -> None:
        """Start the background loops: tailer, beats, sweeps and checks."""
        self._lists.refresh()
        self._fan_out.start()
        bell = doorbell.listen()
        for name, step in {
            "tailer": partial(self._tail, bell),
            "beat": self._beat,
            "sweep": self._sweep,
            "check": self._check_all,
            "memory": self._trim_memory,
            "hub watch": HubWatch(self._io.sleep),
        }.items():
            self._io.start_background_task(forever, name, step)

    def goodbye(self) -> None:
        """Disconnect every client, before this process ends."""
        self._connections.disconnect_all()

    def _listen(self, messages: Mapping[str, MessageHandler]) -> None:
        handlers: dict[str, Callable[..., object]] = {
            "live.follow": self._follow,
            "live.unfollow": self._unfollow,
            **{name: partial(self._answer, handler) for name, handler in messages.items()},
        }
        server = self._io.server  # its events come without a request of Flask, which costs more
        for name, handler in handlers.items():
            server.on(name, partial(_with_errors, handler))
        server.on("connect", self._connect)
        server.on("disconnect", self._disconnect)
        admit_only(server, handlers)

    # Messages from clients

    def _connect(self, sid: str, environ: dict[str, Any], auth: object = None) -> None:
        identity: Identity | None = environ.get("mixroom.identity")
        if identity is None and isinstance(auth, dict) and isinstance(auth.get("token"), str):
            identity = identity_of(self._directory.signed_in, auth["token"], by_cookie=False)
        if identity is None or CLOSED in environ:
            raise ConnectionRefusedError("not_signed_in")
        if self._budget.is_spent(identity.person.id):
            raise ConnectionRefusedError("too_many_messages")
        self._budget.spend(identity.person.id, MESSAGE)
        self._gate.admit(environ)
        self._connections.add(sid, identity)

    def _disconnect(self, sid: str, *_reason: object) -> None:
        self._connections.remove(sid)

    def _follow(self, sid: str, message: object = None) -> Mapping[str, Any] | Encoded:
        asked = time.monotonic()
        connection, view = self._view_of(sid, message)
        if connection is None or view is None or not isinstance(message, dict):
            return NOT_ALLOWED
        person = connection.identity.person
        self._lists.refresh(within=time.monotonic() - asked)
        each = self._lists.get(view, view.scope_of(person), refreshed=True)
        if self._connections.get(sid) is not connection:  # cut meanwhile
            return NOT_ALLOWED
        if each not in connection.follows:
            each.followers += 1
            connection.follows.add(each)
            self._fan_out.join(sid, room_of(each))
        start = message.get("start")
        answer = each.answer(
            message.get("after"), self._lists.position, start if isinstance(start, str) else ""
        )
        self._budget.spend(person.id, len(answer) / CHARACTERS)
        return answer

    def _unfollow(self, sid: str, message: object = None) -> Mapping[str, Any]:
        connection, view = self._view_of(sid, message)
        if connection is None or view is None:
            return NOT_ALLOWED
        for each in [each for each in connection.follows if each.view is view]:
            connection.follows.discard(each)
            each.followers -= 1
            self._fan_out.leave(sid, room_of(each))
        return {}

    def _answer(
        self, handler: MessageHandler, sid: str, content: object = None
    ) -> Mapping[str, Any]:
        connection = self._sender(sid)
        if connection is None:
            return NOT_ALLOWED
        return handler(connection.identity.person, content)

    def _view_of(self, sid: str, message: object) -> tuple[Connection | None, View | None]:
        """Return the sender's connection, and the view that they name if their role may follow."""
        connection = self._sender(sid)
        if connection is None:
            return None, None
        view = self.views.get(str(message.get("view"))) if isinstance(message, dict) else None
        if view is None or connection.identity.person.role not in view.roles:
            return connection, None
        return connection, view

    def _sender(self, sid: str) -> Connection | None:
        """Return the connection of this message; None if it must not be answered any more."""
        connection = self._connections.get(sid)
        if connection is None:
            return None
        person_id = connection.identity.person.id
        if connection.floods() or self._budget.is_spent(person_id):
            self._connections.close(sid, "too_many_messages")
            return None
        self._budget.spend(person_id, MESSAGE)
        self._connections.check(sid)  # gives others their turn, between two messages of a packet
        return self._connections.get(sid)

    # Messages to clients

    def _tail(self, bell: Any) -> None:
        """Wait for a ring and read the journal on; rings that come meanwhile wait for the next."""
        _wait(bell)
        self._lists.refresh()
        departed, self._departed = self._departed, set()
        self._connections.check_people(departed)
        self._io.sleep(TICK)

    def _note_departures(self, entries: Sequence[Entry]) -> None:
        self._departed |= {e.key for e in entries if e.name in self._directory.departures}

    def _send(self, frame: Frame) -> None:
        _frames.inc()
        self._fan_out.send(room_of(frame), "live.changes", frame.encoded())

    def _beat(self) -> None:
        self._io.sleep(BEAT)
        here = self._presence.share(self._connections.people())
        for each in self._lists.followed():
            beat: dict[str, Any] = {
                "view": each.view.name,
                "seq": each.seq,
                "read": round(self._lists.age, 1),
            }
            if each.view.presence:
                beat["here"] = sorted(here.get(each.scope, ()))
            self._fan_out.send(room_of(each), "live.beat", beat)

    # Housekeeping

    def _sweep(self) -> None:
        self._io.sleep(SWEEP)
        self._connections.cut_strangers()
        self._connections.cut_stuck_readers()
        self._lists.drop_idle()
        self._budget.forget_full()

    def _trim_memory(self) -> None:
        """Return the memory of long answers and of stuck readers' packets to the system."""
        self._io.sleep(TRIM)
        memory.give_back(thoroughly=self._connections.take_ended() >= MANY)

    def _check_all(self) -> None:
        self._connections.check_all(within=CHECK)


def _socketio(app: Flask, mode: str) -> SocketIO:
    return SocketIO(
        app,
        async_mode=mode,
        async_handlers=False,  # the messages of a socket are handled one after the other
        transports=["websocket"],
        cors_allowed_origins="*",  # the gate compares origins, and knows the proxy's address
        ping_interval=8,
        ping_timeout=6,
        max_http_buffer_size=64 * 1024,
        manage_session=False,
        json=Packets,
    )


def _with_errors(handler: Callable[..., object], sid: str, *message: object) -> object:
    try:
        return handler(sid, *message[:1])
    except MixroomError as error:
        return {"error": error.code}


def _wait(bell: Any) -> None:
    bell.settimeout(POLL)
    try:
        bell.recv(1)
    except TimeoutError:
        return
    doorbell.drain(bell)
