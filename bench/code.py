"""How large the pieces of the code are, and how many places outside a feature name it.

    .venv/bin/python bench/code.py [REVISION ...]

Prints one row for each revision of this repository (HEAD): modules of `mixroom/` over 400 lines,
the longest function, the functions over 50 lines, the transactions that edges open (`web.py`,
`api.py`, `public.py`), and the modules of the application, the web layer and `core` that import a
feature. The rehearsal's drawings (`demo/studio`) are left out, and so is the history of migrations.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# `team` is the earlier name of `crew`.
FEATURES = ["crew", "event", "media", "push", "review", "sponsors", "submissions", "team", "wall"]
LEFT_OUT = ("mixroom/demo/studio/", "mixroom/demo/drawing", "mixroom/migrations/versions/")
# These act on features from outside, by design: commands, the rehearsal, and what starts a process.
ABOVE = (
    "mixroom/cli.py",
    "mixroom/launch.py",
    "mixroom/welcome.py",
    "mixroom/check.py",
    "mixroom/demo/",
)
EDGES = ("web.py", "api.py", "public.py")


def main() -> None:
    """Print the table."""
    head = "revision", "modules", "over 400", "longest function", "over 50", "edges' tx", "central"
    print("  ".join(head))
    for revision in sys.argv[1:] or ["HEAD"]:
        files = dict(_files(revision))
        spans = sorted(_functions(files), reverse=True)
        length, name = spans[0]
        cells = (
            revision,
            len(files),
            sum(len(text.splitlines()) > 400 for text in files.values()),
            f"{length} lines: {name}",
            sum(span > 50 for span, _ in spans),
            sum(map(_transactions, _edges(files))),
            ", ".join(_central(files)) or "none",
        )
        print("  ".join(map(str, cells)))


def _files(revision: str) -> Iterator[tuple[str, str]]:
    listed = _git("ls-tree", "-r", "--name-only", revision, "mixroom/")
    for path in listed.splitlines():
        if path.endswith(".py") and not path.startswith(LEFT_OUT):
            yield path, _git("show", f"{revision}:{path}")


def _git(*command: str) -> str:
    done = subprocess.run(["git", *command], cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout


def _functions(files: dict[str, str]) -> Iterator[tuple[int, str]]:
    for path, text in files.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                yield node.end_lineno - node.lineno + 1, f"{node.name} in {path}"


def _edges(files: dict[str, str]) -> list[str]:
    return [text for path, text in files.items() if path.endswith(EDGES) and "/web/" not in path]


def _transactions(text: str) -> int:
    return sum(
        isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("reading", "transaction")
        for node in ast.walk(ast.parse(text))
    )


def _central(files: dict[str, str]) -> list[str]:
    """Return the modules that belong to no feature and import one."""
    own = tuple(f"mixroom/{name}/" for name in FEATURES)
    shared = {path: text for path, text in files.items() if not path.startswith((*own, *ABOVE))}
    return sorted(path for path, text in shared.items() if _imports_a_feature(text))


def _imports_a_feature(text: str) -> bool:
    names = tuple(f"mixroom.{name}" for name in FEATURES)
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module is not None
        and f"{node.module}.".startswith(tuple(f"{name}." for name in names))
        for node in ast.walk(ast.parse(text))
    )


if __name__ == "__main__":
    main()
