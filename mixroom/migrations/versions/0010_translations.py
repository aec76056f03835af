"""Record the people who write both languages, and the translator of an item."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.add_column(
            sa.Column("bilingual", sa.Boolean, nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("submission") as batch:
        batch.add_column(sa.Column("translation", sa.Text))


def downgrade() -> None:
    with op.batch_alter_table("submission") as batch:
        batch.drop_column("translation")
    with op.batch_alter_table("person") as batch:
        batch.drop_column("bilingual")
