"""The time of capture of each submission; those that are there already count where they arrived."""

import sqlalchemy as sa
from alembic import op

from mixroom.core.db import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

INDEX = "ix_submission_captured_at"


def upgrade() -> None:
    op.add_column("submission", sa.Column("captured_at", UtcDateTime))
    op.add_column("submission", sa.Column("captured_before", UtcDateTime))
    op.add_column(
        "submission",
        sa.Column("clock_wrong", sa.Boolean, nullable=False, server_default=sa.false()),
    )
    op.execute("UPDATE submission SET captured_at = submitted_at")
    op.create_index(INDEX, "submission", ["event_id", "status", "captured_at", "id"])


def downgrade() -> None:
    op.drop_index(INDEX, "submission")
    for column in ("captured_at", "captured_before", "clock_wrong"):
        op.drop_column("submission", column)
