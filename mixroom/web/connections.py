"""The open sockets of a web process, and the checks that close some of them."""

import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from mixroom.core.live_list import Frame, LiveList
from mixroom.web.fan_out import FanOut
from mixroom.web.gate import Gate
from mixroom.web.identity import Directory, Identity
from mixroom.web.together import Together

LAST_WORDS = 1.0  # seconds for a client to read the reason before its connection ends
CLOSED = "mixroom.closed"
MAX_MESSAGES = 200  # from one socket within WINDOW
WINDOW = 10.0  # seconds
PART = 250  # sockets that are checked together
MAX_BACKLOG = 500  # packets that wait for a client before it is cut


@dataclass
class Connection:
    """A socket of someone who is signed in, and the lists that it follows."""

    identity: Identity
    follows: set[LiveList] = field(default_factory=set)
    messages: int = 0
    since: float = field(default_factory=time.monotonic)

    def floods(self) -> bool:
        """Count a message; return whether there are too many in this window."""
        now = time.monotonic()
        if now - self.since > WINDOW:
            self.messages, self.since = 0, now
        self.messages += 1
        return self.messages > MAX_MESSAGES


def room_of(each: LiveList | Frame) -> str:
    """Return the room of a list's followers."""
    return f"{each.view.name}:{each.scope}"


class Connections:
    """The connections by their Socket.IO session id."""

    def __init__(self, io: Any, gate: Gate, directory: Directory, fan_out: FanOut) -> None:
        self._io = io
        self._gate = gate
        self._directory = directory
        self._role = Together(directory.still_in, partial(io.sleep, 0))
        self._fan_out = fan_out
        self._open: dict[str, Connection] = {}
        self._ended = 0

    def __len__(self) -> int:
        return len(self._open)

    def add(self, sid: str, identity: Identity) -> None:
        """Add a socket that has just signed in."""
        self._open[sid] = Connection(identity)

    def get(self, sid: str) -> Connection | None:
        """Return an open connection, or None."""
        return self._open.get(sid)

    def remove(self, sid: str) -> None:
        """Forget a socket that has disconnected."""
        connection = self._open.pop(sid, None)
        self._ended += 1
        for each in connection.follows if connection else ():
            each.followers -= 1
            self._fan_out.leave(sid, room_of(each))

    def take_ended(self) -> int:
        """Return how many sockets have ended since the last call."""
        ended, self._ended = self._ended, 0
        return ended

    def people(self) -> dict[str, set[str]]:
        """Return the ids of the connected people of each event."""
        found: dict[str, set[str]] = {}
        for connection in list(self._open.values()):
            person = connection.identity.person
            found.setdefault(person.event_id, set()).add(person.id)
        return found

    def close(self, sid: str, reason: str) -> None:
        """Send the reason and end the connection: Socket.IO alone would let the client go on."""
        server = self._io.server
        eio_sid = server.manager.eio_sid_from_sid(sid, "/")
        self._io.emit("live.closed", {"reason": reason}, to=sid, ignore_queue=True)
        server.disconnect(sid, ignore_queue=True)
        if environ := server.environ.get(eio_sid):
            environ[CLOSED] = True
        self._io.start_background_task(self._hang_up, eio_sid)

    def disconnect_all(self) -> None:
        """Disconnect every socket, so that its client looks for another process at once."""
        for sid in list(self._open):
            self._io.server.disconnect(sid, ignore_queue=True)

    def check(self, sid: str) -> None:
        """Close a socket that is no longer signed in, or whose person has another role now."""
        connection = self._open.get(sid)
        if connection is not None:
            role = self._role(connection.identity.device_id)
            self._judge(sid, connection, role)

    def check_people(self, person_ids: Collection[str]) -> None:
        """Check the sockets of these people."""
        if person_ids:
            self._check([s for s, c in self._open.items() if c.identity.person.id in person_ids])

    def check_all(self, within: float) -> None:
        """Check every socket, in case a fact of departure was missed; a part of them at a time."""
        sids = list(self._open)
        parts = [sids[at : at + PART] for at in range(0, len(sids), PART)] or [[]]
        for part in parts:
            self._io.sleep(within / len(parts))
            self._check(part)

    def _check(self, sids: Iterable[str]) -> None:
        held = {sid: self._open[sid] for sid in sids if sid in self._open}
        if not held:
            return
        roles = self._directory.still_in({each.identity.device_id for each in held.values()})
        for sid, connection in held.items():
            self._judge(sid, connection, roles.get(connection.identity.device_id))

    def _judge(self, sid: str, connection: Connection, role: object) -> None:
        if self._open.get(sid) is not connection:
            return
        if role is None:
            self.close(sid, "signed_out")
        elif role != connection.identity.person.role:
            self.close(sid, "role_changed")

    def cut_strangers(self) -> None:
        """Disconnect clients that have not signed in within the time the gate allows."""
        if not self._gate.is_waited_at():
            return
        server = self._io.server
        for eio_sid, environ in list(server.environ.items()):
            if self._gate.overdue(environ):
                server.eio.disconnect(eio_sid)

    def cut_stuck_readers(self) -> None:
        """Cut sockets that have stopped reading, before their packets fill the memory."""
        for socket in list(self._io.server.eio.sockets.values()):
            if socket.queue.qsize() > MAX_BACKLOG:
                socket.close(wait=False, abort=True)

    def _hang_up(self, eio_sid: str | None) -> None:
        self._io.sleep(LAST_WORDS)
        socket = self._io.server.eio.sockets.get(eio_sid)
        if socket is not None:
            socket.close(wait=False, abort=True)
