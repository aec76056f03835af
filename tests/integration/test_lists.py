"""The lists that a process keeps: exact, each for itself, and in parts where they are long."""

import json
from collections.abc import Callable, Collection
from dataclasses import replace

import pytest
import sqlalchemy as sa

from mixroom.core import ids, journal
from mixroom.core.db import reading, transaction
from mixroom.core.live_list import Frame
from mixroom.core.materialized import MaterializedViews
from mixroom.core.text import Bilingual
from mixroom.core.views import Item
from mixroom.event import store
from mixroom.review import actions as review
from mixroom.review import translating
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions import actions as submissions
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.live import DESK, PUBLIC, TRANSLATIONS
from tests.cast import Cast


def test_a_view_that_fails_keeps_no_other_back(
    cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_tx: sa.Connection, _scope: str, keys: Collection[str]) -> dict[str, Item]:
        if keys:
            raise KeyError("a row that this view does not understand")
        return {}

    lists, told = MaterializedViews(), list[Frame]()
    lists.on_change = told.append
    broken = replace(PUBLIC, name="broken", facts=REVIEW.facts, find=fails)
    for view in (broken, REVIEW):
        lists.get(view, cast.event.id).followers += 1
    _send(cast)
    lists.refresh()
    assert [frame.view.name for frame in told] == ["review"]
    assert "the list broken" in caplog.text
    assert len(lists.get(REVIEW, cast.event.id).items) == 1


@pytest.mark.parametrize("restart", [False, True])
def test_a_phone_is_told_only_what_changed_also_by_a_server_that_has_just_started(
    cast: Cast, restart: bool
) -> None:
    lists = MaterializedViews()
    for _ in range(5):
        _send(cast)
    held = json.loads(lists.get(DESK, cast.driss.id).answer(0, lists.position))
    key = _send(cast)
    lists = MaterializedViews() if restart else lists
    answer = json.loads(lists.get(DESK, cast.driss.id).answer(held["seq"], lists.position))
    assert list(answer["changes"]) == [key]
    assert "reset" not in answer


def test_an_event_that_is_removed_leaves_every_list(cast: Cast) -> None:
    lists, told = MaterializedViews(), list[Frame]()
    lists.on_change = told.append
    key = _send(cast)
    lists.get(REVIEW, cast.event.id).followers += 1
    with transaction() as tx:
        store.erase(tx, cast.event.id)
        journal.forget(tx, cast.event.id)
    lists.refresh()
    assert [frame.changes for frame in told] == [{key: "null"}]


def test_a_list_for_everyone_names_nothing_that_was_never_in_it(cast: Cast) -> None:
    lists, told = MaterializedViews(), list[Frame]()
    lists.on_change = told.append
    lists.get(PUBLIC, cast.event.id).followers += 1
    with reading() as tx:
        then = journal.latest(tx)
    shown, secret = _send(cast), _send(cast)
    review.approve(cast.ben, shown)
    submissions.withdraw(cast.driss, secret)
    submissions.withdraw(cast.driss, shown)
    lists.refresh()
    assert secret not in "".join(frame.encoded() for frame in told)
    for each in (lists, MaterializedViews()):  # and a process that starts now
        answer = json.loads(each.get(PUBLIC, cast.event.id).answer(then, each.position))
        assert answer["changes"] == {shown: None}


def test_a_long_list_comes_in_parts(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mixroom.core.live_list.MAX_ITEMS", 3)
    keys = [_send(cast) for _ in range(8)]
    lists = MaterializedViews()
    for view, scope, order in (
        (REVIEW, cast.event.id, keys),
        (DESK, cast.driss.id, keys[::-1]),
    ):
        assert (
            _all_parts(lambda start, v=view, s=scope: lists.get(v, s).answer(0, 9, start)) == order
        )


def test_a_list_that_is_cut_is_filled_up_again(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of ten posts that lack a language, the newest four are listed."""
    monkeypatch.setattr("mixroom.submissions.live.MAX_LACKING", 4)
    view = replace(TRANSLATIONS, most=4)
    keys = _approved(cast, 10)
    lists, follower = MaterializedViews(), _Follower()
    lists.on_change = follower.take
    found = lists.get(view, cast.event.id)
    found.followers += 1
    follower.held = json.loads(found.answer(0, lists.position))["changes"]
    assert set(follower.held) == set(keys[-4:])
    for key in keys[-3:]:
        translating.translate(cast.ben, key, {"text": "Hello"})
        lists.refresh()
        assert set(found.items) == set(follower.held)
    assert set(found.items) == set(keys[3:7])


def test_an_old_item_that_changes_is_not_gone(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone holds an item that a process which has just started would not list."""
    monkeypatch.setattr("mixroom.submissions.live.MAX_PUBLISHED", 2)
    keys = _approved(cast, 5)
    with reading() as tx:
        then = journal.latest(tx)
    submissions.amend(cast.ben, keys[0], Content(Kind.POST, text=Bilingual("Bonsoir")))
    lists = MaterializedViews()
    answer = json.loads(
        lists.get(replace(PUBLIC, most=2), cast.event.id).answer(then, lists.position)
    )
    assert answer["changes"][keys[0]]["text"]["fr"] == "Bonsoir"
    assert "reset" not in answer


def test_a_process_keeps_no_more_than_twice_the_limit(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mixroom.core.live_list.MAX_CHANGES", 2)
    view = replace(PUBLIC, most=4)
    lists = MaterializedViews()
    found = lists.get(view, cast.event.id)
    keys = _approved(cast, 20, lists.refresh)
    assert set(found.items) <= set(keys[-8:])
    assert set(found.items) >= set(keys[-4:])


class _Follower:
    """A client's copy of a list."""

    def __init__(self) -> None:
        self.held: dict[str, object] = {}

    def take(self, frame: Frame) -> None:
        for key, item in json.loads(frame.encoded())["changes"].items():
            if item is None:
                self.held.pop(key, None)
            else:
                self.held[key] = item


def _approved(cast: Cast, many: int, after_each: Callable[[], None] = lambda: None) -> list[str]:
    """Have so many posts approved, oldest first."""
    keys = []
    for _ in range(many):
        keys.append(_send(cast))
        review.approve(cast.ben, keys[-1])
        after_each()
    return keys


def _all_parts(ask: Callable[[str], str]) -> list[str]:
    keys, start = [], ""
    while True:
        answer = json.loads(ask(start))
        keys += answer["changes"]
        if "more" not in answer:
            return keys
        start = answer["more"]


def _send(cast: Cast) -> str:
    key = ids.new()
    content = Content(Kind.POST, text=Bilingual("Bonjour"))
    submissions.submit(cast.driss, content, key=key, submission_id=key)
    return key
