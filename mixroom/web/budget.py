"""A budget for what one person may ask of the sockets, in units of the server's work.

Counting messages is not enough: one message may cost a thousand times as much as another. A person
has a balance that fills up again; an answer that costs more than is left is given, and paid back
before the next. The balance outlives the connection.
"""

import time
from collections.abc import Callable

CAPACITY = 30_000.0  # units: 200 walls of one person that come back at once
REFILL = 500.0  # units a second
MESSAGE = 10  # units: a sign-in looked up, a frame decoded
CHARACTERS = 16_000  # of an answer, to the unit


class Budget:
    """The balances of everyone connected to this process."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._balances: dict[str, tuple[float, float]] = {}  # person → units, as of when

    def is_spent(self, person_id: str) -> bool:
        """Say whether a person has to wait."""
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
