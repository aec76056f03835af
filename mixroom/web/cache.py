"""A cache that computes each value once, even if several threads ask for it at once."""

import threading
from collections.abc import Callable, Hashable


class Cache:
    """Keeps the values of the `most` keys that were used last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, bytes] = {}
        self._turns: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the value of a key; one thread makes a missing value while others wait for it."""
        if key not in self._made:
            with self._turns.setdefault(key, threading.Lock()):
                if key not in self._made:
                    self._keep(key, make())
            self._turns.pop(key, None)
        found = self._made.pop(key)
        self._made[key] = found  # moves to the end: used last
        return found

    def _keep(self, key: Hashable, made: bytes) -> None:
        self._made[key] = made
        while len(self._made) > self._most:
            del self._made[next(iter(self._made))]
