"""Requests to the crew, and the request that a submission answers."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_request_event_id": ["event_id", "id"],
    "ix_request_event_id_status": ["event_id", "status", "id"],
    "ix_request_ended_at": ["event_id", "ended_at"],
    "ix_request_moment": ["event_id", "moment"],
}


def upgrade() -> None:
    op.create_table(
        "request",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("by", sa.String(36)),
        sa.Column("text_fr", sa.String(280)),
        sa.Column("text_en", sa.String(280)),
        sa.Column("team_fr", sa.String(120)),
        sa.Column("team_en", sa.String(120)),
        sa.Column("place_fr", sa.String(120)),
        sa.Column("place_en", sa.String(120)),
        sa.Column("kind", sa.String(8)),
        sa.Column("lang", sa.String(2)),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True)),
        sa.Column("moment", sa.String(200)),
        sa.Column("alarm", sa.String(200)),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("to_role", sa.String(24)),
        sa.Column("to_person", sa.String(36)),
        sa.Column("status", sa.String(12), nullable=False),
        sa.Column("taken_by", sa.String(36)),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("answers", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(36)),
        sa.Column("thanked_by", sa.String(36)),
        sa.Column("thanked_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_request_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request")),
    )
    for name, columns in INDEXES.items():
        op.create_index(name, "request", columns)
    op.add_column("submission", sa.Column("request_id", sa.String(36)))
    op.create_index("ix_submission_request_id", "submission", ["request_id"])


def downgrade() -> None:
    op.drop_index("ix_submission_request_id", "submission")
    op.drop_column("submission", "request_id")
    op.drop_table("request")
