"""The worked example of the documents: built in a copy of the repository, checked and tested."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from mixroom.settings import ROOT

EXAMPLE = ROOT / "docs" / "adding-a-feature.md"
LISTED = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
BLOCK = re.compile(
    r"^```(?P<lang>\w+)(?: file=(?P<file>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the repository that uses the virtual environment of the original."""
    listed = subprocess.run(LISTED, cwd=ROOT, capture_output=True, text=True, check=True)
    copy = tmp_path / "copy"
    for name in filter(None, listed.stdout.splitlines()):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    return copy


def test_the_worked_example_works_as_it_is_written(copy: Path) -> None:
    for block in BLOCK.finditer(EXAMPLE.read_text()):
        if block["lang"] == "sh":
            _run(copy, block["text"])
        elif block["lang"] == "diff":
            _change(copy / block["file"], block["text"])
        else:
            path = copy / block["file"]
            assert not path.exists(), f"{block['file']} would be overwritten"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"])


def _change(path: Path, diff: str) -> None:
    """Apply lines that begin with a space, `-` or `+`, at the only place where they fit."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if not line.startswith("+"))
    after = "".join(line[1:] for line in lines if not line.startswith("-"))
    text = path.read_text()
    assert text.count(before) == 1, f"{path.name}: {before!r}"
    path.write_text(text.replace(before, after))
    os.utime(path, (0, 0))  # not newer than the virtual environment, which stays as it is


def _run(copy: Path, commands: str) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=copy,
        env=env | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, f"{commands}\n{done.stdout[-6000:]}\n{done.stderr[-3000:]}"
