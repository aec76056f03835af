"""How a photo is to be shown, and what its renditions show."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("media") as batch:
        batch.add_column(sa.Column("retouching", sa.Text))
        batch.add_column(sa.Column("burnt", sa.Text))


def downgrade() -> None:
    with op.batch_alter_table("media") as batch:
        for name in ("burnt", "retouching"):
            batch.drop_column(name)
