"""Keep letters, and how to reach people."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("secrets", sa.Text(), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=True),
        sa.Column("next_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("queued_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("given_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=16), nullable=True),
        sa.Column("reply", sa.String(length=300), nullable=True),
        sa.Column("edited_by", sa.String(length=36), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_letter_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("token", name=op.f("uq_letter_token")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_event_id_id", ["event_id", "id"], unique=False)
        batch_op.create_index("ix_letter_event_id_key", ["event_id", "key"], unique=True)
        batch_op.create_index(
            "ix_letter_event_id_queued_at", ["event_id", "queued_at"], unique=False
        )
        batch_op.create_index("ix_letter_event_id_state", ["event_id", "state", "id"], unique=False)
        batch_op.create_index("ix_letter_person_id", ["person_id"], unique=False)
        batch_op.create_index("ix_letter_state_next_at", ["state", "next_at"], unique=False)

    op.create_table(
        "letter_setting",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("hold", sa.Boolean(), nullable=False),
        sa.Column("reply_to", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_letter_setting_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_letter_setting")),
    )
    op.create_table(
        "letter_unsubscribed",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_letter_unsubscribed_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "email", name=op.f("pk_letter_unsubscribed")),
    )
    op.create_table(
        "letter_wording",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("template", sa.String(length=60), nullable=False),
        sa.Column("subject_fr", sa.String(length=200), nullable=False),
        sa.Column("body_fr", sa.Text(), nullable=False),
        sa.Column("subject_en", sa.String(length=200), nullable=False),
        sa.Column("body_en", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_letter_wording_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", "template", name=op.f("pk_letter_wording")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(sa.Column("email", sa.String(length=254), nullable=True))
        batch_op.add_column(sa.Column("telephone", sa.String(length=40), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None, recreate="never") as batch_op:
        batch_op.drop_column("telephone")
        batch_op.drop_column("email")

    op.drop_table("letter_wording")
    op.drop_table("letter_unsubscribed")
    op.drop_table("letter_setting")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index("ix_letter_state_next_at")
        batch_op.drop_index("ix_letter_person_id")
        batch_op.drop_index("ix_letter_event_id_state")
        batch_op.drop_index("ix_letter_event_id_queued_at")
        batch_op.drop_index("ix_letter_event_id_key")
        batch_op.drop_index("ix_letter_event_id_id")

    op.drop_table("letter")
