"""Migration of the database; several processes may try at once, and one does it."""

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
from mixroom.core.errors import StartError

FOLDER = Path(__file__).resolve().parent / "migrations"
LOCK = 0x6D_69_78  # number of PostgreSQL's advisory lock: "mix"


def migrate() -> str:
    """Migrate the database to the newest revision and return it; raises StartError."""
    try:
        return _migrated()
    except sa.exc.SQLAlchemyError as error:
        raise StartError(_unusable(error)) from error
    except OSError as error:
        raise StartError(_unwritable(error)) from error


def _migrated() -> str:
    with _alone(), db.engine().connect() as connection:
        _must_be_known(MigrationContext.configure(connection).get_current_revision())
        if connection.dialect.name == "sqlite":
            # Batch mode rebuilds tables; foreign keys would then delete the rows of child tables.
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
    """Return a sentence on why the database does not fit this release, or None if it does."""
    try:
        with db.engine().connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        _must_be_known(present)
    except sa.exc.SQLAlchemyError as error:
        return _unusable(error)
    except StartError as error:
        return str(error)
    if present == head():
        return None
    return f"The database is at {present or 'nothing'}, not at {head()}: run `mixroom migrate`."


def must_fit() -> None:
    """Raise StartError if the database does not fit this release."""
    if unfit := fault():
        raise StartError(unfit)


def _must_be_known(revision: str | None) -> None:
    known = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    if revision is not None and revision not in known:
        raise StartError(
            f"La base de données est plus récente ({revision}) que ce Mixroom ({head()}) : "
            "installez la version qui l’a faite, ou restaurez une copie plus ancienne. · The "
            f"database is newer ({revision}) than this Mixroom ({head()}): install the release "
            "that made it, or restore an older copy."
        )


def _unusable(error: sa.exc.SQLAlchemyError) -> str:
    """Return a sentence on why a database cannot be used, such as a file that is not SQLite's."""
    words = str(getattr(error, "orig", None) or type(error).__name__).strip().splitlines()
    why = words[0] if words else type(error).__name__
    url = db.engine().url
    place = url.database if url.get_backend_name() == "sqlite" else url.render_as_string()
    return (
        f"DATABASE_URL: la base de données {place} est inutilisable ({why}). Vérifiez qu’elle est "
        f"bien celle de Mixroom, ou nommez-en une autre. · The database {place} cannot be used "
        f"({why}). See that it is Mixroom’s, or name another one."
    )


def _unwritable(error: OSError) -> str:
    return (
        f"DATABASE_URL: impossible d’écrire {error.filename} ({error.strerror}). Donnez ce dossier "
        f"à ce compte, ou choisissez-en un autre. · {error.filename} cannot be written "
        f"({error.strerror}). Give the folder to this user, or choose another one."
    )


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def _alone() -> Iterator[None]:
    """Exclude other processes: by a file beside SQLite's, or an advisory lock in PostgreSQL."""
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
