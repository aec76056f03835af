"""The journal, the jobs and the migrations, on both databases."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from mixroom.core import clock, ids, jobs, journal
from mixroom.core.db import UnreachableError, reading, transaction
from mixroom.core.jobs import Job, LostLeaseError
from mixroom.migrate import migrate
from mixroom.migrations.tables import metadata
from tests.servers import PATIENCE, Postgres, until

WRITERS, EACH = 8, 60


def test_a_reader_who_goes_on_from_the_last_number_misses_nothing(database: sa.Engine) -> None:
    """Writers commit in any order and some roll back; three readers read on as they write."""
    written: list[str] = []
    done = threading.Event()
    readers: list[list[journal.Entry]] = [[], [], []]

    def write(number: int) -> None:
        for n in range(EACH):
            key = ids.new()
            try:
                with transaction() as tx:
                    _record(tx, key)
                    if (n + number) % 5 == 0:
                        raise RuntimeError("roll back")  # noqa: TRY301
            except RuntimeError:
                continue
            written.append(key)

    def read(found: list[journal.Entry]) -> None:
        last = False
        while not last:
            last = done.is_set()
            with reading() as tx:
                found += journal.since(tx, found[-1].seq if found else 0, most=17)
            last = last and len(found) >= len(written)

    threads = [threading.Thread(target=read, args=(found,)) for found in readers]
    writers = [threading.Thread(target=write, args=(n,)) for n in range(WRITERS)]
    for thread in threads + writers:
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    for thread in threads:
        thread.join()
    for found in readers:
        assert [entry.seq for entry in found] == list(range(1, len(written) + 1))
        assert sorted(entry.key for entry in found) == sorted(written)


def test_of_two_who_record_and_hold_a_unique_job_one_waits_for_the_other(
    database: sa.Engine,
) -> None:
    with transaction() as tx:
        jobs.enqueue(tx, "toy", {}, unique="toy")
        job = jobs.claim(tx)
    assert job
    recorded, holds = threading.Event(), threading.Event()
    faults: list[BaseException] = []

    def finish() -> None:
        recorded.wait(PATIENCE)
        try:
            with transaction() as tx:
                jobs.finish(tx, job)
                holds.set()
                _record(tx, ids.new())
        except BaseException as error:
            faults.append(error)

    thread = threading.Thread(target=finish)
    thread.start()
    with transaction() as tx:
        _record(tx, ids.new())
        recorded.set()
        until(lambda: holds.is_set() or _someone_waits(database), "the other one to be there")
        jobs.enqueue(tx, "toy", {}, unique="toy")
    thread.join()
    assert faults == []


def _someone_waits(database: sa.Engine) -> bool:
    if database.dialect.name == "sqlite":  # where the other one cannot even begin
        return True
    with database.connect() as connection:
        query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(connection.exec_driver_sql(query).scalar())


def test_nothing_is_rung_for_what_was_rolled_back(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(journal.doorbell, "ring", lambda: rung.append(1))
    with pytest.raises(RuntimeError):
        _rolled_back()
    assert rung == []
    with transaction() as tx:
        _record(tx, ids.new())
        _record(tx, ids.new())
        assert rung == []
    assert rung == [1]


def test_a_reading_transaction_sees_one_moment_and_writes_nothing(database: sa.Engine) -> None:
    with reading() as tx:
        before = journal.latest(tx)
        with transaction() as other:
            _record(other, ids.new())
        assert journal.latest(tx) == before
    with reading() as tx:
        assert journal.latest(tx) == before + 1


def test_a_database_that_stays_locked_is_said_to_be_away(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.dialect.name == "postgresql":
        with transaction() as tx:
            tx.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            with database.connect() as other, other.begin():
                other.execute(journal.head.update().values(seq=journal.head.c.seq))
                with pytest.raises(UnreachableError):
                    _locked(tx)
        return
    monkeypatch.setattr("mixroom.core.db.PATIENCE", 0.1)
    with transaction(), pytest.raises(UnreachableError), transaction():
        pass


def test_every_job_runs_once_whoever_claims_it(database: sa.Engine) -> None:
    with transaction() as tx:
        wanted = {jobs.enqueue(tx, "test", {"n": n}) for n in range(60)}
    ran: list[str] = []

    def work() -> None:
        while job := _claimed():
            ran.append(job.id)
            with transaction() as tx:
                jobs.finish(tx, job)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ran) == sorted(wanted)


def test_jobs_are_claimed_by_priority(database: sa.Engine) -> None:
    with transaction() as tx:
        later = jobs.enqueue(tx, "test", {}, priority=5)
        first = jobs.enqueue(tx, "test", {}, priority=1)
    assert [_claimed().id, _claimed().id] == [first, later]  # type: ignore[union-attr]
    assert _claimed() is None


@pytest.fixture(params=["lease", "reclaim"])
def bury(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what makes a job of a dead worker due: its lease is over, or someone knows."""

    def known() -> None:
        with transaction() as tx:
            jobs.reclaim(tx)

    def over() -> None:
        _later(monkeypatch, jobs.LEASE + timedelta(seconds=1))

    return known if request.param == "reclaim" else over


