"""Connect accounts at networks."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("handle", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("connected_by", sa.String(length=36), nullable=False),
        sa.Column("connected_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("network_id", sa.String(length=200), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("largest_picture", sa.Integer(), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("checked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("reply", sa.String(length=300), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_account_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("event_id", "channel", name="uq_account_event_id"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_state"), ["state"], unique=False)

    op.create_table(
        "dispatch",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("channel", sa.String(length=12), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("marker", sa.String(length=13), nullable=False),
        sa.Column("due", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("next_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("lease", sa.String(length=36), nullable=True),
        sa.Column("given_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("said", sa.Text(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("reply", sa.String(length=300), nullable=True),
        sa.Column("network_id", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_dispatch_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch")),
        sa.UniqueConstraint("message_id", "channel", "lang", name="uq_dispatch_message_id"),
    )
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.create_index("ix_dispatch_account_id", ["account_id", "ended_at"], unique=False)
        batch_op.create_index("ix_dispatch_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_dispatch_event_id_id", ["event_id", "id"], unique=False)
        batch_op.create_index(
            "ix_dispatch_event_id_state", ["event_id", "state", "due"], unique=False
        )
        batch_op.create_index("ix_dispatch_state_next_at", ["state", "next_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("dispatch", schema=None) as batch_op:
        batch_op.drop_index("ix_dispatch_state_next_at")
        batch_op.drop_index("ix_dispatch_event_id_state")
        batch_op.drop_index("ix_dispatch_event_id_id")
        batch_op.drop_index("ix_dispatch_created_at")
        batch_op.drop_index("ix_dispatch_account_id")

    op.drop_table("dispatch")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_state"))

    op.drop_table("account")
