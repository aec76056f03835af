"""The live lists of a process, kept current from the journal.

A list is read from the database when it is first asked for. From then on each batch of facts
changes it: the items that the facts name are read in bulk and encoded once. Pages, answers and
frames are made from the same texts, so that nothing is computed once for each follower.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.core.db import reading
from mixroom.core.errors import MixroomError
from mixroom.core.journal import Entry
from mixroom.core.live_list import MAX_CHANGES, Frame, LiveList, encode
from mixroom.core.views import View

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds to wait for the database before a caller gets an error
BATCH = 50  # items read at once, before other threads get their turn
MAX_ENTRIES = 1000  # facts read at once
IDLE = 60.0  # seconds without a follower or a request after which a list is dropped


class MaterializedViews:
    """The lists of this process, each read once and then changed by the facts of the journal."""

    def __init__(self) -> None:
        # Called with each change of a list, in order, and with each batch of facts.
        self.on_change: Callable[[Frame], None] = _ignore
        self.on_facts: Callable[[Sequence[Entry]], None] = _ignore
        self.position: int | None = None  # number of the newest fact in all lists
        self.read_at = time.monotonic()  # when the journal was last read
        self._lists: dict[tuple[str, str], LiveList] = {}
        self._turn = threading.Lock()
        self._begun = 0
        self._failure: Exception | None = None

    @property
    def age(self) -> float:
        """Return the seconds since the journal was last read."""
        return time.monotonic() - self.read_at

    def refresh(self, within: float = 0.0) -> None:
        """Bring every list up to all facts committed before this call.

        Nothing is read if the journal was read within the last `within` seconds. Of several
        simultaneous calls, one reads for all. Raises UnreachableError.
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

    def get(self, view: View, scope: str, *, refreshed: bool = False) -> LiveList:
        """Return a list as it is now; with `refreshed`, as of the caller's last refresh.

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

    def followed(self) -> list[LiveList]:
        """Return the lists that have followers."""
        return [each for each in self._lists.values() if each.followers]

    def drop_idle(self) -> None:
        """Drop the lists that nobody follows or has asked for lately."""
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
        """Read the next facts; return whether there may be more."""
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
        self.on_facts(entries)
        return full

    def _apply(self, tx: sa.Connection, entries: Sequence[Entry]) -> None:
        for each, facts in self._concerned(entries).items():
            try:
                self._update(tx, each, each.view.touched(tx, each.scope, facts))
            except (MixroomError, sa.exc.SQLAlchemyError):
                raise  # a retry succeeds once the database is back
            except Exception:  # a fault of one view must not hold up the others
                log.exception(
                    "the list %s of %s is read anew when asked for", each.view.name, each.scope
                )
                self._lists.pop((each.view.name, each.scope), None)

    def _update(self, tx: sa.Connection, each: LiveList, last: Mapping[str, int]) -> None:
        """Read the changed items; `last` maps each key to the number of its last fact."""
        for batch in _batches_by_number(last):
            found = each.view.find(tx, each.scope, batch)
            new = [key for key in batch if key not in found and not each.holds(key)]
            unknown = set(new).difference(
                each.view.may_disclose(tx, each.scope, new) if new else ()
            )
            disclosed = [key for key in batch if key not in unknown]
            encoded: dict[str, str | None] = {
                key: encode(found[key]) if key in found else None for key in disclosed
            }
            if each.runs_short(encoded):
                kept, each.is_cut = _read_all(tx, each.view, each.scope)
                encoded = {**{k: i for k, i in kept.items() if k not in each.items}, **encoded}
            self._change(each, last[batch[-1]], encoded)
            _give_way()

    def _change(self, each: LiveList, seq: int, found: Mapping[str, str | None]) -> None:
        after = each.seq
        changes = each.apply(seq, found)
        if changes and each.followers:
            self.on_change(Frame(each.view, each.scope, after, each.seq, changes))

    def _concerned(self, entries: Iterable[Entry]) -> dict[LiveList, list[Entry]]:
        """Return the entries that can change each list, oldest first."""
        by_scope: dict[str, list[LiveList]] = {}
        for each in self._lists.values():
            by_scope.setdefault(each.scope, []).append(each)
        concerned: dict[LiveList, list[Entry]] = {}
        for entry in entries:
            for scope in {entry.event_id, entry.owner}:
                for each in by_scope.get(scope, ()):
                    if entry.seq > each.seq and each.view.concerns(entry, scope):
                        concerned.setdefault(each, []).append(entry)
        return concerned

    def _read_anew(self, tx: sa.Connection, head: int) -> None:
        """Read every list again, and send its followers the differences."""
        for old in list(self._lists.values()):
            fresh, old.is_cut = _read_all(tx, old.view, old.scope)
            if head <= old.seq:  # the numbers went back, as after restoring a backup
                old.start_over(head, fresh)
            else:
                gone = dict.fromkeys(old.items.keys() - fresh.keys())
                self._change(old, head, fresh | gone)

    def _read(self, view: View, scope: str) -> LiveList:
        with reading(PATIENCE) as tx:
            seq = journal.latest(tx)
            items, is_cut = _read_all(tx, view, scope)
            made = LiveList(view, scope, seq, items)
            made.is_cut = is_cut
            facts, floor = journal.latest_of(tx, view.belongs_to, scope, view.facts, MAX_CHANGES)
            changed = _by_number(view.touched(tx, scope, facts))
            left = [key for key in changed if key not in items]
            older = _find(tx, view, scope, left) if is_cut else {}
            gone = [key for key in left if key not in older]
            named = {*items, *older, *view.may_disclose(tx, scope, gone)}
            changed = {key: number for key, number in changed.items() if key in named}
            made.remember(changed, older, floor)
        return made


def _ignore(_: object) -> None:
    pass


def _read_all(tx: sa.Connection, view: View, scope: str) -> tuple[dict[str, str], bool]:
    """Return the items of a list, and whether there may be older ones."""
    keys = view.keys(tx, scope)
    return _find(tx, view, scope, keys), view.most is not None and len(keys) >= view.most


def _find(tx: sa.Connection, view: View, scope: str, keys: Sequence[str]) -> dict[str, str]:
    items: dict[str, str] = {}
    for batch in _batches(keys):
        found = view.find(tx, scope, batch)
        items |= {key: encode(found[key]) for key in batch if key in found}
        _give_way()
    return items


def _by_number(last: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(last.items(), key=lambda each: each[1]))


def _batches_by_number(last: Mapping[str, int]) -> Iterator[list[str]]:
    """Return the keys in batches of BATCH or more, with all keys of one fact in the same batch.

    A follower ignores a second frame with the number of the first.
    """
    batch: list[str] = []
    for _, keys in groupby(sorted(last, key=last.__getitem__), key=last.__getitem__):
        batch += keys
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))


def _give_way() -> None:
    """Give other threads their turn; in the web process this switches green threads."""
    time.sleep(0)
