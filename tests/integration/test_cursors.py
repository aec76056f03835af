"""Readers of the journal that come back after days, and jobs of which there is one at a time."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from mixroom.core import clock, cursors, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.core.handlers import Handlers, Periodic
from mixroom.work import Worker
from tests.servers import Server


def test_each_fact_is_handled_once_though_a_reader_dies(database: sa.Engine) -> None:
    event = ids.new()
    written = [_record(event) for _ in range(60)]
    handled: list[str] = []
    lives = iter(range(100))

    def handle() -> bool:
        """Take seven facts; every third life ends before its transaction does."""
        with transaction() as tx:
            at = cursors.hold(tx, "webhook")
            found = journal.since(tx, at, event_id=event, most=7)
            if not found:
                return False
            if next(lives) % 3 == 0:
                raise RuntimeError("killed")
            cursors.move(tx, "webhook", found[-1].seq)
        handled.extend(entry.key for entry in found)
        return True

    def live() -> None:
        going = True
        while going:
            try:
                going = handle()
            except RuntimeError:
                continue

    threads = [threading.Thread(target=live) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(handled) == sorted(written)


def test_a_cursor_never_goes_back(database: sa.Engine) -> None:
    with transaction() as tx:
        assert cursors.hold(tx, "impact", start=5) == 5
        cursors.move(tx, "impact", 9)
        cursors.move(tx, "impact", 7)
        assert cursors.hold(tx, "impact") == 9


def test_what_a_slow_cursor_has_not_read_is_kept(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = ids.new()
    old = [_record(event, "passing.fact") for _ in range(4)]
    with transaction() as tx:
        seqs = [entry.seq for entry in journal.since(tx, 0, event_id=event)]
        cursors.hold(tx, "coverage", start=seqs[1])
    later = clock.now() + timedelta(days=4)
    with transaction() as tx:
        assert journal.forget_passing(tx, ["passing.fact"], later, 100) == 2
        left = [entry.key for entry in journal.since(tx, 0, event_id=event)]
        assert left == old[2:]
        cursors.drop(tx, "coverage")
        assert journal.forget_passing(tx, ["passing.fact"], later, 100) == 2


def test_particulars_come_back_as_they_were_told(database: sa.Engine) -> None:
    event = ids.new()
    with transaction() as tx:
        told = {"media": ids.new(), "parts": [1, "deux", None]}
        entry = journal.record(
            tx, "thing.done", event_id=event, key=event, owner=event, by=event, particulars=told
        )
    _record(event)
    with reading() as tx:
        [first, second] = journal.since(tx, entry.seq - 1, event_id=event)
        [about, *_] = journal.about(tx, event, event)
        since, until = entry.at, entry.at + timedelta(hours=1)
        [between] = journal.between(tx, event, since, until, ["thing.done"])
        assert journal.between(tx, event, until, until, ["thing.done"]) == []
    assert first.particulars == about.particulars == between.particulars == told
    assert second.particulars == {}


def test_a_unique_job_is_there_once_while_it_is_not_over(database: sa.Engine) -> None:
    with transaction() as tx:
        first = jobs.enqueue(tx, "test", {}, unique="one")
        assert jobs.enqueue(tx, "test", {}, unique="one") is None
        assert jobs.enqueue(tx, "test", {}, unique="other")
        assert jobs.enqueue(tx, "test", {})
    assert first is not None
    with transaction() as tx:
        job = jobs.claim(tx)
        assert job is not None
        assert job.id == first
        assert jobs.enqueue(tx, "test", {}, unique="one") is None, "it runs"
        jobs.finish(tx, job)
        assert jobs.enqueue(tx, "test", {}, unique="one")


@pytest.mark.parametrize("server", ["embedded"], indirect=True)
def test_a_periodic_job_is_done_by_one_of_several_workers(
    server: Server, monkeypatch: pytest.MonkeyPatch, database: sa.Engine
) -> None:
    done: list[str] = []
    just_started = SimpleNamespace(monotonic=lambda: 60.0)  # a machine, a minute ago
    monkeypatch.setattr("mixroom.work.time", just_started)

    def sweep(_files: object) -> None:
        done.append("sweep")
        if len(done) == 1:
            raise ValueError("once")

    periodic = (Periodic("test.sweep", timedelta(hours=1), sweep),)
    monkeypatch.setattr("mixroom.work.handlers", lambda _settings: [Handlers(periodic=periodic)])
    workers = [Worker(server.settings) for _ in range(2)]
    for _ in range(3):
        for worker in workers:
            while worker.step():
                pass
    assert done == ["sweep"], "its failure is tried again in five seconds, not at once"
    with transaction() as tx:
        tx.execute(jobs.jobs.update().values(run_at=clock.now()))
    for worker in workers * 2:
        while worker.step():
            pass
    assert done == ["sweep", "sweep"]
    with reading() as tx:
        [waiting] = tx.execute(
            sa.select(jobs.jobs).where(
                jobs.jobs.c.kind == "test.sweep", jobs.jobs.c.state == "waiting"
            )
        )
    assert waiting.run_at > clock.now() + timedelta(minutes=59)


def _record(event: str, name: str = "thing.changed") -> str:
    key = ids.new()
    with transaction() as tx:
        journal.record(tx, name, event_id=event, key=key, owner=key, by=key)
    return key
