"""Sponsors with promises and logos, in place of the event's list of names; what screens showed."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sponsor",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("name_fr", sa.String(80)),
        sa.Column("name_en", sa.String(80)),
        sa.Column("tier", sa.String(16), nullable=False),
        sa.Column("amount", sa.Float, nullable=False),
        sa.Column("unit", sa.String(16), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("url", sa.String(500)),
        sa.Column("logo", sa.Text),
        sa.Column("upload", sa.String(80)),
        sa.Column("refusal", sa.String(32)),
        sa.Column("removed_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_sponsor_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sponsor")),
    )
    op.create_index(op.f("ix_sponsor_event_id"), "sponsor", ["event_id"])
    op.create_table(
        "blackout",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("starts", sa.String(5), nullable=False),
        sa.Column("ends", sa.String(5), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_blackout_event_id_event")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blackout")),
    )
    op.create_index(op.f("ix_blackout_event_id"), "blackout", ["event_id"])
    op.create_table(
        "exposure",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("event_id", sa.String(36), nullable=False),
        sa.Column("screen_id", sa.String(36), nullable=False),
        sa.Column("sponsor_id", sa.String(36)),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("where", sa.String(8), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["event.id"], name=op.f("fk_exposure_event_id_event")
        ),
        sa.ForeignKeyConstraint(
            ["screen_id"], ["person.id"], name=op.f("fk_exposure_screen_id_person")
        ),
        sa.ForeignKeyConstraint(
            ["sponsor_id"], ["sponsor.id"], name=op.f("fk_exposure_sponsor_id_sponsor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
    )
    op.create_index("ix_exposure_event_id_hour", "exposure", ["event_id", "hour"])
    _take_over_the_names()
    op.drop_column("event", "sponsors")


def downgrade() -> None:
    op.add_column("event", sa.Column("sponsors", sa.Text(), nullable=False, server_default=""))
    _give_the_names_back()
    for name in ("exposure", "blackout", "sponsor"):
        op.drop_table(name)


_events = sa.table("event", sa.column("id", sa.String), sa.column("sponsors", sa.Text))
_sponsors = sa.table(
    "sponsor",
    sa.column("id", sa.String),
    sa.column("event_id", sa.String),
    sa.column("name_fr", sa.String),
    sa.column("tier", sa.String),
    sa.column("amount", sa.Float),
    sa.column("unit", sa.String),
    sa.column("position", sa.Integer),
    sa.column("removed_at", sa.DateTime),
)


def _take_over_the_names() -> None:
    """Those who took equal turns have equal shares; one may have a third at most."""
    tx = op.get_bind()
    for event_id, text in tx.execute(sa.select(_events.c.id, _events.c.sponsors)).all():
        names = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        rows = [
            {
                "id": str(uuid.uuid4()),
                "event_id": event_id,
                "name_fr": name,
                "tier": "partner",
                "amount": float(min(33, 100 // len(names))),
                "unit": "percent",
                "position": position,
            }
            for position, name in enumerate(names, start=1)
        ]
        if rows:
            tx.execute(_sponsors.insert(), rows)


def _give_the_names_back() -> None:
    tx = op.get_bind()
    ours = _sponsors.c
    for (event_id,) in tx.execute(sa.select(_events.c.id)).all():
        present = (ours.event_id == event_id) & ours.removed_at.is_(None)
        names = tx.scalars(sa.select(ours.name_fr).where(present).order_by(ours.position))
        text = "\n".join(name for name in names if name)
        tx.execute(_events.update().where(_events.c.id == event_id).values(sponsors=text))
