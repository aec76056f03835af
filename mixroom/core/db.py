"""The database: `with transaction() as tx:` to write, `with reading() as tx:` to read.

SQLite and PostgreSQL behave alike: a transaction sees one consistent state, and a writer waits for
another writer instead of failing.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.pool import QueuePool

from mixroom.core import postgres
from mixroom.core.errors import UnavailableError

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

PATIENCE = 10.0  # seconds that a SQLite writer waits for its turn
_LOCKED = 0.002  # seconds between two attempts; other green threads run meanwhile
_engine: sa.Engine | None = None


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A column of times, which are aware and in UTC in Python on both databases."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Convert to UTC, and drop the zone for SQLite, which cannot keep it."""
        if value is None:
            return None
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Return an aware time in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class UnreachableError(UnavailableError):
    """The database does not answer, or stays locked."""

    code = "database_unavailable"


class DatabaseFullError(UnavailableError):
    """The database's disk is full."""

    code = "database_full"


def connect(url: str) -> sa.Engine:
    """Open the engine of this process."""
    global _engine
    _engine = _sqlite(url) if url.startswith("sqlite") else postgres.engine(make_url(url))
    return _engine


def engine() -> sa.Engine:
    """Return the engine of this process."""
    assert _engine is not None, "connect() first"
    return _engine


@contextmanager
def transaction() -> Iterator[sa.Connection]:
    """Open a transaction to write; after its commit, call the functions of `after_commit`.

    The commit is all or nothing. Raises UnreachableError if the database cannot be reached or
    stays locked, and DatabaseFullError if its disk is full.
    """
    with _connection() as tx:
        _begin(tx, "BEGIN IMMEDIATE")
        tx.info["after_commit"] = {}
        with tx.begin():
            yield tx
        calls = tx.info.pop("after_commit")
    for call in calls:
        call()


@contextmanager
def reading(patience: float | None = None) -> Iterator[sa.Connection]:
    """Open a transaction that reads one consistent state and cannot write.

    `patience` limits the wait for each answer of PostgreSQL, in seconds. Raises UnreachableError
    if the database cannot be reached.
    """
    with postgres.patience(patience), _connection() as tx:
        if tx.dialect.name == "postgresql":
            tx.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        _begin(tx, "BEGIN")
        with tx.begin():
            yield tx


def insert_new(tx: sa.Connection, table: sa.Table, **values: Any) -> bool:
    """Insert a row unless its key exists; return whether it was inserted.

    If two transactions insert the same key at once, one waits for the other to commit.
    """
    return tx.execute(_insertion(table, tx.dialect.name), values).first() is not None


def after_commit(tx: sa.Connection, call: Callable[[], None]) -> None:
    """Register a function to call once after this transaction commits, however often registered."""
    tx.info["after_commit"][call] = True


@cache
def _insertion(table: sa.Table, dialect: str) -> Any:
    """Return the statement of `insert_new`, which is dear to build."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing().returning(sa.literal(1))


@contextmanager
def _connection() -> Iterator[sa.Connection]:
    try:
        connection = engine().connect()
    except (sa.exc.OperationalError, sa.exc.TimeoutError) as error:
        raise UnreachableError from error
    with connection:
        try:
            yield connection
        except sa.exc.DBAPIError as error:
            if _is_full(error):
                raise DatabaseFullError from error
            if error.connection_invalidated or _gave_up(error):
                raise UnreachableError from error
            raise


def _gave_up(error: sa.exc.DBAPIError) -> bool:
    """Return whether PostgreSQL gave up: time-out, deadlock, shutdown, too many connections."""
    state = getattr(error.orig, "sqlstate", None) or ""
    return state in ("55P03", "57014", "40P01", "57P01", "57P03", "53300")


def _is_full(error: sa.exc.DBAPIError) -> bool:
    """Return whether the disk was full: PostgreSQL's disk_full, or SQLite's codes for it."""
    if getattr(error.orig, "sqlstate", None) == "53100":
        return True
    return isinstance(error.orig, sqlite3.OperationalError) and (
        error.orig.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
    )


def _begin(tx: sa.Connection, statement: str) -> None:
    """Start a SQLite transaction, waiting for other writers without blocking the process.

    SQLite's own busy handler sleeps in C: in the web process that stops every green thread, even
    the one that holds the lock. PostgreSQL does not need this.
    """
    if tx.dialect.name != "sqlite":
        return
    raw = tx.connection.cursor()
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            raw.execute(statement)
            raw.execute("SELECT 1 FROM sqlite_schema LIMIT 1")  # takes the snapshot now
        except Exception as error:
            if raw.connection.in_transaction:
                raw.execute("ROLLBACK")
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise UnreachableError from error
            time.sleep(_LOCKED)
        else:
            return


def _sqlite(url: str) -> sa.Engine:
    created = sa.create_engine(
        url,
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=20,
        connect_args={"check_same_thread": False, "isolation_level": None, "timeout": 0},
    )

    @sa.event.listens_for(created, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # an answered 201 survives a power cut
            "foreign_keys=ON",
            "busy_timeout=0",
        ):
            _run_pragma(connection, f"PRAGMA {pragma}")

    return created


def _run_pragma(connection: Any, statement: str) -> None:
    """Run a pragma, retrying while the file is locked: switching to WAL needs it exclusively."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute(statement).fetchall()
        except Exception as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_LOCKED)
        else:
            return
