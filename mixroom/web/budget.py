"""A budget for each person's use of the sockets, in units of the server's work.

Counting messages is not enough: one message may cost a thousand times as much as another. A person
has a balance that refills over time. An answer may overdraw it, and the next one waits until it is
positive again. The balance outlives the connection.
"""

import time
from collections.abc import Callable

CAPACITY = 30_000.0  # units: enough for 200 walls of one person that reconnect at once
REFILL = 500.0  # units per second
MESSAGE = 10  # units: looking up a sign-in and decoding a frame
CHARACTERS = 16_000  # of an answer that cost one unit


class Budget:
    """The balances of the people connected to this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._balances: dict[str, tuple[float, float]] = {}  # person → units, time

    def is_spent(self, person_id: str) -> bool:
        """Return whether a person has to wait."""
        return self._balance(person_id) <= 0

    def spend(self, person_id: str, units: float) -> None:
        """Take units from a person's balance, which may become negative."""
        self._balances[person_id] = (self._balance(person_id) - units, self._now())

    def forget_full(self) -> None:
        """Drop the balances that are full again."""
        for person_id in list(self._balances):
            if self._balance(person_id) >= CAPACITY:
                del self._balances[person_id]

    def _balance(self, person_id: str) -> float:
        units, since = self._balances.get(person_id, (CAPACITY, self._now()))
        return min(CAPACITY, units + (self._now() - since) * REFILL)
