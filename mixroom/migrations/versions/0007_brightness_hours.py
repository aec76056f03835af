"""Hours of the day in which a screen has less light: none so far."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

screens = sa.table("screen", sa.column("person_id"), sa.column("settings"))


def upgrade() -> None:
    for person_id, settings in op.get_bind().execute(sa.select(screens)).all():
        _save(person_id, json.loads(settings) | {"dims": []})


def downgrade() -> None:
    for person_id, kept in op.get_bind().execute(sa.select(screens)).all():
        settings = json.loads(kept)
        settings.pop("dims")
        _save(person_id, settings)


def _save(person_id: str, settings: dict[str, object]) -> None:
    row = screens.update().where(screens.c.person_id == person_id)
    op.execute(row.values(settings=json.dumps(settings)))
