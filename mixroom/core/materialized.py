"""Materialized views: live lists kept in memory as encoded JSON, current to the last fact.

A list is read from the database when it is first asked for. From then on each batch of facts
changes it: the items that the facts name are read in bulk and encoded once. Pages, answers and
frames are put together from the same texts, so what a thousand ask for is computed once.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.core.db import reading
from mixroom.core.errors import MixroomError
from mixroom.core.journal import Entry
from mixroom.core.views import View

log = logging.getLogger(__name__)

MAX_ITEMS = 2000  # in one answer; `more` says where to go on
MAX_CHANGES = 2000  # keys whose last change is remembered; who is further behind gets the list anew
PATIENCE = 3.0  # seconds the database has to answer before whoever asked is told that it is away
BATCH = 50  # items read at a stretch, between which others have their turn
MAX_ENTRIES = 1000  # facts read at a time
IDLE = 60.0  # seconds after which a list is dropped that nobody follows or asks for
MAX_KEPT = 8_000_000  # characters of answers kept of one list until it changes
# Text that may stand in a page's script element as it is.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", ord("'"): "\\u0027"}


class Encoded(str):
    """JSON that is already encoded: ASCII, and safe inside a page's script element."""

    __slots__ = ()


def encode(value: object) -> Encoded:
    """Encode a value."""
    return Encoded(json.dumps(value, separators=(",", ":")).translate(_ESCAPES))


@dataclass(frozen=True, slots=True)
class Frame:
    """A change of a list for those who follow it: from number `after` to number `seq`."""

    view: View
    scope: str
    after: int
    seq: int
    changes: Mapping[str, str]  # encoded; "null" for a key that is gone

    def encoded(self) -> Encoded:
        """Return the message that followers get."""
        head = f'{{"view":"{self.view.name}","after":{self.after},"seq":{self.seq},"changes":'
        return Encoded(f"{head}{_object(self.changes.items())}}}")


