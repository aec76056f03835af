#!/usr/bin/env python3
"""Writes the next migration: the difference between the last one and the tables in the code.

migration.py "Keep links"    write mixroom/migrations/versions/NNNN_keep_links.py

Read the file before you commit it: Alembic cannot know that a column was renamed, or how rows that
are there already get their values.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext

from mixroom.core import db
from mixroom.migrate import FOLDER, migrate
from mixroom.migrations.tables import metadata

FILE = '''"""{title}."""

import sqlalchemy as sa
from alembic import op
{imports}
revision = "{revision}"
down_revision = "{last}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    {upgrade}


def downgrade() -> None:
    {downgrade}
'''


def main() -> None:
    """Write the file and print its name."""
    if len(sys.argv) != 2 or not _name(sys.argv[1]):  # noqa: PLR2004
        sys.exit(__doc__)
    title = sys.argv[1].strip().rstrip(".")
    with tempfile.TemporaryDirectory() as folder:
        last, upgrade, downgrade = _difference(f"sqlite:///{folder}/last.db")
    if upgrade == "pass":
        sys.exit("The tables in the code are those of the last migration.")
    revision = f"{int(last) + 1:04}"
    path = FOLDER / "versions" / f"{revision}_{_name(title)}.py"
    imports = "\nfrom mixroom.core import db\n" if "db." in upgrade + downgrade else ""
    parts = {"title": title, "imports": imports, "revision": revision, "last": last}
    path.write_text(FILE.format(**parts, upgrade=upgrade, downgrade=downgrade))
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", path], check=True)  # noqa: S603
    print(path.relative_to(ROOT))


def _name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")


def _difference(url: str) -> tuple[str, str, str]:
    """Return the last revision, and the code that leads from it to the tables, and back."""
    engine = db.connect(url)
    last = migrate()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        script = produce_migrations(context, metadata)
    engine.dispose()
    return last, *(_code(ops) for ops in (script.upgrade_ops, script.downgrade_ops))


def _code(ops: object) -> str:
    code = render_python_code(ops, render_as_batch=True, user_module_prefix="db.")
    lines = [line for line in code.splitlines() if not line.strip().startswith("#")]
    return "\n".join(lines).strip()


if __name__ == "__main__":
    main()
