"""Let an event choose the language that goes first on its walls."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "event",
        sa.Column("languages", sa.String(16), nullable=False, server_default="french_first"),
    )


def downgrade() -> None:
    op.drop_column("event", "languages")
