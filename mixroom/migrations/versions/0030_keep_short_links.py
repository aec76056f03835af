"""Keep short links."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "short_link",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("url", sa.String(length=1000), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_short_link_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_short_link")),
        sa.UniqueConstraint("code", name=op.f("uq_short_link_code")),
    )
    with op.batch_alter_table("short_link", schema=None) as batch_op:
        batch_op.create_index("ix_short_link_event_id_id", ["event_id", "id"], unique=False)

    op.create_table(
        "short_link_day",
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["short_link.id"], name=op.f("fk_short_link_day_link_id_short_link")
        ),
        sa.PrimaryKeyConstraint("link_id", "day", name=op.f("pk_short_link_day")),
    )


def downgrade() -> None:
    op.drop_table("short_link_day")
    with op.batch_alter_table("short_link", schema=None) as batch_op:
        batch_op.drop_index("ix_short_link_event_id_id")

    op.drop_table("short_link")
