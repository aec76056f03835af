"""Fixtures for all tests: a database of each kind, the cast, and the whole of Mixroom running."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from mixroom.core import clock, db, doorbell, ids, journal
from mixroom.core.disk import DiskStore
from mixroom.core.files import Store
from mixroom.migrate import migrate
from mixroom.migrations.tables import metadata
from tests.cast import Cast, cast_at, enter
from tests.servers import Postgres, Redis, Server, embedded_in, running, scaled_in

LAYOUTS = ("embedded", "scaled")  # SQLite alone; PostgreSQL, Redis and two web processes


@pytest.fixture(autouse=True)
def clock_goes_right() -> Iterator[None]:
    """Undo whatever a test does to the program's clock, also in the ids that it made meanwhile."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", clock.now)
        patch.setattr(ids, "_latest", ids._latest)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server for the session.

    It is not in pytest's folder, which another run of the same user closes to everyone else.
    """
    with tempfile.TemporaryDirectory(prefix="mixroom-") as folder:
        server = Postgres(Path(folder) / "cluster")
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Redis]:
    """A Redis server for the session."""
    server = Redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = db.connect(f"sqlite:///{path}")
    migrate()
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_database(postgres: Postgres) -> str:
    """A migrated PostgreSQL database, emptied for each test."""
    url = postgres.create("mixroom")
    engine = db.connect(url)
    migrate()
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """An empty database of each kind, connected."""
    if request.param == "sqlite":
        path = tmp_path / "test.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
        engine = db.connect(url)
        sa.event.listen(engine, "connect", _hurry)
    else:
        url = request.getfixturevalue("postgres_database")
        engine = db.connect(url)
        _empty(engine)
    doorbell.place(url)
    yield engine
    engine.dispose()


@pytest.fixture
def cast(database: sa.Engine) -> Cast:
    """The cast, at an event of their own."""
    return enter()


@pytest.fixture
def files(tmp_path: Path) -> Store:
    """An empty media store."""
    return DiskStore(tmp_path / "uploads")


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole of Mixroom, running as one program on SQLite."""
    with running(embedded_in(tmp_path_factory.mktemp("embedded"))) as started:
        yield started


@pytest.fixture(scope="session")
def scaled(
    tmp_path_factory: pytest.TempPathFactory, postgres: Postgres, redis_server: Redis
) -> Iterator[Server]:
    """The whole of Mixroom, running as several processes on PostgreSQL and Redis."""
    with running(scaled_in(tmp_path_factory.mktemp("scaled"), postgres, redis_server)) as started:
        yield started


@pytest.fixture(scope="module", params=LAYOUTS)
def server(request: pytest.FixtureRequest) -> Server:
    """The whole of Mixroom, running, in each layout; tests reach its database too."""
    started: Server = request.getfixturevalue(request.param)
    return started


@pytest.fixture
def guests(server: Server) -> Iterator[Cast]:
    """The cast, at the running server."""
    with cast_at(server) as cast:
        yield cast


def _hurry(connection: sqlite3.Connection, _: object) -> None:
    """Have SQLite not wait for the disk: nobody cuts the power between two tests."""
    connection.execute("PRAGMA synchronous = OFF")


def _empty(engine: sa.Engine) -> None:
    """Leave no row; with the few of a test, DELETE takes a hundredth of what TRUNCATE takes."""
    tables = reversed(metadata.sorted_tables)
    with engine.begin() as tx:
        tx.exec_driver_sql("; ".join(f"DELETE FROM {table.name}" for table in tables))
        tx.execute(journal.head.insert().values(seq=0))