def test_a_job_of_a_dead_worker_is_taken_over_and_its_result_is_refused(
    database: sa.Engine, bury: Callable[[], None]
) -> None:
    with transaction() as tx:
        jobs.enqueue(tx, "test", {})
    lost = _claimed()
    assert lost is not None
    assert _claimed() is None
    bury()
    taken = _claimed()
    assert taken is not None
    assert (taken.id, taken.tries, taken.lost) == (lost.id, 1, 1), "no fault of the job"
    with pytest.raises(LostLeaseError), transaction() as tx:
        jobs.finish(tx, lost)
    with transaction() as tx:
        jobs.finish(tx, taken)
    with reading() as tx:
        assert jobs.counts(tx) == {"done": 1}


def test_a_job_that_kills_its_worker_each_time_is_given_up_then_dead(
    database: sa.Engine, bury: Callable[[], None]
) -> None:
    with transaction() as tx:
        jobs.enqueue(tx, "test", {})
    seen = []
    for _ in range(jobs.MAX_LOST + 2):
        job = _claimed()
        seen.append(job and job.spent)
        bury()
    assert seen == [False] * jobs.MAX_LOST + [True, None]
    with reading() as tx:
        assert jobs.counts(tx) == {"dead": 1}


def test_a_failed_job_comes_again_later(
    database: sa.Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction() as tx:
        jobs.enqueue(tx, "test", {})
    job = _claimed()
    assert job is not None
    with transaction() as tx:
        jobs.fail(tx, job, "no luck")
    assert _claimed() is None
    _later(monkeypatch, jobs.PAUSES[0])
    assert _claimed() is not None


def test_the_migrations_make_the_tables_that_the_code_names(database: sa.Engine) -> None:
    with database.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, metadata) == []


def test_several_may_migrate_at_once(postgres: Postgres, tmp_path: Any) -> None:
    import subprocess
    import sys

    from mixroom.settings import ROOT

    for url in (f"sqlite:///{tmp_path}/fresh.db", postgres.create(f"fresh_{ids.new()}")):
        env = {"DATABASE_URL": url, "MIXROOM_VAR": str(tmp_path / "var"), "PATH": ""}
        command = [sys.executable, "-m", "mixroom", "migrate", "--json"]
        at_once = [
            subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE) for _ in range(3)
        ]
        said = [process.communicate(timeout=60)[0] for process in at_once]
        assert [process.returncode for process in at_once] == [0, 0, 0]
        assert len(set(said)) == 1


def test_migrating_again_changes_nothing(database: sa.Engine) -> None:
    with transaction() as tx:
        _record(tx, ids.new())
    migrate()
    with reading() as tx:
        assert journal.latest(tx) == 1


def _rolled_back() -> None:
    with transaction() as tx:
        _record(tx, ids.new())
        raise RuntimeError


def _record(tx: sa.Connection, key: str) -> None:
    journal.record(tx, "test.done", event_id="e1", key=key, owner="o", by="b")


def _locked(tx: sa.Connection) -> None:
    with transaction() as inner:
        inner.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
        journal.record(inner, "x", event_id="e", key="k", owner="o", by="b")


def _claimed() -> Job | None:
    with transaction() as tx:
        return jobs.claim(tx)


def _later(monkeypatch: pytest.MonkeyPatch, wait: timedelta) -> None:
    moment = clock.now() + wait
    monkeypatch.setattr(clock, "now", lambda: moment)
