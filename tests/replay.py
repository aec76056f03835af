"""`assert_replays`: what every action must do for every screen that follows."""

from collections.abc import Callable
from typing import TypeVar

from mixroom.core import journal
from mixroom.core.db import reading
from mixroom.core.views import Item, View
from mixroom.features import views
from tests.cast import Cast

T = TypeVar("T")


def assert_replays(cast: Cast, action: Callable[[], T]) -> T:
    """Assert that a screen that folds in an action's changes equals one freshly loaded.

    Checked for every view and everyone's list of it.
    """
    before = {key: _items(*key) for key in _lists(cast)}
    with reading() as tx:
        seq = journal.latest(tx)
    result = action()
    with reading() as tx:
        entries = journal.since(tx, seq)
        for (view, scope), items in before.items():
            folded = {**items, **view.changed(tx, scope, entries)}
            folded = {key: item for key, item in folded.items() if item is not None}
            assert folded == view.items(tx, scope), f"{view.name} of {scope} missed something"
    return result


def _lists(cast: Cast) -> list[tuple[View, str]]:
    people = cast.people.values()
    scopes = {(view, view.scope_of(person)) for view in views() for person in people}
    return sorted(scopes, key=lambda key: (key[0].name, key[1]))


def _items(view: View, scope: str) -> dict[str, Item]:
    with reading() as tx:
        return view.items(tx, scope)
