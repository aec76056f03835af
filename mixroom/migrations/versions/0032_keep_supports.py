"""Keep supports."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("title_fr", sa.String(length=120), nullable=True),
        sa.Column("title_en", sa.String(length=120), nullable=True),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("lang", sa.String(length=4), nullable=False),
        sa.Column("brief", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.String(length=36), nullable=True),
        sa.Column("due", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("pair_id", sa.String(length=36), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("valid", sa.Integer(), nullable=True),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_support_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support")),
        sa.UniqueConstraint("key", name=op.f("uq_support_key")),
        sa.UniqueConstraint("pair_id", "lang", name=op.f("uq_support_pair_id")),
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index("ix_support_due", ["event_id", "status", "due"], unique=False)
        batch_op.create_index("ix_support_event_id", ["event_id", "id"], unique=False)

    op.create_table(
        "support_partner_page",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_support_partner_page_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_partner_page")),
    )
    with op.batch_alter_table("support_partner_page", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_partner_page_event_id"), ["event_id"], unique=False
        )

    op.create_table(
        "support_comment",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("support_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_support_comment_support_id_support")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_comment")),
    )
    with op.batch_alter_table("support_comment", schema=None) as batch_op:
        batch_op.create_index("ix_support_comment_support_id", ["support_id", "id"], unique=False)

    op.create_table(
        "support_distribution",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("support_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=160), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_support_distribution_support_id_support")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_distribution")),
    )
    with op.batch_alter_table("support_distribution", schema=None) as batch_op:
        batch_op.create_index(
            "ix_support_distribution_support_id", ["support_id", "id"], unique=False
        )

    op.create_table(
        "support_version",
        sa.Column("support_id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("checking", sa.String(length=8), nullable=False),
        sa.Column("refusal", sa.String(length=32), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("previews", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["support_id"], ["support.id"], name=op.f("fk_support_version_support_id_support")
        ),
        sa.PrimaryKeyConstraint("support_id", "number", name=op.f("pk_support_version")),
    )


def downgrade() -> None:
    op.drop_table("support_version")
    with op.batch_alter_table("support_distribution", schema=None) as batch_op:
        batch_op.drop_index("ix_support_distribution_support_id")

    op.drop_table("support_distribution")
    with op.batch_alter_table("support_comment", schema=None) as batch_op:
        batch_op.drop_index("ix_support_comment_support_id")

    op.drop_table("support_comment")
    with op.batch_alter_table("support_partner_page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_partner_page_event_id"))

    op.drop_table("support_partner_page")
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.drop_index("ix_support_event_id")
        batch_op.drop_index("ix_support_due")

    op.drop_table("support")
