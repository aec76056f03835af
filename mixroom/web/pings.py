"""Pings of all sockets from one loop, spread evenly over the interval.

The library starts a green thread with a timer for each ping. The protocol is the same: a ping each
`interval` seconds, and whoever has not answered within `timeout` seconds is gone.
"""

import time
from collections.abc import Callable

from mixroom.web.direct_socket import DirectSocket

SLOTS = 16  # of an interval; the sockets of a slot are pinged together


class Pings:
    """The sockets in slots, each of which has its turn once in an interval."""

    def __init__(self, interval: float, timeout: float, sleep: Callable[[float], None]) -> None:
        self._sleep = sleep
        self._step = interval / SLOTS
        self._patience = int(timeout / self._step) + 1  # steps until an answer is missed
        self._slots: list[dict[DirectSocket, None]] = [{} for _ in range(SLOTS)]
        self._present = self._added = 0
        self._due = time.monotonic()

    def add(self, socket: DirectSocket) -> int:
        """Begin to ping a socket; return its slot."""
        self._added += 1
        slot = self._added % SLOTS
        self._slots[slot][socket] = None
        return slot

    def remove(self, socket: DirectSocket, slot: int) -> None:
        """Stop."""
        del self._slots[slot][socket]

    def __call__(self) -> None:
        """Wait for the next step; ping its sockets, and close those that have not answered."""
        self._due = max(self._due + self._step, time.monotonic() - self._step)
        self._sleep(max(0.0, self._due - time.monotonic()))
        self._present = (self._present + 1) % SLOTS
        for socket in list(self._slots[self._present - self._patience]):
            if not socket.closed:
                socket.check_ping_timeout()
        for socket in list(self._slots[self._present]):
            socket.ping()
