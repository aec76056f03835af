"""No table only grows, and nothing waits for a clock that was set back."""

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mixroom import retention
from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.materialized import MaterializedViews
from mixroom.core.text import Bilingual
from mixroom.review import actions as review
from mixroom.review.live import VIEW as REVIEW
from mixroom.submissions import actions as submissions
from mixroom.submissions import answers, rows, store
from mixroom.submissions.content import Content, Kind
from mixroom.submissions.model import Claim
from mixroom.submissions.moves import Fact
from tests.cast import Cast

TABLES = (journal.entries, answers.answers, jobs.jobs, rows.revisions)


class Calendar:
    """The clock, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real, self.shift = clock.now, timedelta()
        monkeypatch.setattr(clock, "now", lambda: real() + self.shift)


@pytest.fixture
def calendar(monkeypatch: pytest.MonkeyPatch) -> Calendar:
    """The clock of this test."""
    return Calendar(monkeypatch)


def test_what_nobody_asks_for_any_more_is_forgotten_and_nothing_else(
    cast: Cast, calendar: Calendar
) -> None:
    key = _send(cast)
    for _ in range(3):
        review.claim(cast.ben, key)
        review.release(cast.ben, key)
    review.approve(cast.ben, key)
    _finish_jobs()
    calendar.shift = timedelta(days=8)
    before = _counts()
    assert retention.sweep() > 0
    after = _counts()
    assert after["idempotency"] == 0
    assert after["revision"] == before["revision"]
    with reading() as tx:
        kept = [each.name for each in journal.about(tx, cast.event.id, key)]
        undone = tx.scalars(sa.select(jobs.jobs.c.state).distinct()).all()
    assert kept == [Fact.SUBMITTED, Fact.APPROVED]
    assert "done" not in undone
    assert retention.sweep() == 0


def test_a_follower_from_before_the_floor_gets_the_list_anew(
    cast: Cast, calendar: Calendar
) -> None:
    key = _send(cast)
    with reading() as tx:
        then = journal.latest(tx)
    review.claim(cast.ben, key)
    review.release(cast.ben, key)
    calendar.shift = timedelta(days=4)
    retention.sweep()
    lists = MaterializedViews()
    answer = lists.get(REVIEW, cast.event.id).answer(then, lists.position)
    assert '"reset":true' in answer
    assert key in answer


def test_old_versions_go_but_the_first_and_the_last(cast: Cast, calendar: Calendar) -> None:
    key = _send(cast)
    for number in range(4):
        submissions.edit(cast.driss, key, _content(f"version {number}"))
    calendar.shift = timedelta(days=401)
    retention.sweep()
    with reading() as tx:
        left = [each.content.text.fr for each in store.revisions_of(tx, key)]
    assert left == ["Bonjour", "version 3"]


@pytest.mark.parametrize("back", [timedelta(hours=1), timedelta(days=400)])
def test_a_clock_that_is_set_back_keeps_no_job_waiting(
    cast: Cast, calendar: Calendar, back: timedelta
) -> None:
    soon = _job(after=timedelta(seconds=20))
    running = _job(after=timedelta())
    with transaction() as tx:
        assert jobs.claim(tx, only=["test"]).id == running
    calendar.shift = -back
    with transaction() as tx:
        jobs.correct_times(tx)
    calendar.shift = jobs.LEASE + timedelta(seconds=1) - back
    claimed = set()
    with transaction() as tx:
        while (job := jobs.claim(tx, only=["test"])) is not None:
            claimed.add(job.id)
    assert claimed == {soon, running}


def test_what_people_set_for_a_time_waits_for_that_time(cast: Cast, calendar: Calendar) -> None:
    with transaction() as tx:
        at = clock.now() + timedelta(hours=2)
        jobs.enqueue(tx, "test", {"key": ids.new()}, at=at)
    calendar.shift = -timedelta(hours=1)
    with transaction() as tx:
        jobs.correct_times(tx)
    calendar.shift = timedelta(hours=1, minutes=59)
    with transaction() as tx:
        assert jobs.claim(tx, only=["test"]) is None
    calendar.shift = timedelta(hours=2, minutes=1)
    with transaction() as tx:
        assert jobs.claim(tx, only=["test"]) is not None


@given(steps=st.lists(st.timedeltas(timedelta(days=-2), timedelta(days=2)), max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_ids_stay_in_order_whatever_the_clock_does(
    steps: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = clock.now()
    made = []
    for step in steps:
        moment += step
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        made.append(ids.new())
    monkeypatch.undo()
    assert made == sorted(made)


@given(st.timedeltas(timedelta(seconds=-90), timedelta(days=30)))
def test_a_claim_keeps_nobody_out_for_longer_than_a_claim_lasts(until: timedelta) -> None:
    now = datetime.fromisoformat("2026-11-07T20:00:00+00:00")
    claim = Claim("ben", now + until)
    later = now + timedelta(seconds=76)
    assert not (claim.bars("amelie", now) and claim.bars("amelie", later))
    assert not claim.bars("ben", now)


def _send(cast: Cast) -> str:
    key = ids.new()
    submissions.submit(cast.driss, _content("Bonjour"), key=key, submission_id=key)
    return key


def _content(text: str) -> Content:
    return Content(Kind.POST, text=Bilingual(text))


def _job(after: timedelta) -> str:
    with transaction() as tx:
        return jobs.enqueue(tx, "test", {"key": ids.new()}, after=after)


def _finish_jobs() -> None:
    with transaction() as tx:
        _ = tx.execute(jobs.jobs.update().values(state="done"))


def _counts() -> dict[str, int]:
    with reading() as tx:
        return {
            table.name: tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in TABLES
        }
