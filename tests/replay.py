"""`assert_replays`: what every action must do for every screen that follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

import pytest

from mixroom.core import clock, journal
from mixroom.core.db import reading
from mixroom.core.views import Item, View
from mixroom.features import views
from tests.cast import Cast

SECONDS_LATER = 2
T = TypeVar("T")


def assert_replays(cast: Cast, action: Callable[[], T]) -> T:
    """Assert that a screen that folds in an action's changes equals one freshly loaded.

    Checked for every view and everyone's list of it. The clock goes on by some seconds before the
    action, so that each time that it changes is another; the fixture `clock_goes_right` of all
    tests puts it right afterwards.
    """
    before = {key: _items(*key) for key in _lists(cast)}
    with reading() as tx:
        seq = journal.latest(tx)
    _go_on(timedelta(seconds=SECONDS_LATER))
    result = action()
    with reading() as tx:
        entries = journal.since(tx, seq)
        for (view, scope), items in before.items():
            folded = {**items, **view.changed(tx, scope, entries)}
            folded = {key: item for key, item in folded.items() if item is not None}
            assert folded == view.items(tx, scope), f"{view.name} of {scope} missed something"
    return result


def _go_on(time: timedelta) -> None:
    now = clock.now
    pytest.MonkeyPatch().setattr(clock, "now", lambda: now() + time)


def _lists(cast: Cast) -> list[tuple[View, str]]:
    people = cast.people.values()
    scopes = {(view, view.scope_of(person)) for view in views() for person in people}
    return sorted(scopes, key=lambda key: (key[0].name, key[1]))


def _items(view: View, scope: str) -> dict[str, Item]:
    with reading() as tx:
        return view.items(tx, scope)
