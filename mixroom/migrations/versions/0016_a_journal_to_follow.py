"""Let the journal be followed for long: cursors, particulars, an index by time; unique jobs."""

import sqlalchemy as sa
from alembic import op

from mixroom.core.db import UtcDateTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journal_cursor",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("at", UtcDateTime, nullable=False),
    )
    op.add_column("journal", sa.Column("particulars", sa.Text))
    op.create_index("ix_journal_event_id_at", "journal", ["event_id", "at"])
    with op.batch_alter_table("job") as batch:
        batch.add_column(sa.Column("unique_key", sa.String(80)))
        batch.create_unique_constraint(op.f("uq_job_unique_key"), ["unique_key"])


def downgrade() -> None:
    with op.batch_alter_table("job") as batch:
        batch.drop_constraint(op.f("uq_job_unique_key"))
        batch.drop_column("unique_key")
    op.drop_index("ix_journal_event_id_at", "journal")
    op.drop_column("journal", "particulars")
    op.drop_table("journal_cursor")
