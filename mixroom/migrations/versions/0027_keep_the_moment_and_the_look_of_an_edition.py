"""Keep the moment and the look of an edition."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moment", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("look", sa.Text(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("skipped", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("event", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("skipped")
        batch_op.drop_column("look")
        batch_op.drop_column("moment")
