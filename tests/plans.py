"""How much of the database a statement visits: by its plan, and by the work that it causes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

GROWING = {"submission", "decision", "revision", "media", "journal", "request"}
STEP = 100  # instructions of SQLite's machine between two calls of a progress handler


@dataclass(frozen=True)
class Statement:
    """A statement as it was executed."""

    text: str
    values: Any


@contextmanager
def executed(engine: sa.Engine) -> Iterator[dict[str, list[Statement]]]:
    """Collect the statements that the block executes, by their texts."""
    found: dict[str, list[Statement]] = {}

    def note(
        _connection: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool
    ) -> None:
        if not many and text.split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "WITH"}:
            found.setdefault(text, []).append(Statement(text, values))

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def scans(engine: sa.Engine, statement: Statement) -> list[str]:
    """Return the growing tables that a statement reads without an index, as its plan says."""
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {statement.text}", statement.values
            )
            words = [row.detail.split() for row in plan]
        return [each[1] for each in words if each[0] == "SCAN" and each[1] in GROWING]
    nodes = _nodes(_explained(engine, statement, ""))
    return [n["Relation Name"] for n in nodes if n["Node Type"] == "Seq Scan" and _grows(n)]


def work(engine: sa.Engine, statement: Statement) -> int:
    """Return what a statement costs: instructions of SQLite, or rows that PostgreSQL looks at.

    It is executed again for that, and rolled back.
    """
    if engine.dialect.name == "sqlite":
        return _instructions(engine, statement)
    nodes = _nodes(_explained(engine, statement, "ANALYZE, "))
    return sum(
        (n["Actual Rows"] + n.get("Rows Removed by Filter", 0)) * n["Actual Loops"]
        for n in nodes
        if "Relation Name" in n
    )


def _instructions(engine: sa.Engine, statement: Statement) -> int:
    calls = 0

    def called() -> int:
        nonlocal calls
        calls += 1
        return 0

    with engine.connect() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.set_progress_handler(called, STEP)
        result = connection.exec_driver_sql(statement.text, statement.values)
        if result.returns_rows:
            result.all()
        raw.set_progress_handler(None, 0)
        connection.rollback()
    return calls * STEP


def _explained(engine: sa.Engine, statement: Statement, how: str) -> dict[str, Any]:
    with engine.connect() as connection:
        # A table of a test is so short that reading and sorting all of it may be cheaper.
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        rows = connection.exec_driver_sql(
            f"EXPLAIN ({how}FORMAT JSON) {statement.text}", statement.values
        )
        plan: dict[str, Any] = rows.scalar_one()[0]["Plan"]
        connection.rollback()
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _grows(node: dict[str, Any]) -> bool:
    return node["Relation Name"] in GROWING
