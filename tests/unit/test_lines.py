"""Styles can be reviewed in a diff: short lines, one declaration each."""

import re

from mixroom.settings import ROOT

LONGEST = 120  # characters
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


def test_no_line_is_long() -> None:
    assert [
        f"{path.name}:{n}"
        for path in STYLES
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > LONGEST and "url(" not in line
    ] == []


def test_a_declaration_has_its_line() -> None:
    for path in STYLES:
        style = re.sub(r'/\*.*?\*/|"[^"]*"', "", path.read_text(), flags=re.DOTALL)
        assert not re.findall(r"^.*[;{][ \t]*\S.*$", style, re.MULTILINE), path.name
