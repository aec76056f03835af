"""Styles can be reviewed in a diff: short lines, one declaration each."""

import re
from pathlib import Path

import pytest

from mixroom.settings import ROOT

LONGEST = 120  # characters
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_no_line_is_long(path: Path) -> None:
    lines = enumerate(path.read_text().splitlines(), 1)
    assert not [n for n, line in lines if len(line) > LONGEST and "url(" not in line]


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_declaration_has_its_line(path: Path) -> None:
    style = re.sub(r'/\*.*?\*/|"[^"]*"', "", path.read_text(), flags=re.DOTALL)
    assert not re.findall(r"^.*[;{][ \t]*\S.*$", style, re.MULTILINE)
