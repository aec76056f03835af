"""Browsers get our scripts and styles without their comments, and otherwise the same."""

import re
from pathlib import Path

import pytest

from mixroom.settings import ROOT
from mixroom.web.packing import compact, without_comments

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


def test_a_comment_stays_at_home_and_code_does_not() -> None:
    script = b'// What it is.\nlet a = "// no" // yes\n  // why\n\nlet b = "https://x"\n'
    assert without_comments(script) == b'\nlet a = "// no" // yes\n\n\nlet b = "https://x"\n'


def test_a_style_sheet_is_set_without_comments_and_indents() -> None:
    style = b"/* one\n   two */\na,\nb {\n  c: d e\n    f;\n  g: h; /* i */\n}\n"
    assert compact(style) == b"a, b {c: d e f;g: h;}"


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_lose_nothing_but_comments(path: Path) -> None:
    text = path.read_bytes()
    lean = without_comments(text)
    before, after = text.split(b"\n"), lean.split(b"\n")
    assert len(before) == len(after)
    for number, (line, kept) in enumerate(zip(before, after, strict=True)):
        if line != kept:
            assert kept == b""
            # inside a template literal it would be text, not a comment
            assert b"\n".join(after[:number]).count(b"`") % 2 == 0, f"{path.name}:{number + 1}"


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_our_styles_lose_nothing_but_comments_and_white_space(path: Path) -> None:
    style = path.read_text()
    lean = compact(style.encode()).decode()
    without = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    assert "\n" not in lean
    assert lean.split() == re.sub(r"([{};])\s*\n\s*", r"\1", without).split()
