"""How quick the database's own work is once its tables have grown.

    .venv/bin/python bench/tables.py [--postgresql] [ROWS]

Fills the journal, the jobs (done, all but a few), the answers to idempotency keys and the versions
of texts with ROWS rows each (200,000), and times what the server does again and again, and one
batch of what the worker forgets; medians and the worst, in milliseconds.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

from mixroom.submissions import answers
from mixroom.submissions import rows as submission_rows

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import sqlalchemy as sa

from mixroom.core import clock, db, doorbell, ids, jobs, journal
from mixroom.core.db import reading, transaction
from mixroom.migrate import migrate
from mixroom.retention import BATCH, retentions
from mixroom.review.live import VIEW
from mixroom.submissions.moves import Fact
from tests.cast import Cast, enter
from tests.crowd import fill
from tests.servers import Postgres

THINGS = 2000  # submissions that all of it is about
TIMES = 30


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="?", type=int, default=200_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        url = f"sqlite:///{name}/tables.db"
        if given.postgresql:
            postgres = Postgres(Path(name) / "postgres")
            postgres.start()
            stack.callback(postgres.stop)
            url = postgres.create("tables")
        engine = db.connect(url)
        stack.callback(engine.dispose)
        doorbell.place(url)
        migrate()
        cast = enter()
        print(f"{engine.dialect.name}, {given.rows} rows in each of four tables; ms")
        grow(cast, given.rows)
        for title, act in measured(cast).items():
            took = sorted(timed(act) for _ in range(TIMES))
            print(f"  {title}: median {statistics.median(took):.1f}  worst {took[-1]:.1f}")


def grow(cast: Cast, rows: int) -> None:
    """Fill the four tables with what is three days old and more, and analyze them."""
    fill(cast, THINGS)
    with reading() as tx:
        things = list(tx.scalars(sa.select(submission_rows.submissions.c.id)))
        seq = journal.latest(tx)
    then = clock.now() - timedelta(days=10)
    about = {"event_id": cast.event.id, "owner": cast.driss.id, "by": cast.ben.id, "at": then}
    names = [Fact.CLAIMED, Fact.RELEASED, Fact.EDITED, Fact.AMENDED]
    done = {"kind": "push.send", "payload": "{}", "state": "done", "priority": 5, "tries": 1}
    said = {"fingerprint": "0" * 64, "answer": "{}", "at": then}
    text = {"by": cast.driss.id, "at": then, "content": "x" * 400}

    def rows_of(make: Callable[[int], dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
        for start in range(0, rows, 5000):
            yield [make(n) for n in range(start, min(rows, start + 5000))]

    tables: list[tuple[sa.Table, Callable[[int], dict[str, Any]]]] = [
        (
            journal.entries,
            lambda n: about | {"seq": seq + 1 + n, "name": names[n % 4], "key": things[n % THINGS]},
        ),
        (jobs.jobs, lambda n: done | {"id": ids.new(), "run_at": then, "about": things[n % 2000]}),
        (answers.answers, lambda n: said | {"person_id": cast.driss.id, "key": str(n)}),
        (
            submission_rows.revisions,
            lambda n: text | {"submission_id": things[n % THINGS], "version": 10 + n // THINGS},
        ),
    ]
    for table, make in tables:
        for batch in rows_of(make):
            with transaction() as tx:
                tx.execute(table.insert(), batch)
    with transaction() as tx:
        tx.execute(journal.head.update().values(seq=seq + rows))
        for _ in range(TIMES + 5):
            jobs.enqueue(tx, "media.process", {"media_id": ids.new()})
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def measured(cast: Cast) -> dict[str, Callable[[], None]]:
    """Return what is timed."""
    with reading() as tx:
        key = tx.scalar(sa.select(submission_rows.submissions.c.id).limit(1)) or ""

    def write(act: Callable[[sa.Connection], object]) -> Callable[[], None]:
        def once() -> None:
            with transaction() as tx:
                act(tx)

        return once

    def read(act: Callable[[sa.Connection], object]) -> Callable[[], None]:
        def once() -> None:
            with reading() as tx:
                act(tx)

        return once

    before = clock.now() - timedelta(days=1)
    forget = {
        f"forget {BATCH} old {name}": write(lambda tx, act=act: act(tx, before, BATCH))
        for name, (_, act) in zip(
            ("jobs", "answers", "facts", "versions"), retentions(), strict=True
        )
    }
    return {
        "a job is claimed": write(jobs.claim),
        "no job is due": write(lambda tx: jobs.claim(tx, only=["none"])),
        "the clock is minded": write(jobs.correct_times),
        "is there anything new?": read(journal.latest),
        "what happened to one thing": read(lambda tx: journal.about(tx, cast.event.id, key)),
        "the last 2,000 changes of a list": read(
            lambda tx: journal.last_changes(tx, "event", cast.event.id, VIEW.facts, 2000)
        ),
        "a fact is recorded": write(
            lambda tx: journal.record(
                tx, Fact.EDITED, event_id=cast.event.id, key=key, owner=key, by=key
            )
        ),
        **forget,
    }


def timed(act: Callable[[], None]) -> float:
    """Return how long it takes, in milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
