"""The review desk: claims, how something is shown, and what a submission said in each version."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("submission", sa.Column("claimed_by", sa.String(length=36), nullable=True))
    for name in ("claimed_until", "show_at", "pinned_until", "corrected_at", "goes_at"):
        op.add_column("submission", sa.Column(name, moment, nullable=True))
    for name in ("key_moment", "press", "everywhere"):
        op.add_column(
            "submission",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()),
        )
    op.add_column("submission", sa.Column("stale", sa.String(length=2), nullable=True))
    op.add_column("person", sa.Column("trusted_by", sa.String(length=36), nullable=True))
    op.create_table(
        "revision",
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_revision_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("submission_id", "version", name=op.f("pk_revision")),
    )

    op.create_table(
        "reason_list",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("fact", sa.String(length=32), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_reason_list_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "fact", name=op.f("pk_reason_list")),
    )


def downgrade() -> None:
    op.drop_table("reason_list")
    op.drop_table("revision")
    op.drop_column("person", "trusted_by")
    names = (
        "stale",
        "goes_at",
        "corrected_at",
        "everywhere",
        "press",
        "key_moment",
        "pinned_until",
        "show_at",
    )
    for name in (*names, "claimed_until", "claimed_by"):
        op.drop_column("submission", name)
