"""Keep shifts."""

import sqlalchemy as sa
from alembic import op

from mixroom.core import db

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shift",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=24), nullable=False),
        sa.Column("place", sa.String(length=36), nullable=True),
        sa.Column("starts", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("note_fr", sa.String(length=500), nullable=True),
        sa.Column("note_en", sa.String(length=500), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("settled_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_shift_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index("ix_shift_event_id_id", ["event_id", "id"], unique=False)
        batch_op.create_index("ix_shift_event_id_starts", ["event_id", "starts"], unique=False)
        batch_op.create_index("ix_shift_settled_at", ["settled_at", "ends"], unique=False)
        batch_op.create_index("ix_shift_starts", ["starts"], unique=False)

    op.create_table(
        "shift_terms",
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("rest", sa.Integer(), nullable=False),
        sa.Column("leave", sa.Integer(), nullable=False),
        sa.Column("remind", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_shift_terms_event_id_event")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_shift_terms")),
    )
    op.create_table(
        "shift_calendar",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("made_at", db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shift_calendar_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_calendar")),
        sa.UniqueConstraint("person_id", name=op.f("uq_shift_calendar_person_id")),
    )
    op.create_table(
        "shift_correction",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("before", sa.Integer(), nullable=False),
        sa.Column("after", sa.Integer(), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_correction_shift_id_shift")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_correction")),
    )
    with op.batch_alter_table("shift_correction", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_shift_correction_shift_id"), ["shift_id"], unique=False
        )

    op.create_table(
        "shift_note",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("shift_id", sa.String(length=36), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_note_shift_id_shift")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_note")),
    )
    with op.batch_alter_table("shift_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_note_shift_id"), ["shift_id"], unique=False)

    op.create_table(
        "shift_signup",
        sa.Column("shift_id", sa.String(length=36), nullable=False),
        sa.Column("person_id", sa.String(length=36), nullable=False),
        sa.Column("at", db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("arrived_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("arrived_by", sa.String(length=36), nullable=True),
        sa.Column("ended_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("asked_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("left_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reminded_at", db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_shift_signup_person_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["shift_id"], ["shift.id"], name=op.f("fk_shift_signup_shift_id_shift")
        ),
        sa.PrimaryKeyConstraint("shift_id", "person_id", name=op.f("pk_shift_signup")),
    )
    with op.batch_alter_table("shift_signup", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_signup_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shift_signup", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_signup_person_id"))

    op.drop_table("shift_signup")
    with op.batch_alter_table("shift_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_note_shift_id"))

    op.drop_table("shift_note")
    with op.batch_alter_table("shift_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_correction_shift_id"))

    op.drop_table("shift_correction")
    op.drop_table("shift_calendar")
    op.drop_table("shift_terms")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_starts")
        batch_op.drop_index("ix_shift_settled_at")
        batch_op.drop_index("ix_shift_event_id_starts")
        batch_op.drop_index("ix_shift_event_id_id")

    op.drop_table("shift")
