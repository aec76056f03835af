#!/usr/bin/env python3
"""Changes the rules in one place at a time, and runs their tests: one that lives was not tested.

mutants.py [WORD…]   only the modules of TESTS with one of these words in their path

A mutant is a module of rules with one comparison, condition, sum, number or refusal changed; the
limits that a module names (`MAX_NAME = 80`) stay as they are. It runs in a process of its own,
against those tests of its rules that need no server, on SQLite. `docs/mutants.md` explains those
that live. It fails if one lives that is not explained there.
"""

import ast
import copy
import importlib.abc
import importlib.machinery
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

# Modules that every run of the tests imports; the mutants share them.
import alembic.command
import flask
import hypothesis
import PIL.Image
import pytest
import requests
import socketio
import sqlalchemy.dialects.sqlite

assert all((alembic, flask, hypothesis, PIL, requests, socketio, sqlalchemy))

EXPLAINED = ROOT / "docs" / "mutants.md"
PATIENCE = 120  # seconds of computing: a mutant that takes longer goes round in circles
AT_ONCE = os.cpu_count() or 2
RULES = "tests/unit/test_rules.py"
TESTS = {
    "mixroom/submissions/model.py": (
        RULES,
        "tests/unit/test_submission.py",
        "tests/unit/test_reasons.py",
        "tests/integration/test_review.py",
        "tests/integration/test_claims.py",
        "tests/integration/test_translations.py",
    ),
    "mixroom/submissions/moves.py": (RULES, "tests/unit/test_submission.py"),
    "mixroom/submissions/translation.py": (RULES, "tests/integration/test_translations.py"),
    "mixroom/review/model.py": (
        RULES,
        "tests/unit/test_reasons.py",
        "tests/integration/test_claims.py",
        "tests/integration/test_review.py",
        "tests/integration/test_reports.py",
    ),
    "mixroom/sponsors/model.py": (RULES, "tests/integration/test_sponsors.py"),
    "mixroom/wall/model.py": (RULES, "tests/integration/test_screens.py"),
    "mixroom/media/model.py": (RULES, "tests/integration/test_retouch.py"),
    "mixroom/push/model.py": (RULES, "tests/integration/test_push.py"),
    "mixroom/event/model.py": (
        RULES,
        "tests/unit/test_ids_and_settings.py",
        "tests/integration/test_crew.py",
    ),
    "mixroom/crew/model.py": (
        RULES,
        "tests/integration/test_crew.py",
    ),
}
COMPARED = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
JOINED = {ast.And: ast.Or, ast.Or: ast.And}
COUNTED = {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.BitOr: ast.BitAnd, ast.Mult: ast.FloorDiv}


@dataclass(frozen=True)
class Mutant:
    """A module of rules with one place changed."""

    path: str
    line: int
    before: str
    after: str
    tree: ast.Module

    def __str__(self) -> str:
        return f"{self.path}: `{self.before}` → `{self.after}`"


def mutants(path: str) -> Iterator[Mutant]:
    """Yield every mutant of a module."""
    tree = ast.parse((ROOT / path).read_text())
    for number, node in enumerate(_places(tree)):
        for changed in _changes(node):
            mutated = copy.deepcopy(tree)
            place = list(_places(mutated))[number]
            if isinstance(changed, ast.Pass):
                before, after = _line(node), "pass"
            else:
                before, after = _line(node), _line(changed)
            _replace(mutated, place, copy.deepcopy(changed))
            yield Mutant(path, node.lineno, before, after, ast.fix_missing_locations(mutated))


def _line(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _places(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what may be changed: no annotation, no decorator, no limit that a module names."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(node, ast.Module) and isinstance(child, ast.Assign):
                continue
            if isinstance(child, ast.AST):
                if isinstance(child, ast.expr | ast.stmt):
                    yield child
                yield from _places(child)


def _changes(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            if other := COMPARED.get(type(op)):
                changed = copy.deepcopy(node)
                changed.ops[at] = other()
                yield changed
    elif isinstance(node, ast.BoolOp):
        yield ast.copy_location(ast.BoolOp(JOINED[type(node.op)](), node.values), node)
    elif isinstance(node, ast.BinOp) and type(node.op) in COUNTED:
        changed = copy.deepcopy(node)
        changed.op = COUNTED[type(node.op)]()
        yield changed
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.copy_location(ast.Constant(not node.value), node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.copy_location(ast.Constant(node.value + 1), node)
    elif isinstance(node, ast.IfExp):
        yield node.body
        yield node.orelse
    elif isinstance(node, ast.Raise):
        yield ast.copy_location(ast.Pass(), node)


def _replace(tree: ast.AST, old: ast.AST, new: ast.AST) -> None:
    for parent in ast.walk(tree):
        for name, value in ast.iter_fields(parent):
            if value is old:
                setattr(parent, name, new)
            elif isinstance(value, list):
                value[:] = [new if each is old else each for each in value]


class Loader(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Imports the mutant in place of its module."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant
        self._name = mutant.path.removesuffix(".py").replace("/", ".")

    def find_spec(self, name: str, *_: object) -> importlib.machinery.ModuleSpec | None:
        """Return the mutant where its module is asked for."""
        place = str(ROOT / self._mutant.path)
        if name != self._name:
            return None
        return importlib.machinery.ModuleSpec(name, self, origin=place)

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutant."""
        exec(compile(self._mutant.tree, self._mutant.path, "exec"), module.__dict__)  # noqa: S102


def begin(mutant: Mutant | None, tests: tuple[str, ...]) -> int:
    """Run the tests in a child process against a mutant, or the module as it is; return its id."""
    if child := os.fork():
        return child
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    if mutant:
        sys.meta_path.insert(0, Loader(mutant))
    hypothesis.settings.register_profile(
        "mutants", max_examples=40, derandomize=True, database=None
    )
    hypothesis.settings.load_profile("mutants")
    options = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    options += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # what the mutants share
    chosen = ["-k", "not postgresql and not embedded and not scaled", "-m", "not timed"]
    code = 1
    try:
        code = pytest.main([*options, *chosen, *tests])
    finally:
        os._exit(code)


def ended() -> tuple[int, bool]:
    """Wait for a child; return its id, and whether its tests passed."""
    child, status = os.wait()
    return child, os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def survivors(path: str) -> Iterator[Mutant]:
    """Yield the mutants of a module that its tests let live; print how many there were."""
    begin(None, TESTS[path])
    assert ended()[1], f"{path}: the tests fail without a mutant"
    waiting, running, count = list(mutants(path)), dict[int, Mutant](), 0
    count = len(waiting)
    left = 0
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            mutant = waiting.pop()
            running[begin(mutant, TESTS[path])] = mutant
        child, passed = ended()
        mutant = running.pop(child)
        if passed:
            left += 1
            yield mutant
    print(f"{path}: {count} mutants, {count - left} killed, {left} live", flush=True)


def main(words: list[str]) -> int:
    """Print who lives; return how many are not explained."""
    explained = EXPLAINED.read_text()
    unexplained = 0
    for path in TESTS:
        if words and not any(word in path for word in words):
            continue
        for mutant in survivors(path):
            known = str(mutant) in explained
            unexplained += not known
            print(
                f"{'  explained' if known else '! LIVES'} line {mutant.line}: {mutant}", flush=True
            )
    return unexplained


if __name__ == "__main__":
    sys.exit(min(main(sys.argv[1:]), 1))
