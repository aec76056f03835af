"""Feed Museomix Global."""

from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message_post", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_post_event_id_channel", ["event_id", "channel", "at"], unique=False
        )

    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index(
            "ix_submission_everywhere", ["event_id", "everywhere", "decided_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_everywhere")

    with op.batch_alter_table("message_post", schema=None) as batch_op:
        batch_op.drop_index("ix_message_post_event_id_channel")