class MaterializedView:
    """One list: `items` by key as encoded JSON, as of the fact `seq`."""

    def __init__(self, view: View, scope: str, seq: int, items: dict[str, str]) -> None:
        self.view = view
        self.scope = scope
        self.seq = seq
        self.items = items
        self.followers = 0
        self.asked_at = time.monotonic()
        self.floor = seq  # changes up to here are not all remembered
        self._changed: dict[str, int] = {}  # key → number of its last change, oldest first
        self._answers: dict[tuple[int, str], Encoded] = {}
        self._kept_size = 0

    def remember(self, changed: Mapping[str, int], floor: int) -> None:
        """Take over the changes since `floor` that were made before the list was read."""
        self._changed = dict(changed)
        self.floor = floor

    def start_over(self, seq: int, items: dict[str, str]) -> None:
        """Begin again: whoever asks from an older number gets the whole list."""
        self.seq = self.floor = seq
        self.items = items
        self._changed.clear()
        self._forget_answers()

    def apply(self, seq: int, found: Mapping[str, str | None]) -> dict[str, str]:
        """Change items as of fact `seq`; return what followers are told.

        That is also what looks the same as before: a follower may come from another process, which
        has seen a state in between.
        """
        for key, item in found.items():
            if item is None:
                self.items.pop(key, None)
            else:
                self.items[key] = item
            self._changed.pop(key, None)
            self._changed[key] = seq
        if found:
            self.seq = seq
            self._forget_answers()
            while len(self._changed) > MAX_CHANGES:
                self.floor = self._changed.pop(next(iter(self._changed)))
        return {key: item or "null" for key, item in found.items()}

    def holds(self, key: str) -> bool:
        """Say whether followers know of a key, or have known of it."""
        return key in self.items or key in self._changed

    def answer(self, after: object, present: int | None, start: str = "") -> Encoded:
        """Return what someone at number `after` needs, as JSON: `seq`, `changes`, `reset`, `more`.

        `present` is the newest fact. Anything that is not a number of the past is answered with the
        whole list, and `reset`; 0 and None ask for the whole list. A whole list comes MAX_ITEMS at
        a time: `more` is to be given as `start` for what follows.
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
            changed.append((key, self.items.get(key, "null")))
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
        """Return an answer that was made since the last change, or make it and keep it."""
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = make()
            self._kept_size += len(answer)
            while self._kept_size > MAX_KEPT and len(self._answers) > 1:
                self._kept_size -= len(self._answers.pop(next(iter(self._answers))))
        return answer

    def _forget_answers(self) -> None:
        self._answers.clear()
        self._kept_size = 0


class MaterializedViews:
    """The lists of this process, each read once and then kept current from the journal."""

    def __init__(self) -> None:
        # Called with each change of a list, in order, and with each batch of facts.
        self.tell: Callable[[Frame], None] = _ignore
        self.hear: Callable[[Sequence[Entry]], None] = _ignore
        self.position: int | None = None  # the newest fact that all lists know of
        self.read_at = time.monotonic()  # when the journal was last read
        self._lists: dict[tuple[str, str], MaterializedView] = {}
        self._turn = threading.Lock()
        self._begun = 0
        self._failure: Exception | None = None

    @property
    def age(self) -> float:
        """Return how many seconds ago the journal was last read."""
        return time.monotonic() - self.read_at

    def refresh(self, within: float = 0.0) -> None:
        """Bring every list up to all that was committed before this call.

        `within` is how many seconds old the last look may be to do as well. Of many that call at
        the same time one reads, for all. Raises UnreachableError.
        """
        if self.age < within:
            return
        asked = self._begun
        with self._turn:
            if self._begun > asked:  # a read that began after this call has served it
                if self._failure:
                    raise self._failure
                return
            self._begun += 1
            self._failure = None
            try:
                self._read_on()
            except Exception as error:
                self._failure = error
                raise

    def get(self, view: View, scope: str, *, refreshed: bool = False) -> MaterializedView:
        """Return a list as it is now; `refreshed` where the caller has just seen to that.

        Raises UnreachableError.
        """
        if not refreshed:
            self.refresh()
        with self._turn:
            key = (view.name, scope)
            if key not in self._lists:
                self._lists[key] = self._read(view, scope)
            found = self._lists[key]
            found.asked_at = time.monotonic()
            return found

    def followed(self) -> list[MaterializedView]:
        """Return the lists that have followers."""
        return [each for each in self._lists.values() if each.followers]

    def drop_idle(self) -> None:
        """Forget the lists that nobody has followed or asked for lately."""
        now = time.monotonic()
        for key, each in list(self._lists.items()):
            if not each.followers and now - each.asked_at > IDLE:
                del self._lists[key]

    def _read_on(self) -> None:
        more = True
        while more:
            began = time.monotonic()
            with reading(PATIENCE) as tx:
                more = self._read_some(tx)
            self.read_at = began

    def _read_some(self, tx: sa.Connection) -> bool:
        """Read the next facts; say whether there may be more."""
        head = journal.latest(tx)
        if self.position is None:
            self.position = head
        if head == self.position:
            return False
        entries = journal.since(tx, self.position, most=MAX_ENTRIES)
        reached = self.position + len(entries)
        full = len(entries) == MAX_ENTRIES
        if entries[-1].seq == reached if full else head == reached:
            self._apply(tx, entries)
        else:  # numbers are missing: an event was removed, or a backup was restored
            self._read_anew(tx, head)
            reached = head
        self.position = reached
        self.hear(entries)
        return full

    def _apply(self, tx: sa.Connection, entries: Sequence[Entry]) -> None:
        for each, last in self._touched(entries).items():
            try:
                self._bring_up(tx, each, last)
            except (MixroomError, sa.exc.SQLAlchemyError):
                raise  # the same again succeeds once the database is well
            except Exception:  # a fault of this view must not keep the others back
                log.exception(
                    "the list %s of %s is read anew when asked for", each.view.name, each.scope
                )
                self._lists.pop((each.view.name, each.scope), None)

    def _bring_up(self, tx: sa.Connection, each: MaterializedView, last: Mapping[str, int]) -> None:
        """Change what facts named; `last` has the number of the last fact of each key."""
        for batch in _batches(sorted(last, key=last.__getitem__)):
            found = each.view.find(tx, each.scope, batch)
            new = [key for key in batch if key not in found and not each.holds(key)]
            unknown = set(new).difference(each.view.may_name(tx, each.scope, new))
            told = [key for key in batch if key not in unknown]
            encoded = {key: encode(found[key]) if key in found else None for key in told}
            self._tell(each, last[batch[-1]], encoded)
            _give_way()

    def _tell(self, each: MaterializedView, seq: int, found: Mapping[str, str | None]) -> None:
        after = each.seq
        changes = each.apply(seq, found)
        if changes and each.followers:
            self.tell(Frame(each.view, each.scope, after, each.seq, changes))

    def _touched(self, entries: Iterable[Entry]) -> dict[MaterializedView, dict[str, int]]:
        by_scope: dict[str, list[MaterializedView]] = {}
        for each in self._lists.values():
            by_scope.setdefault(each.scope, []).append(each)
        touched: dict[MaterializedView, dict[str, int]] = {}
        for entry in entries:
            for scope in {entry.event_id, entry.owner}:
                for each in by_scope.get(scope, ()):
                    if entry.seq > each.seq and each.view.concerns(entry, scope):
                        touched.setdefault(each, {})[entry.key] = entry.seq
        return touched

    def _read_anew(self, tx: sa.Connection, head: int) -> None:
        """Read every list again, and tell its followers what differs."""
        for old in list(self._lists.values()):
            fresh = dict(_read_all(tx, old.view, old.scope))
            if head <= old.seq:  # the numbers went back: what followers hold is of another history
                old.start_over(head, fresh)
            else:
                gone = dict.fromkeys(old.items.keys() - fresh.keys())
                self._tell(old, head, fresh | gone)

    def _read(self, view: View, scope: str) -> MaterializedView:
        with reading(PATIENCE) as tx:
            seq = journal.latest(tx)
            made = MaterializedView(view, scope, seq, dict(_read_all(tx, view, scope)))
            changed, floor = journal.last_changes(tx, view.whose, scope, view.hears, MAX_CHANGES)
            gone = [key for key in changed if key not in made.items]
            named = {*made.items, *view.may_name(tx, scope, gone)}
            made.remember({key: seq for key, seq in changed.items() if key in named}, floor)
        return made


def _ignore(_: object) -> None:
    pass


def _read_all(tx: sa.Connection, view: View, scope: str) -> Iterator[tuple[str, str]]:
    for batch in _batches(view.keys(tx, scope)):
        found = view.find(tx, scope, batch)
        yield from ((key, encode(found[key])) for key in batch if key in found)
        _give_way()


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def _give_way() -> None:
    """Let others have their turn; in the web process this switches green threads."""
    time.sleep(0)


def _object(items: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join([f'"{key}":{item}' for key, item in items]) + "}"
