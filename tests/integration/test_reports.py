"""“This is me”: every report is kept and reaches a reviewer, and nobody hides a whole event."""

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from mixroom.core import clock, ids
from mixroom.core.db import reading, transaction
from mixroom.core.errors import NotFoundError
from mixroom.core.jobs import jobs
from mixroom.core.text import Bilingual
from mixroom.crew import actions as crew
from mixroom.event import store as event_store
from mixroom.push import store as push_store
from mixroom.push.model import Subscription
from mixroom.review import actions as review
from mixroom.review import queries, reporting
from mixroom.review import store as review_store
from mixroom.review.live import REPORTS
from mixroom.review.live import VIEW as QUEUE
from mixroom.review.model import (
    EVENT_WINDOW,
    MAX_HIDDEN_BY_BROWSER,
    MAX_HIDDEN_OF_EVENT,
    Outcome,
    Report,
    hides_at_once,
)
from mixroom.submissions import actions
from mixroom.submissions import queries as submission_queries
from mixroom.submissions.content import Consent, Content, Kind
from mixroom.submissions.live import PUBLIC
from tests.cast import Cast, ready_photo
from tests.client import Api
from tests.replay import assert_replays
from tests.servers import Server

Later = Callable[[timedelta], None]
FRENCH = {"Accept-Language": "fr"}


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Later:
    shift = [timedelta()]
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + shift[0])

    def move(by: timedelta) -> None:
        shift[0] += by

    return move


def _public(cast: Cast, n: int = 1) -> list[str]:
    keys = []
    for _ in range(n):
        media = ready_photo(cast.chloe)
        content = Content(Kind.PHOTO, Bilingual("Un café"), consent=Consent.CLEARED, media=(media,))
        keys.append(str(actions.submit(cast.chloe, content)[0]["id"]))
        review.approve(cast.ben, keys[-1])
    return keys


def _seen(cast: Cast) -> tuple[set[str], dict[str, bool]]:
    """Return what the public sees, and what the reviewers are told of: is it hidden?"""
    with reading() as tx:
        told = REPORTS.items(tx, cast.event.id)
        return set(PUBLIC.items(tx, cast.event.id)), {k: i["hidden"] for k, i in told.items()}


def test_one_persons_photo_is_hidden_and_waits(cast: Cast) -> None:
    [key] = _public(cast)
    assert queries.photo_to_report(key, "a")[1]
    assert assert_replays(cast, lambda: reporting.report(key, "a")) is Outcome.HIDDEN
    assert _seen(cast) == (set(), {key: True})
    with reading() as tx:
        assert QUEUE.items(tx, cast.event.id)[key]["decision"]["reason"] == "reported"
    assert reporting.report(key, "b") is Outcome.ALREADY
    with reading() as tx:
        assert len(review_store.open_reports(tx, cast.event.id)) == 2


def test_whoever_reported_first_silences_nobody(cast: Cast) -> None:
    [key] = _public(cast)
    reporting.report(key, "prankster")
    review.approve(cast.ben, key)
    assert _seen(cast) == ({key}, {}), "a reviewer has looked at it"

    assert reporting.report(key, "prankster") is Outcome.STAYS
    assert _seen(cast) == ({key}, {key: False}), "kept, and told to the reviewers"
    assert reporting.report(key, "whoever is in it") is Outcome.HIDDEN
    review.approve(cast.amelie, key)

    assert reporting.report(key, "a third") is Outcome.STAYS
    assert _seen(cast) == ({key}, {key: False})
    assert_replays(cast, lambda: reporting.settle(cast.ben, key))
    assert _seen(cast) == ({key}, {})
    done = [each.fact for each in queries.history(cast.ben, key)[0].others]
    assert done.count("submission.flagged") == 3, "told twice, and looked at"


def test_a_reviewer_hides_what_is_reported_and_still_shown(cast: Cast) -> None:
    [key] = _public(cast)
    reporting.report(key, "a")
    review.approve(cast.ben, key)
    reporting.report(key, "a")
    assert_replays(cast, lambda: reporting.hide(cast.ben, key))
    assert _seen(cast) == (set(), {key: True})
    review.reject(cast.ben, key, "no_consent")
    assert _seen(cast) == (set(), {})
    with pytest.raises(NotFoundError):
        reporting.hide(cast.ben, key)
    with pytest.raises(NotFoundError):
        reporting.report(key, "a")


def test_a_sweep_is_told_and_not_carried_out(cast: Cast) -> None:
    keys = _public(cast, 12)
    outcomes = [reporting.report(key, "one browser") for key in keys]
    assert outcomes.count(Outcome.HIDDEN) == MAX_HIDDEN_BY_BROWSER
    with reading() as tx:
        assert len(review_store.open_reports(tx, cast.event.id)) == 12
    shown, told = _seen(cast)
    assert len(shown) == 12 - MAX_HIDDEN_BY_BROWSER
    assert set(told) == set(keys)
    assert reporting.report(keys[-1], "whoever is in it") is Outcome.HIDDEN, "nobody is refused"


