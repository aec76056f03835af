"""An index for every list, so that nothing gets slower with the length of the event.

New columns say which submissions lack a language, and hold the quarters of a photo's hash, by which
the database finds similar ones.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

QUARTERS = range(4)
INDEXES = {
    "media": {
        "ix_media_event_id_sha256": ["event_id", "sha256"],
        **{f"ix_media_phash_{number}": ["event_id", f"phash_{number}"] for number in QUARTERS},
    },
    "submission": {
        "ix_submission_event_id": ["event_id", "id"],
        "ix_submission_submitted_at": ["event_id", "status", "submitted_at", "id"],
        "ix_submission_lacking": ["event_id", "lacking", "submitted_at", "id"],
        "ix_submission_author_id_status": ["author_id", "status", "id"],
        "ix_submission_team_fr": ["event_id", "team_fr", "id"],
        "ix_submission_team_en": ["event_id", "team_en", "id"],
        "ix_submission_place_fr": ["event_id", "place_fr"],
        "ix_submission_place_en": ["event_id", "place_en"],
    },
    "upload": {"ix_upload_done": ["done", "expires_at"]},
}
LONGER = {  # indexes that get one more column
    ("submission", "ix_submission_author_id"): (["author_id"], ["author_id", "id"]),
    ("upload", "ix_upload_owner_id"): (["owner_id"], ["owner_id", "done"]),
}


def upgrade() -> None:
    op.add_column(
        "submission", sa.Column("lacking", sa.Boolean, nullable=False, server_default=sa.false())
    )
    for number in QUARTERS:
        op.add_column("media", sa.Column(f"phash_{number}", sa.Integer))
    _note_what_lacks()
    _note_quarters()
    for (table, name), (_, after) in LONGER.items():
        op.drop_index(name, table)
        op.create_index(name, table, after)
    for table, indexes in INDEXES.items():
        for name, columns in indexes.items():
            op.create_index(name, table, columns)


def _note_what_lacks() -> None:
    """Mark the approved submissions that may lack a language; captions are not looked into."""
    names = ("text_fr", "text_en", "alt_fr", "alt_en", "stale", "media", "status")
    texts = (sa.column(name, sa.Text) for name in names)
    table = sa.table("submission", sa.column("lacking", sa.Boolean), *texts)
    this = table.c
    one_sided = [
        sa.or_(fr.is_(None) & en.is_not(None), en.is_(None) & fr.is_not(None))
        for fr, en in ((this.text_fr, this.text_en), (this.alt_fr, this.alt_en))
    ]
    may_lack = sa.or_(this.stale.is_not(None), *one_sided, this.media.contains('"caption"'))
    these = (this.status == "approved") & may_lack
    op.execute(sa.update(table).where(these).values(lacking=sa.true()))


def _note_quarters() -> None:
    texts = (sa.column(name, sa.String) for name in ("id", "phash"))
    numbers = (sa.column(f"phash_{number}", sa.Integer) for number in QUARTERS)
    media = sa.table("media", *texts, *numbers)
    rows = op.get_bind().execute(sa.select(media.c.id, media.c.phash).where(media.c.phash != ""))
    values = [
        {"key": row.id} | {f"phash_{n}": int(row.phash[4 * n : 4 * n + 4], 16) for n in QUARTERS}
        for row in rows
    ]
    if values:
        this = media.c.id == sa.bindparam("key")
        op.get_bind().execute(sa.update(media).where(this), values)


def downgrade() -> None:
    for table, indexes in INDEXES.items():
        for name in indexes:
            op.drop_index(name, table)
    for (table, name), (before, _) in LONGER.items():
        op.drop_index(name, table)
        op.create_index(name, table, before)
    op.drop_column("submission", "lacking")
    for number in QUARTERS:
        op.drop_column("media", f"phash_{number}")
