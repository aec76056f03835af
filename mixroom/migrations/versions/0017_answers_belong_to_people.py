"""An answer that was kept for a repeated request belongs to a person, as every row does."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = "fk_idempotency_person_id_person"


def upgrade() -> None:
    answers = sa.table("idempotency", sa.column("person_id"))
    people = sa.select(sa.table("person", sa.column("id")))
    op.execute(sa.delete(answers).where(answers.c.person_id.not_in(people)))
    with op.batch_alter_table("idempotency") as batch:
        batch.create_foreign_key(op.f(KEY), "person", ["person_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("idempotency") as batch:
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
