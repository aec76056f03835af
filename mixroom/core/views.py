"""Live views: keyed lists that clients follow."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from mixroom.core.journal import Entry

Item = Mapping[str, Any]


class Named(Protocol):
    """A fact as far as a live list needs it: number, name, key of the thing, and its owner."""

    @property
    def seq(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def owner(self) -> str: ...


Touched = Callable[[sa.Connection, str, Sequence[Named]], Mapping[str, int]]


class Follower(Protocol):
    """A person at an event who follows a view."""

    @property
    def id(self) -> str: ...
    @property
    def event_id(self) -> str: ...


def _all(_tx: sa.Connection, _scope: str, keys: Collection[str]) -> Collection[str]:
    return keys


def keys_named(_tx: sa.Connection, _scope: str, facts: Sequence[Named]) -> dict[str, int]:
    """Return the keys that the facts name, each with the number of its last fact."""
    return {fact.key: fact.seq for fact in facts}


@dataclass(frozen=True, slots=True)
class View:
    """A keyed list, and the facts that can change it.

    A view has one list for each scope: for each event, or for each person, as `belongs_to` says;
    the scope is the id of that event or person. `keys` returns the keys of a list, and `find` those
    of the given keys that are in it, with their items. Both read the present state, so replaying an
    old fact is harmless.

    `may_disclose` returns those of the given keys, which are not in the list, that followers may
    learn of. A list that is too long for one answer starts with its newest items, unless
    `newest_first` is False. With `presence`, the view's beats name the connected people.

    An item usually depends on the one row that a fact names. For a list of another kind, such as
    counts, `touched` returns the keys that may have changed, each with the number of the last fact.

    A list that grows with the event has a limit, `most`: `keys` returns that many of the newest
    keys, and pages show the older ones.
    """

    name: str
    facts: frozenset[str]
    keys: Callable[[sa.Connection, str], Sequence[str]]
    find: Callable[[sa.Connection, str, Collection[str]], Mapping[str, Item]]
    roles: frozenset[str]
    belongs_to: Literal["event", "person"] = "event"
    may_disclose: Callable[[sa.Connection, str, Collection[str]], Collection[str]] = _all
    touched: Touched = keys_named
    newest_first: bool = True
    most: int | None = None
    presence: bool = False

    def scope_of(self, person: Follower) -> str:
        """Return the scope of the list that a person follows."""
        return person.id if self.belongs_to == "person" else person.event_id

    def concerns(self, entry: Entry, scope: str) -> bool:
        """Return whether an entry of the journal can change the list of `scope`."""
        owner = entry.event_id if self.belongs_to == "event" else entry.owner
        return entry.name in self.facts and owner == scope

    def items(self, tx: sa.Connection, scope: str) -> dict[str, Item]:
        """Return the whole list."""
        keys = self.keys(tx, scope)
        found = self.find(tx, scope, keys) if keys else {}
        return {key: found[key] for key in keys if key in found}

    def item(self, tx: sa.Connection, scope: str, key: str) -> Item | None:
        """Return one item, or None if it is not in the list."""
        return self.find(tx, scope, [key]).get(key)

    def changed(
        self, tx: sa.Connection, scope: str, entries: Iterable[Entry]
    ) -> dict[str, Item | None]:
        """Return the present item of each key that the entries touch, in order of last change."""
        concerned = [entry for entry in entries if self.concerns(entry, scope)]
        last = self.touched(tx, scope, concerned) if concerned else {}
        found = self.find(tx, scope, list(last)) if last else {}
        return {key: found.get(key) for key in sorted(last, key=last.__getitem__)}