def test_many_browsers_of_one_sweep_hide_no_more_than_the_pace(cast: Cast, later: Later) -> None:
    keys = _public(cast, 20)
    outcomes: list[Outcome] = []

    def sweep(mine: list[str]) -> None:
        outcomes.extend(reporting.report(key, f"browser {key}") for key in mine)

    threads = [threading.Thread(target=sweep, args=(keys[at::4],)) for at in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert outcomes.count(Outcome.HIDDEN) == MAX_HIDDEN_OF_EVENT
    assert len(_seen(cast)[0]) == 20 - MAX_HIDDEN_OF_EVENT
    later(EVENT_WINDOW + timedelta(seconds=1))
    [left] = list(_seen(cast)[0])[:1]
    assert reporting.report(left, "later") is Outcome.HIDDEN


def test_a_sweep_is_undone_in_one_act_and_hangs_where_it_hung(cast: Cast) -> None:
    keys = _public(cast, 4)
    with reading() as tx:
        before = PUBLIC.items(tx, cast.event.id)
    for key in keys:
        reporting.report(key, f"browser {key}")
    assert _seen(cast)[0] == set()
    review.reject(cast.ben, keys[0], "no_consent")
    shown, left = reporting.restore(cast.amelie)
    assert (set(shown), left) == (set(keys[1:]), [])
    with reading() as tx:
        after = PUBLIC.items(tx, cast.event.id)
    assert after == {key: before[key] for key in keys[1:]}
    assert _seen(cast)[1] == {}
    assert reporting.restore(cast.amelie) == ([], [])
    with transaction() as tx:
        event_store.erase(tx, cast.event.id)
    with reading() as tx:
        since = clock.now() - timedelta(hours=1)
        assert review_store.reports_since(tx, cast.event.id, since) == []


def test_what_may_not_be_shown_any_more_is_not_restored(cast: Cast) -> None:
    keys = _public(cast, 2)
    for key in keys:
        reporting.report(key, f"browser {key}")
    held = submission_queries.visible_to(cast.ben, keys[0])
    refused = replace(held.content, consent=Consent.REFUSED)
    actions.amend(cast.ben, keys[0], refused)
    assert reporting.restore(cast.ben) == ([keys[1]], [keys[0]])
    assert _seen(cast)[0] == {keys[1]}


def test_the_lead_is_told_of_a_sweep_on_their_phone_once(cast: Cast) -> None:
    keys = _public(cast, 9)
    phone = Subscription(
        ids.new(),
        cast.amelie.id,
        _device(cast),
        "https://push.example.org/x",
        "p",
        "a",
        "fr",
        clock.now(),
    )
    with transaction() as tx:
        push_store.put(tx, phone)
    for key in keys:
        reporting.report(key, "one browser")
    assert _messages() == 1


def test_the_public_is_told_the_truth_and_nobody_at_the_address_is_refused(
    server: Server, guests: Cast
) -> None:
    keys = _public(guests, 8)
    with ExitStack() as stack:
        stranger = stack.enter_context(requests.Session())
        stranger.get(f"{server.url}/p/{keys[0]}/me", timeout=10)
        said = [_report(stranger, server, key) for key in keys]
        with Api(server.url, guests.tokens["ben"]) as ben:
            public = set(ben.view("public")["changes"])
            told = ben.view("reports")["changes"]
        assert len(public) == 8 - MAX_HIDDEN_BY_BROWSER
        for key, words in zip(keys, said, strict=True):
            assert ("La photo est masquée." in words) == (key not in public)
            assert ("La photo est toujours affichée" in words) == (key in public)
            assert told[key]["hidden"] == (key not in public)

        someone = stack.enter_context(requests.Session())
        page = someone.get(f"{server.url}/p/{keys[-1]}/me", headers=FRENCH, timeout=10)
        assert "Masquer cette photo" in page.text
        assert "La photo est masquée." in _report(someone, server, keys[-1])

        lead = stack.enter_context(Api(server.url, guests.tokens["amelie"]))
        page = lead.page("/review/reports").text
        assert all(key in page for key in keys)
        answer = lead.ask("POST", "/reports/restoration", json={"keys": keys[:3]})
        assert set(answer.json()["restored"]) == set(keys[:3])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3), st.integers(0, 7200)), max_size=60))
def test_no_browser_and_no_crowd_hides_more_than_the_pace(told: list[tuple[int, int, int]]) -> None:
    start, kept = clock.now(), list[Report]()
    for key, who, after in sorted(told, key=lambda each: each[2]):
        at = start + timedelta(seconds=after)
        hid = hides_at_once(kept, str(key), str(who), at)
        kept.append(Report(ids.new(), "e", str(key), at, str(who), hid))
        lately = {e.submission_id for e in kept if e.hid and e.at > at - EVENT_WINDOW}
        assert len(lately) <= MAX_HIDDEN_OF_EVENT
        hour = [e for e in kept if e.hid and e.at > at - timedelta(hours=1)]
        assert sum(e.who == str(who) for e in hour) <= MAX_HIDDEN_BY_BROWSER


def _report(browser: requests.Session, server: Server, key: str) -> str:
    answer = browser.post(f"{server.url}/p/{key}/me", headers=FRENCH, timeout=10)
    assert answer.status_code == 200
    return answer.text


def _device(cast: Cast) -> str:
    found = crew.signed_in(cast.tokens["amelie"])
    assert found is not None
    return found[1].id


def _messages() -> int:
    with reading() as tx:
        return sum(row.kind == "push.send" for row in tx.execute(jobs.select()))
