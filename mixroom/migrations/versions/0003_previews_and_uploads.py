"""Previews, the originals that follow them, and how far those have come."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("media") as batch:
        batch.add_column(sa.Column("kind", sa.String(8), nullable=False, server_default="photo"))
        batch.add_column(
            sa.Column("original", sa.String(12), nullable=False, server_default="kept")
        )
        batch.add_column(sa.Column("original_sha256", sa.String(64)))
        batch.add_column(sa.Column("duration", sa.Float))
        batch.add_column(sa.Column("progress", sa.Integer))
        batch.create_index("ix_media_event_id_original_sha256", ["event_id", "original_sha256"])
    op.create_table(
        "upload",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("owner_id", sa.String(36), nullable=False),
        sa.Column("length", sa.BigInteger, nullable=False),
        sa.Column("type", sa.String(100), nullable=False),
        sa.Column("done", sa.Boolean, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_upload_owner_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_owner_id"), "upload", ["owner_id"])


def downgrade() -> None:
    op.drop_table("upload")
    with op.batch_alter_table("media") as batch:
        batch.drop_index("ix_media_event_id_original_sha256")
        for name in ("progress", "duration", "original_sha256", "original", "kind"):
            batch.drop_column(name)
