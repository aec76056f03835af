"""Keep alarms."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("standing", sa.String(length=160), nullable=True),
        sa.Column("title_fr", sa.Text(), nullable=True),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("about_fr", sa.Text(), nullable=True),
        sa.Column("about_en", sa.Text(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("particulars", sa.Text(), nullable=False),
        sa.Column("since", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("raised_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("told_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=36), nullable=True),
        sa.Column("acknowledged_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_alarm_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("event_id", "standing", name=op.f("uq_alarm_event_id")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index("ix_alarm_event_id", ["event_id", "id"], unique=False)
        batch_op.create_index(
            "ix_alarm_event_id_cleared_at", ["event_id", "cleared_at"], unique=False
        )
        batch_op.create_index("ix_alarm_event_id_told_at", ["event_id", "told_at"], unique=False)

    op.create_table(
        "alarm_setting",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Float(), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("push", sa.Boolean(), nullable=False),
        sa.Column("quiet_from", sa.String(length=5), nullable=True),
        sa.Column("quiet_to", sa.String(length=5), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_alarm_setting_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "rule", name=op.f("pk_alarm_setting")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(
            "ix_media_event_id_original", ["event_id", "original", "created_at"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.drop_index("ix_media_event_id_original")

    op.drop_table("alarm_setting")
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.drop_index("ix_alarm_event_id_told_at")
        batch_op.drop_index("ix_alarm_event_id_cleared_at")
        batch_op.drop_index("ix_alarm_event_id")

    op.drop_table("alarm")
