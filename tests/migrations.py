"""A database brought to any revision, up or down, as Alembic does it."""

from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from mixroom.migrate import FOLDER

DOWN = command.downgrade


def migrated(engine: sa.Engine, revision: str, how: Any = command.upgrade) -> None:
    """Bring a database to a revision."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        how(config, revision)
        connection.commit()
