"""Live views: keyed lists that a screen follows."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from mixroom.core.journal import Entry

Item = Mapping[str, Any]


class Follower(Protocol):
    """Whoever follows: a person at an event."""

    @property
    def id(self) -> str: ...
    @property
    def event_id(self) -> str: ...


def _all(_tx: sa.Connection, _scope: str, keys: Collection[str]) -> Collection[str]:
    return keys


@dataclass(frozen=True, slots=True)
class View:
    """A keyed list and the facts that can change it.

    `keys` names the items of a list, `find` returns those of the given keys that are in it. Both
    answer from the present state, so replaying an old entry is harmless. `may_name` returns those
    keys, no longer in the list, that its followers may hear of at all. `whose` says to whom a list
    belongs: to the event (`scope` is its id), or to a person (`scope` is theirs). A list that is
    too long for one answer begins with its newest items, unless `newest_first` is False. The beats
    of a list with `presence` say which people of the event are connected.
    """

    name: str
    hears: frozenset[str]
    keys: Callable[[sa.Connection, str], Sequence[str]]
    find: Callable[[sa.Connection, str, Collection[str]], Mapping[str, Item]]
    roles: frozenset[str]
    whose: Literal["event", "person"] = "event"
    may_name: Callable[[sa.Connection, str, Collection[str]], Collection[str]] = _all
    newest_first: bool = True
    presence: bool = False

    def scope_of(self, person: Follower) -> str:
        """Return whose list a person follows: their own, or their event's."""
        return person.id if self.whose == "person" else person.event_id

    def concerns(self, entry: Entry, scope: str) -> bool:
        """Say whether the entry can change the list of `scope`."""
        belongs = entry.event_id if self.whose == "event" else entry.owner
        return entry.name in self.hears and belongs == scope

    def items(self, tx: sa.Connection, scope: str) -> dict[str, Item]:
        """Return the whole list."""
        keys = self.keys(tx, scope)
        found = self.find(tx, scope, keys)
        return {key: found[key] for key in keys if key in found}

    def item(self, tx: sa.Connection, scope: str, key: str) -> Item | None:
        """Return one item, None where it is not in the list."""
        return self.find(tx, scope, [key]).get(key)

    def changed(
        self, tx: sa.Connection, scope: str, entries: Iterable[Entry]
    ) -> dict[str, Item | None]:
        """Return the present item of each key that the entries touch, in order of their last."""
        last = {entry.key: entry.seq for entry in entries if self.concerns(entry, scope)}
        found = self.find(tx, scope, last)
        return {key: found.get(key) for key in sorted(last, key=last.__getitem__)}
