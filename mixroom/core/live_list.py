"""One live list, kept in memory as encoded JSON, and the answers made from it."""

import json
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from mixroom.core.views import View

MAX_ITEMS = 500  # in one answer; its `more` says where the next one starts
MAX_CHANGES = 2000  # keys with a remembered change; a follower from before gets the whole list
MAX_ANSWER_CHARS = 8_000_000  # kept for one list, in all its answers
# Characters that must not stand in a page's script element.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", ord("'"): "\\u0027"}


class Encoded(str):
    """Encoded JSON: ASCII, and safe inside a page's script element."""

    __slots__ = ()


def encode(value: object) -> Encoded:
    """Encode a value as JSON."""
    return Encoded(json.dumps(value, separators=(",", ":")).translate(_ESCAPES))


@dataclass(frozen=True, slots=True)
class Frame:
    """A change of a list from fact number `after` to number `seq`, for its followers."""

    view: View
    scope: str
    after: int
    seq: int
    changes: Mapping[str, str]  # encoded items; "null" for a removed key

    def encoded(self) -> Encoded:
        """Return the message for followers, as JSON."""
        head = f'{{"view":"{self.view.name}","after":{self.after},"seq":{self.seq},"changes":'
        return Encoded(f"{head}{_object(self.changes.items())}}}")


class LiveList:
    """One list of a view: `items` maps keys to encoded JSON, as of the fact number `seq`."""

    def __init__(self, view: View, scope: str, seq: int, items: dict[str, str]) -> None:
        self.view = view
        self.scope = scope
        self.seq = seq
        self.items = items
        self.is_cut = False  # whether there may be older items, which are not kept
        self.followers = 0
        self.asked_at = time.monotonic()
        self.floor = seq  # some changes up to this number are not remembered
        self._changed: dict[str, int] = {}  # key → number of its last change, oldest first
        self._older: dict[str, str] = {}  # changed items that are too old for the list
        self._answers: dict[tuple[int, str], Encoded] = {}
        self._kept_size = 0

    def remember(self, changed: Mapping[str, int], older: dict[str, str], floor: int) -> None:
        """Set the changes since `floor` that happened before the list was read.

        `older` has those of the changed items that are too old for the list.
        """
        self._changed = dict(changed)
        self._older = older
        self.floor = floor

    def start_over(self, seq: int, items: dict[str, str]) -> None:
        """Replace all items; a follower from an older number gets the whole list."""
        self.seq = self.floor = seq
        self.items = items
        self._changed.clear()
        self._older.clear()
        self._forget_answers()

    def apply(self, seq: int, found: Mapping[str, str | None]) -> dict[str, str]:
        """Change items as of fact `seq`; return the changes for followers.

        They include items that look the same as before: a follower may come from another process,
        which read a state in between.
        """
        for key, item in found.items():
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item
            self._older.pop(key, None)
            self._changed.pop(key, None)
            self._changed[key] = seq
        if found:
            self.seq = seq
            self._forget_answers()
            while len(self._changed) > MAX_CHANGES:
                key = next(iter(self._changed))
                self.floor = self._changed.pop(key)
                self._older.pop(key, None)
            self._forget_oldest()
        return {key: item or "null" for key, item in found.items()}

    def runs_short(self, found: Mapping[str, str | None]) -> bool:
        """Return whether a change leaves too few items while there may be older ones."""
        gone = sum(item is None and key in self.items for key, item in found.items())
        return self.is_cut and len(self.items) - gone < (self.view.most or 0) // 2

    def _forget_oldest(self) -> None:
        """Leave the newest items in the list once there are twice as many as its limit."""
        most = self.view.most
        if most is None or len(self.items) < 2 * most:
            return
        for key in sorted(self.items)[:-most]:
            item = self.items.pop(key)
            if key in self._changed:
                self._older[key] = item
        self.is_cut = True

    def holds(self, key: str) -> bool:
        """Return whether followers know a key or have known it."""
        return key in self.items or key in self._changed

    def answer(self, after: object, present: int | None, start: str = "") -> Encoded:
        """Return the changes after number `after` as JSON: `seq`, `changes`, `reset`, `more`.

        `present` is the number of the newest fact. 0 and None ask for the whole list; anything else
        that is not a past number is answered with the whole list and `reset`. A whole list comes
        in parts of MAX_ITEMS: pass `more` as `start` for the next part.
        """
        self.asked_at = time.monotonic()
        if isinstance(after, bool) or not isinstance(after, int | None) or (after or 0) < 0:
            return self._whole("reset", start)
        if not after:
            return self._whole("", start)
        if after > (present or 0) or after < self.floor:
            return self._whole("reset", start)
        return self._kept((after, ""), lambda: self._since(after))

    def _since(self, after: int) -> Encoded:
        changed = []
        for key in reversed(self._changed):
            if self._changed[key] <= after:
                break
            changed.append((key, self.items.get(key) or self._older.get(key, "null")))
        return Encoded(f'{{"seq":{max(self.seq, after)},"changes":{_object(reversed(changed))}}}')

    def _whole(self, reset: str, start: str) -> Encoded:
        return self._kept((-1 if reset else 0, start), lambda: self._page(bool(reset), start))

    def _page(self, reset: bool, start: str) -> Encoded:
        keys = list(self.items)
        if start or len(keys) > MAX_ITEMS:
            newest = self.view.newest_first
            keys.sort(reverse=newest)
            keys = [key for key in keys if not start or (key < start if newest else key > start)]
        page = keys[:MAX_ITEMS]
        more = f',"more":"{page[-1]}"' if len(keys) > MAX_ITEMS else ""
        listed = _object((key, self.items[key]) for key in page)
        flag = ',"reset":true' if reset else ""
        return Encoded(f'{{"seq":{self.seq},"changes":{listed}{flag}{more}}}')

    def _kept(self, key: tuple[int, str], make: Callable[[], Encoded]) -> Encoded:
        """Return the answer made since the last change, or make it and keep it."""
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = make()
            self._kept_size += len(answer)
            while self._kept_size > MAX_ANSWER_CHARS and len(self._answers) > 1:
                self._kept_size -= len(self._answers.pop(next(iter(self._answers))))
        return answer

    def _forget_answers(self) -> None:
        self._answers.clear()
        self._kept_size = 0


def _object(items: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join([f'"{key}":{item}' for key, item in items]) + "}"
