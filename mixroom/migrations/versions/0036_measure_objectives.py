"""Measure objectives."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("gauge", sa.String(length=12), server_default="hand", nullable=False)
        )
        batch_op.add_column(sa.Column("channel", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("number", sa.Float(), nullable=True))
        batch_op.add_column(sa.Column("number_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.drop_column("number_on")
        batch_op.drop_column("number")
        batch_op.drop_column("channel")
        batch_op.drop_column("gauge")
