"""Bring the database to head; several processes may try at once, one does it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from mixroom.core import db

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 0x6D_69_78  # PostgreSQL's advisory lock: "mix"


def migrate() -> str:
    """Bring the database to head; return the revision."""
    with _alone(), db.engine().connect() as connection:
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; with foreign keys on that would empty their children.
            connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        try:
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
        finally:
            if connection.dialect.name == "sqlite":
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                connection.exec_driver_sql("PRAGMA foreign_keys=ON")
                assert not broken, f"the migration broke {broken}"
    return head()


def head() -> str:
    """Return the newest revision that this release knows."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None
    return revision


def fault() -> str | None:
    """Say, in a sentence, why the database does not fit this release; None where it does."""
    try:
        with db.engine().connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
    except sa.exc.SQLAlchemyError as error:
        return f"The database does not answer ({type(error).__name__}): check DATABASE_URL."
    if present == head():
        return None
    return f"The database is at {present or 'nothing'}, not at {head()}: run `mixroom migrate`."


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other processes out: by a file beside SQLite's, by an advisory lock in PostgreSQL."""
    engine = db.engine()
    if engine.dialect.name == "sqlite":
        assert engine.url.database is not None
        path = Path(f"{engine.url.database}.migrate")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        return
    with engine.connect() as connection:
        connection.exec_driver_sql("SET lock_timeout = 0; SET statement_timeout = 0")
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK})
