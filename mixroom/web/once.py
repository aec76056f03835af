"""A cache that makes each value once, also when many ask for it at the same time."""

import threading
from collections.abc import Callable, Hashable


class Once:
    """Keeps the bytes of the keys used last; of several who want a new one, one makes it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: dict[Hashable, bytes] = {}
        self._turns: dict[Hashable, threading.Lock] = {}

    def get(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return what was made for `key`, or make it; the others wait."""
        if key not in self._made:
            with self._turns.setdefault(key, threading.Lock()):
                if key not in self._made:
                    self._keep(key, make())
            self._turns.pop(key, None)
        found = self._made.pop(key)
        self._made[key] = found  # the last one to be forgotten
        return found

    def _keep(self, key: Hashable, made: bytes) -> None:
        self._made[key] = made
        while len(self._made) > self._most:
            del self._made[next(iter(self._made))]
