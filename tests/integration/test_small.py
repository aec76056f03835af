"""Each process carries what it needs: no Flask for the worker, no database for the supervisor."""

import re
from pathlib import Path

import pytest
from flask import Blueprint

from mixroom.features import features
from mixroom.web.declaration import Named, named
from mixroom.web.identity import Directory
from tests.fresh import said_by
from tests.servers import Server

WORKER = """
import sys
from mixroom.cli import cli
from mixroom import work
from mixroom.settings import Settings

work.handlers(Settings.from_env())
print(*sys.modules)
"""
SUPERVISOR = """
import sys
from mixroom import cli, launch

print(*sys.modules)
"""
WEB = {"flask", "jinja2", "werkzeug", "socketio", "engineio", "eventlet", "redis", "alembic"}
MORE = {"sqlalchemy", "PIL", "numpy", "babel", "asyncio", "ssl", "segno"}
MB = 1024  # kilobytes
BOUNDS = {"serve": 20 * MB, "work": 90 * MB}  # of proportional memory; measured 12 and 72


@pytest.mark.parametrize(("code", "without"), [(WORKER, WEB), (SUPERVISOR, WEB | MORE)])
def test_a_process_loads_nothing_that_it_does_not_need(code: str, without: set[str]) -> None:
    loaded = {name.partition(".")[0] for name in said_by(code).split()}
    assert "mixroom" in loaded
    assert not loaded & without


def test_supervisor_and_worker_stay_small(embedded: Server) -> None:
    found = dict(_sizes(embedded.running[0].pid))
    assert found.keys() >= BOUNDS.keys()
    assert not {name: size for name, size in found.items() if size > BOUNDS.get(name, size)}


def test_what_features_name_is_there() -> None:
    blueprints = [each for feature in features() for each in (*feature.pages, *feature.api)]
    assert len(blueprints) > 10
    assert all(isinstance(named(each), Blueprint) for each in blueprints)
    functions: list[Named] = [
        each
        for feature in features()
        for each in (*feature.messages.values(), *(entry.count for entry in feature.menu))
        if each
    ]
    assert len(functions) >= 2
    assert all(callable(named(each)) for each in functions)
    (directory,) = (feature.directory for feature in features() if feature.directory)
    methods = [name for name in vars(Directory) if not name.startswith("_")]
    assert all(hasattr(named(directory), name) for name in methods)


def _sizes(pid: int) -> list[tuple[str, int]]:
    """Return command and proportional memory (in kilobytes) of a process and its children."""
    command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    name = next(each for each in command if each in ("serve", "web", "work"))
    memory = re.search(
        r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE
    )
    assert memory
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [(name, int(memory[1])), *(each for child in children for each in _sizes(int(child)))]
