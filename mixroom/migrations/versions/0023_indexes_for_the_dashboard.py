"""Indexes for the state of the queue, which the dashboard shows."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_submission_decided_at": ["event_id", "decided_at"],
    "ix_submission_claimed_by": ["event_id", "claimed_by"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "submission", columns)


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "submission")
