"""Keep the tables small and quick: indexes, the journal's floor, the subject of a job."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("job") as batch:
        batch.add_column(sa.Column("about", sa.String(36)))
        batch.add_column(sa.Column("delay", sa.Float))
        batch.create_index(op.f("ix_job_about"), ["about"])
        batch.create_index("ix_job_state_run_at", ["state", "run_at"])
    with op.batch_alter_table("journal_head") as batch:
        batch.add_column(sa.Column("floor", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_journal_owner_seq", "journal", ["owner", "seq"])
    op.create_index("ix_journal_key_seq", "journal", ["key", "seq"])
    op.create_index("ix_journal_name_at", "journal", ["name", "at"])
    op.create_index(op.f("ix_idempotency_at"), "idempotency", ["at"])
    op.create_index(op.f("ix_revision_at"), "revision", ["at"])


def downgrade() -> None:
    op.drop_index(op.f("ix_revision_at"), "revision")
    op.drop_index(op.f("ix_idempotency_at"), "idempotency")
    op.drop_index("ix_journal_name_at", "journal")
    op.drop_index("ix_journal_key_seq", "journal")
    op.drop_index("ix_journal_owner_seq", "journal")
    with op.batch_alter_table("journal_head") as batch:
        batch.drop_column("floor")
    with op.batch_alter_table("job") as batch:
        batch.drop_index("ix_job_state_run_at")
        batch.drop_index(op.f("ix_job_about"))
        batch.drop_column("delay")
        batch.drop_column("about")
