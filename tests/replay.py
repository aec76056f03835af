"""`assert_replays`: what every action must do for every screen that follows."""

from collections.abc import Callable
from dataclasses import dataclass, field
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


@dataclass
class _Screens:
    """All screens of an event: the last fact that they know, and their lists."""

    seq: int
    lists: dict[tuple[View, str], dict[str, Item]] = field(default_factory=dict)


_of_event: dict[str, _Screens] = {}  # of the event of the test that runs


def assert_replays(cast: Cast, action: Callable[[], T]) -> T:
    """Assert that screens that fold in an action's changes equal others that are freshly loaded.

    Checked for every view and everyone's list of it. The screens are open from a test's first
    action to its last, and hear of what happens in between. On PostgreSQL, which takes longer for
    the same questions, they are the screens that the action changes. The clock goes on by some
    seconds before the action, so that each time that it changes is another; the fixture
    `clock_goes_right` of all tests puts it right afterwards.
    """
    with reading() as tx:
        screens = _of_event.get(cast.event.id) or _Screens(journal.latest(tx))
        if tx.dialect.name == "sqlite":
            for view, scope in _lists(cast) - screens.lists.keys():
                screens.lists[view, scope] = view.items(tx, scope)
    _of_event.clear()
    _of_event[cast.event.id] = screens
    _go_on(timedelta(seconds=SECONDS_LATER))
    result = action()
    with reading() as tx:
        entries = journal.since(tx, screens.seq)
        screens.seq = journal.latest(tx)
        for view, scope in _lists(cast):
            changes = view.changed(tx, scope, entries)
            shown = screens.lists.get((view, scope))
            if shown is None and not changes:
                continue
            fresh = view.items(tx, scope)
            folded = {**(fresh if shown is None else shown), **changes}
            folded = {key: item for key, item in folded.items() if item is not None}
            assert folded == fresh, f"{view.name} of {scope} missed something"
            if shown is not None:
                screens.lists[view, scope] = fresh
    return result


def _go_on(time: timedelta) -> None:
    now = clock.now
    pytest.MonkeyPatch().setattr(clock, "now", lambda: now() + time)


def _lists(cast: Cast) -> set[tuple[View, str]]:
    people = cast.people.values()
    return {(view, view.scope_of(person)) for view in views() for person in people}
