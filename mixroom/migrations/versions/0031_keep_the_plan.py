"""Keep the plan."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "campaign",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("name_fr", sa.String(length=200), nullable=True),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("moment", sa.String(length=8), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_campaign_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_event_id"), ["event_id"], unique=False)

    op.create_table(
        "channel_limit",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_channel_limit_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "channel", name=op.f("pk_channel_limit")),
    )
    op.create_table(
        "message",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("text_fr", sa.Text(), nullable=True),
        sa.Column("text_en", sa.Text(), nullable=True),
        sa.Column("overrides", sa.Text(), nullable=False),
        sa.Column("due", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pictures", sa.Text(), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=True),
        sa.Column("change_address", sa.String(length=2000), nullable=False),
        sa.Column("change_fr", sa.Text(), nullable=True),
        sa.Column("change_en", sa.Text(), nullable=True),
        sa.Column("written_by", sa.String(length=36), nullable=False),
        sa.Column("ready_by", sa.String(length=36), nullable=True),
        sa.Column("ready_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stale_since", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("open_due", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("rings_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("sorts_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_message_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index("ix_message_campaign_id", ["campaign_id", "id"], unique=False)
        batch_op.create_index("ix_message_event_id", ["event_id", "id"], unique=False)
        batch_op.create_index("ix_message_event_id_due", ["event_id", "due"], unique=False)
        batch_op.create_index(
            "ix_message_event_id_open_due", ["event_id", "open_due"], unique=False
        )
        batch_op.create_index(
            "ix_message_event_id_sorts_at", ["event_id", "status", "sorts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_message_event_id_status", ["event_id", "status", "id"], unique=False
        )
        batch_op.create_index("ix_message_rings_at", ["rings_at"], unique=False)

    op.create_table(
        "objective",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("campaign_id", sa.String(length=36), nullable=True),
        sa.Column("what_fr", sa.String(length=200), nullable=True),
        sa.Column("what_en", sa.String(length=200), nullable=True),
        sa.Column("target", sa.Float(), nullable=True),
        sa.Column("unit_fr", sa.String(length=200), nullable=True),
        sa.Column("unit_en", sa.String(length=200), nullable=True),
        sa.Column("by", sa.Date(), nullable=True),
        sa.Column("measure_fr", sa.String(length=200), nullable=True),
        sa.Column("measure_en", sa.String(length=200), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_objective_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective")),
    )
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_objective_event_id"), ["event_id"], unique=False)

    op.create_table(
        "message_post",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("due", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("url", sa.String(length=2000), nullable=True),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(length=36), nullable=True),
        sa.Column("fault", sa.String(length=40), nullable=True),
        sa.Column("words_fr", sa.Text(), nullable=True),
        sa.Column("words_en", sa.Text(), nullable=True),
        sa.Column("failed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_post_message_id_message")
        ),
        sa.PrimaryKeyConstraint("message_id", "channel", "lang", name=op.f("pk_message_post")),
    )
    with op.batch_alter_table("message_post", schema=None) as batch_op:
        batch_op.create_index("ix_message_post_channel_due", ["channel", "due"], unique=False)
        batch_op.create_index("ix_message_post_event_id_at", ["event_id", "at"], unique=False)

    op.create_table(
        "message_submission",
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("submission_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["message.id"], name=op.f("fk_message_submission_message_id_message")
        ),
        sa.PrimaryKeyConstraint("message_id", "submission_id", name=op.f("pk_message_submission")),
    )
    with op.batch_alter_table("message_submission", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_message_submission_submission_id"), ["submission_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("message_submission", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_message_submission_submission_id"))

    op.drop_table("message_submission")
    with op.batch_alter_table("message_post", schema=None) as batch_op:
        batch_op.drop_index("ix_message_post_event_id_at")
        batch_op.drop_index("ix_message_post_channel_due")

    op.drop_table("message_post")
    with op.batch_alter_table("objective", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_objective_event_id"))

    op.drop_table("objective")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_rings_at")
        batch_op.drop_index("ix_message_event_id_status")
        batch_op.drop_index("ix_message_event_id_sorts_at")
        batch_op.drop_index("ix_message_event_id_open_due")
        batch_op.drop_index("ix_message_event_id_due")
        batch_op.drop_index("ix_message_event_id")
        batch_op.drop_index("ix_message_campaign_id")

    op.drop_table("message")
    op.drop_table("channel_limit")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_event_id"))

    op.drop_table("campaign")
