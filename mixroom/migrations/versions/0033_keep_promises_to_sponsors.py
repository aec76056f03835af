"""Keep promises to sponsors."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promise",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("sponsor_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("words_fr", sa.String(length=300), nullable=True),
        sa.Column("words_en", sa.String(length=300), nullable=True),
        sa.Column("amount", sa.Float(), nullable=False),
        sa.Column("due", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("channels", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("kept_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_promise_event_id_event")),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["sponsor.id"], name=op.f("fk_promise_sponsor_id_sponsor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise")),
    )
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.create_index("ix_promise_due", ["event_id", "due"], unique=False)
        batch_op.create_index("ix_promise_event_id", ["event_id", "id"], unique=False)

    op.create_table(
        "promise_evidence",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("promise_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("ref", sa.String(length=36), nullable=True),
        sa.Column("channel", sa.String(length=12), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lost_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["promise_id"], ["promise.id"], name=op.f("fk_promise_evidence_promise_id_promise")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_evidence")),
    )
    with op.batch_alter_table("promise_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_promise_evidence_promise_id", ["promise_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_promise_evidence_ref"), ["ref"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("promise_evidence", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promise_evidence_ref"))
        batch_op.drop_index("ix_promise_evidence_promise_id")

    op.drop_table("promise_evidence")
    with op.batch_alter_table("promise", schema=None) as batch_op:
        batch_op.drop_index("ix_promise_event_id")
        batch_op.drop_index("ix_promise_due")

    op.drop_table("promise")
