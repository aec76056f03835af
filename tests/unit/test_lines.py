"""Styles and templates can be reviewed in a diff: short lines, one declaration each."""

import re

from mixroom.settings import ROOT

MAX_LENGTH = 120  # characters
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
UNBREAKABLE = re.compile(r"""url\("[^"]*"\)|_\("[^"]*"|^ *"[^"]*"|_\('[^']*'""")  # data, messages


def test_no_line_is_long() -> None:
    assert [
        f"{path.relative_to(ROOT)}:{n}"
        for path in [*STYLES, *TEMPLATES]
        for n, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > MAX_LENGTH and len(UNBREAKABLE.sub("", line)) > MAX_LENGTH - 20
    ] == []


def test_a_declaration_has_its_line() -> None:
    for path in STYLES:
        style = re.sub(r'/\*.*?\*/|"[^"]*"', "", path.read_text(), flags=re.DOTALL)
        assert not re.findall(r"^.*[;{][ \t]*\S.*$", style, re.MULTILINE), path.name
