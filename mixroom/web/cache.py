"""A cache that makes each value once, however many ask for it meanwhile."""

import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from mixroom.core.errors import UnavailableError

PATIENCE = 5.0  # seconds to wait for a value that somebody else is making

Value = TypeVar("Value")


class Cache(Generic[Value]):
    """Keeps the values that were used last, up to `most` of them and `most_bytes` in all."""

    def __init__(
        self,
        most: int,
        most_bytes: int,
        *,
        size: Callable[[Value], int],
        may_keep: Callable[[Value], bool] = lambda _: True,
    ) -> None:
        """`size` returns the bytes of a value; one that `may_keep` refuses is not kept."""
        self._most, self._most_bytes = most, most_bytes
        self._size, self._may_keep = size, may_keep
        self._held: _Held[Value] = _Held()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """Return the value of a key; one caller makes a missing value while others wait for it.

        Those who waited also get a value that is not kept. If `make` raises, the next one makes
        it. Raises UnavailableError after PATIENCE.
        """
        held, until = self._held, time.monotonic() + PATIENCE
        while True:
            found = held.values.pop(key, None)
            if found is not None:
                held.values[key] = found  # moves to the end: used last
                return found
            mine: _Making[Value] = _Making()
            making = held.making.setdefault(key, mine)
            if making is mine:
                return self._make(held, key, make, mine)
            if not making.done.wait(max(0.0, until - time.monotonic())):
                raise UnavailableError
            if making.value is not None:
                return making.value

    def forget(self) -> None:
        """Forget all values, also those that are being made for earlier callers."""
        self._held = _Held()

    def _make(
        self,
        held: "_Held[Value]",
        key: Hashable,
        make: Callable[[], Value],
        mine: "_Making[Value]",
    ) -> Value:
        try:
            mine.value = made = make()
            if self._may_keep(made):
                self._keep(held, key, made)
        finally:
            held.making.pop(key, None)
            mine.done.set()
        return made

    def _keep(self, held: "_Held[Value]", key: Hashable, made: Value) -> None:
        held.values[key] = made
        held.bytes += self._size(made)
        while len(held.values) > self._most or held.bytes > self._most_bytes:
            held.bytes -= self._size(held.values.pop(next(iter(held.values))))


@dataclass(slots=True)
class _Making(Generic[Value]):
    """A value that one caller is making; it stays None if that fails."""

    done: threading.Event = field(default_factory=threading.Event)
    value: Value | None = None


@dataclass(slots=True)
class _Held(Generic[Value]):
    """The values held until the next `forget`: the least used one first."""

    values: dict[Hashable, Value] = field(default_factory=dict)
    making: dict[Hashable, _Making[Value]] = field(default_factory=dict)
    bytes: int = 0
