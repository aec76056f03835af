"""One look-up for all who ask at the same time.

A thousand walls that connect within a second ask the database three thousand times who they are.
Each answer is as fresh as one of its own: it is looked up after the question.
"""

import threading
from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Found = TypeVar("Found")


class Together(Generic[Key, Found]):
    """Answers questions by a function that answers many of them at once."""

    def __init__(
        self,
        look_up: Callable[[Collection[Key]], Mapping[Key, Found]],
        give_way: Callable[[], object],
    ) -> None:
        """`give_way` lets others run, so that they can ask."""
        self._look_up = look_up
        self._give_way = give_way
        self._turn, self._joining = threading.Lock(), threading.Lock()
        self._next = _Round[Key, Found]()

    def __call__(self, key: Key) -> Found | None:
        """Return what is found for a key, or None; raises what the function raises."""
        with self._joining:
            mine = self._next
            mine.keys.add(key)
        with self._turn:
            if not mine.done:
                self._give_way()
                with self._joining:
                    self._next = _Round()  # whoever asks from now on waits for another answer
                self._answer(mine)
        if mine.failure:
            raise mine.failure
        return mine.found.get(key)

    def _answer(self, mine: "_Round[Key, Found]") -> None:
        mine.done = True
        try:
            mine.found = self._look_up(mine.keys)
        except Exception as error:
            mine.failure = error


class _Round(Generic[Key, Found]):
    """The questions that are answered together, and their answers."""

    def __init__(self) -> None:
        self.keys: set[Key] = set()
        self.done = False
        self.found: Mapping[Key, Found] = {}
        self.failure: Exception | None = None
