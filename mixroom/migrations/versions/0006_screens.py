"""Screens: their settings and what is asked of them, their reports, their receipts for recalls."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "screen",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_screen_event_id_event")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_screen_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_screen")),
    )
    op.create_index(op.f("ix_screen_event_id"), "screen", ["event_id"])
    op.create_table(
        "screen_report",
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_screen_report_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_screen_report_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_screen_report")),
    )
    op.create_index(op.f("ix_screen_report_event_id"), "screen_report", ["event_id"])
    op.create_table(
        "recall_receipt",
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("screen_id", sa.String(length=36), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["person.id"], name=op.f("fk_recall_receipt_screen_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["submission_id"],
            ["submission.id"],
            name=op.f("fk_recall_receipt_submission_id_submission"),
        ),
        sa.PrimaryKeyConstraint("submission_id", "screen_id", name=op.f("pk_recall_receipt")),
    )
    op.create_index("ix_recall_receipt_screen_id", "recall_receipt", ["screen_id"])


def downgrade() -> None:
    op.drop_table("recall_receipt")
    op.drop_table("screen_report")
    op.drop_table("screen")
