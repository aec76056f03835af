"""Live views: keyed lists that a screen follows."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from mixroom.core import journal
from mixroom.core.journal import Entry

Item = Mapping[str, Any]
MOST_CHANGES = 2000  # beyond this a fresh list is smaller than its changes


class Follower(Protocol):
    """Whoever follows: a person at an event."""

    @property
    def id(self) -> str: ...
    @property
    def event_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class View:
    """A keyed list and the facts that can change it.

    `item` answers from the present state, so replaying an old entry is harmless: it says what
    is true now, and None where the key no longer belongs in the list. `whose` says to whom a list
    belongs: to the event (`scope` is its id), or to a person (`scope` is theirs). `listed` says of
    a key that is not in the list whether it ever was: no other is named, so that a list for
    everyone tells nothing of what it never had.
    """

    name: str
    hears: frozenset[str]
    items: Callable[[sa.Connection, str], dict[str, Item]]
    item: Callable[[sa.Connection, str, str], Item | None]
    roles: frozenset[str]
    whose: Literal["event", "person"] = "event"
    listed: Callable[[sa.Connection, str], bool] = lambda _tx, _key: True

    def scope_of(self, person: Follower) -> str:
        """Return whose list a person follows: their own, or their event's."""
        return person.id if self.whose == "person" else person.event_id

    def concerns(self, entry: Entry, scope: str) -> bool:
        """Say whether the entry can change the list of `scope`."""
        belongs = entry.event_id if self.whose == "event" else entry.owner
        return entry.name in self.hears and belongs == scope

    def changed(
        self, tx: sa.Connection, scope: str, entries: Iterable[Entry]
    ) -> dict[str, Item | None]:
        """Return the present item of each key that the entries touch, in order of their last."""
        last = {entry.key: entry.seq for entry in entries if self.concerns(entry, scope)}
        now = {key: self.item(tx, scope, key) for key in sorted(last, key=last.__getitem__)}
        return {key: item for key, item in now.items() if item or self.listed(tx, key)}


@dataclass(frozen=True, slots=True)
class CatchUp:
    """What someone at `after` needs to be as new as `seq`; with `reset`, all there is."""

    seq: int
    changes: Mapping[str, Item | None]
    reset: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as the socket and the API send it."""
        answer: dict[str, Any] = {"seq": self.seq, "changes": dict(self.changes)}
        return answer | {"reset": True} if self.reset else answer


def catch_up(tx: sa.Connection, view: View, scope: str, after: object) -> CatchUp:
    """Bring a follower from number `after` to now.

    Anything that is not a number of the past is answered with the whole list: `reset` says that
    what the follower holds must go. 0 and None ask for the whole list and hold nothing yet.
    """
    seq = journal.latest(tx)
    if after is None or after == 0:
        return CatchUp(seq, view.items(tx, scope))
    if isinstance(after, int) and not isinstance(after, bool) and 0 < after <= seq:
        entries = journal.since(tx, after, most=MOST_CHANGES + 1)
        if len(entries) <= MOST_CHANGES:
            return CatchUp(seq, view.changed(tx, scope, entries))
    return CatchUp(seq, view.items(tx, scope), reset=True)
