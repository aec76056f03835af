"""Keep applications and what is needed."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "application",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("shelf", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("alike", sa.String(length=80), nullable=False),
        sa.Column("telephone", sa.String(length=40), nullable=True),
        sa.Column("roles", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.String(length=8), nullable=False),
        sa.Column("halves", sa.Text(), nullable=False),
        sa.Column("links", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("needs", sa.Text(), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("consent_lang", sa.String(length=2), nullable=False),
        sa.Column("consent_version", sa.String(length=20), nullable=False),
        sa.Column("consented_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("keep_until", sa.Date(), nullable=False),
        sa.Column("sent_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("changed_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=36), nullable=True),
        sa.Column("role", sa.String(length=24), nullable=True),
        sa.Column("person_id", sa.String(length=36), nullable=True),
        sa.Column("sent_from", sa.String(length=64), nullable=True),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_application_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index("ix_application_address", ["event_id", "address", "id"], unique=False)
        batch_op.create_index("ix_application_alike", ["event_id", "alike", "id"], unique=False)
        batch_op.create_index("ix_application_event_id", ["event_id", "id"], unique=False)
        batch_op.create_index("ix_application_keep_until", ["shelf", "keep_until"], unique=False)
        batch_op.create_index("ix_application_sent_at", ["shelf", "sent_at"], unique=False)
        batch_op.create_index("ix_application_shelf", ["event_id", "shelf", "id"], unique=False)
        batch_op.create_index("ix_application_status", ["event_id", "status", "id"], unique=False)

    op.create_table(
        "need",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("part", sa.String(length=12), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_need_event_id_event")),
        sa.PrimaryKeyConstraint("event_id", "role", "day", "part", name=op.f("pk_need")),
    )
    op.create_table(
        "recruiting",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("opens", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closes", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("most", sa.Integer(), nullable=True),
        sa.Column("instead_fr", sa.Text(), nullable=True),
        sa.Column("instead_en", sa.Text(), nullable=True),
        sa.Column("contact", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_recruiting_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_recruiting")),
    )
    op.create_table(
        "application_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("application_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_note_application_id_application"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_note")),
    )
    with op.batch_alter_table("application_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_note_application_id"), ["application_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("application_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_application_note_application_id"))

    op.drop_table("application_note")
    op.drop_table("recruiting")
    op.drop_table("need")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index("ix_application_status")
        batch_op.drop_index("ix_application_shelf")
        batch_op.drop_index("ix_application_sent_at")
        batch_op.drop_index("ix_application_keep_until")
        batch_op.drop_index("ix_application_event_id")
        batch_op.drop_index("ix_application_alike")
        batch_op.drop_index("ix_application_address")

    op.drop_table("application")
