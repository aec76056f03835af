"""Browsers get our scripts and styles without their comments, and otherwise the same."""

import re
from collections.abc import Iterator
from pathlib import Path

from mixroom.settings import ROOT
from mixroom.web.compression import minified, without_comments

SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").glob("*.css"))


def test_a_comment_stays_at_home_and_code_does_not() -> None:
    script = b'// What it is.\nlet a = "// no" // yes\n  // why\n\nlet b = "https://x"\n'
    assert without_comments(script) == b'\nlet a = "// no" // yes\n\n\nlet b = "https://x"\n'


def test_a_style_sheet_is_set_without_comments_and_indents() -> None:
    style = b"/* one\n   two */\na,\nb {\n  c: d e\n    f;\n  g: h; /* i */\n}\n"
    assert minified(style) == b"a, b {c: d e f;g: h;}"


def test_our_scripts_lose_nothing_but_comments() -> None:
    assert [fault for path in SCRIPTS for fault in _lost(path)] == []


def _lost(path: Path) -> Iterator[str]:
    """Yield the lines that are changed, and those left out that were text and no comment."""
    text = path.read_bytes()
    before, after = text.split(b"\n"), without_comments(text).split(b"\n")
    if len(before) != len(after):
        yield f"{path.name}: {len(before)} lines, then {len(after)}"
    for number, (line, kept) in enumerate(zip(before, after, strict=False)):
        in_template = b"\n".join(after[:number]).count(b"`") % 2
        if line != kept and (kept != b"" or in_template):
            yield f"{path.name}:{number + 1}"


def test_our_styles_lose_nothing_but_comments_and_white_space() -> None:
    changed = []
    for path in STYLES:
        style = path.read_text()
        lean = minified(style.encode()).decode()
        without = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
        expected = re.sub(r"([{};])\s*\n\s*", r"\1", without).split()
        if "\n" in lean or lean.split() != expected:
            changed.append(path.name)
    assert changed == []
