"""Messages to everyone in a room.

`Shared` makes a message once: one encoding and one frame, handed straight to the kernel for each
member. It reaches into the libraries, so it is used only with the versions that it was made for.
`Library` leaves all to Socket.IO; it is the fallback, and the measure of what is right.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any, Protocol

from engineio.packet import MESSAGE, OPEN, Packet
from socketio.packet import EVENT

from mixroom.core.loops import forever
from mixroom.web.direct_socket import DirectSocket, framed
from mixroom.web.pings import Pings

log = logging.getLogger(__name__)

MADE_FOR = {"python-engineio": "4.15.1", "python-socketio": "5.18.1", "eventlet": "0.41.3"}
TURN = 250  # sends after which others have their turn
ROOT = "/"  # the only namespace


class FanOut(Protocol):
    """Rooms of sockets, by their Socket.IO session ids."""

    def start(self) -> None:
        """Start what runs beside it."""

    def join(self, sid: str, room: str) -> None:
        """Add a socket to a room."""

    def leave(self, sid: str, room: str) -> None:
        """Take a socket out of a room."""

    def send(self, room: str, event: str, body: object) -> None:
        """Send an event to everyone in a room; in the order of the calls."""


def fan_out(server: Any, how: str) -> FanOut:
    """Return the fan-out for a server of Socket.IO; `how` is `shared` or `library`."""
    unknown = _unknown_versions()
    if how == "library" or server.eio.async_mode != "eventlet":
        return Library(server)
    if unknown:
        log.warning("fan-out by the library: not made for %s", ", ".join(unknown))
        return Library(server)
    return Shared(server)


class Library:
    """Fan-out as Socket.IO does it."""

    def __init__(self, server: Any) -> None:
        self._server = server

    def start(self) -> None:
        """Start nothing."""

    def join(self, sid: str, room: str) -> None:
        """Add a socket to a room."""
        self._server.enter_room(sid, room)

    def leave(self, sid: str, room: str) -> None:
        """Take a socket out of a room."""
        self._server.leave_room(sid, room)

    def send(self, room: str, event: str, body: object) -> None:
        """Send an event to everyone in a room."""
        self._server.emit(event, body, to=room, ignore_queue=True)


class Shared:
    """Fan-out by one frame for all."""

    def __init__(self, server: Any) -> None:
        self._server, self._engine = server, server.eio
        self._rooms: dict[str, dict[str, DirectSocket]] = {}
        self._left = 0  # how many times a socket has left a room
        self._turn = threading.Lock()
        engine = self._engine
        self._pings = Pings(engine.ping_interval, engine.ping_timeout, engine.sleep)
        engine.start_service_task = False  # `Pings` finds the clients that are gone
        engine.handle_request = self._connect

    def start(self) -> None:
        """Start to ping."""
        self._engine.start_background_task(forever, "pings", self._pings)

    def join(self, sid: str, room: str) -> None:
        """Add a socket to a room."""
        socket = self._engine.sockets.get(self._server.manager.eio_sid_from_sid(sid, ROOT))
        if socket is not None:
            self._rooms.setdefault(room, {})[sid] = socket

    def leave(self, sid: str, room: str) -> None:
        """Take a socket out of a room."""
        members = self._rooms.get(room, {})
        members.pop(sid, None)
        self._left += 1
        if not members:
            self._rooms.pop(room, None)

    def send(self, room: str, event: str, body: object) -> None:
        """Send an event to everyone in a room, a part of them at a time."""
        members = self._rooms.get(room)
        if not members:
            return
        frame = self._frame(event, body)
        with self._turn:  # another message waits, so that each member gets them in order
            everyone, left = list(members.items()), self._left
            for start in range(0, len(everyone), TURN):
                part = everyone[start : start + TURN]
                if start:
                    self._engine.sleep(0)
                if self._left != left:  # whoever has left meanwhile gets nothing more
                    part = [each for each in part if each[0] in members]
                for _, socket in part:
                    socket.transmit(frame)

    def _frame(self, event: str, body: object) -> bytes:
        packet = self._server.packet_class(EVENT, namespace=ROOT, data=[event, body])
        return framed(Packet(MESSAGE, packet.encode()).encode())

    def _connect(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Open a socket for a request that the gate has let through; return when it has ended."""
        query = environ["QUERY_STRING"].split("&")
        if "EIO=4" not in query or any(each.startswith("sid=") for each in query):
            start("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        engine = self._engine
        sid = engine.generate_id()
        socket = engine.sockets[sid] = DirectSocket(engine, sid)
        socket.send(Packet(OPEN, self._welcome(sid)))
        engine._trigger_event("connect", sid, environ, run_async=False)
        slot = self._pings.add(socket)
        try:
            return socket._upgrade_websocket(environ, start)  # type: ignore[no-any-return]
        finally:
            self._pings.remove(socket, slot)
            engine.sockets.pop(sid, None)

    def _welcome(self, sid: str) -> Mapping[str, object]:
        engine = self._engine
        return {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(engine.ping_timeout * 1000),
            "pingInterval": int(engine.ping_interval) * 1000,
            "maxPayload": engine.max_http_buffer_size,
        }


def _unknown_versions() -> list[str]:
    """Return the libraries whose versions are not those that `Shared` was made for."""
    present = {name: version(name) for name in MADE_FOR}
    return [f"{name} {present[name]}" for name in MADE_FOR if present[name] != MADE_FOR[name]]
