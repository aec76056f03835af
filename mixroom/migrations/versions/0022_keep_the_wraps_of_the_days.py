"""Keep the wraps of the days."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "wrap",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("title_fr", sa.Text(), nullable=True),
        sa.Column("title_en", sa.Text(), nullable=True),
        sa.Column("opening_fr", sa.Text(), nullable=True),
        sa.Column("opening_en", sa.Text(), nullable=True),
        sa.Column("thanks_fr", sa.Text(), nullable=True),
        sa.Column("thanks_en", sa.Text(), nullable=True),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("people", sa.Text(), nullable=False),
        sa.Column("unnamed", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_by", sa.String(length=36), nullable=True),
        sa.Column("saved_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_wrap_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wrap")),
    )
    with op.batch_alter_table("wrap", schema=None) as batch_op:
        batch_op.create_index("ix_wrap_event_id_day", ["event_id", "day"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("wrap", schema=None) as batch_op:
        batch_op.drop_index("ix_wrap_event_id_day")

    op.drop_table("wrap")
