"""What browsers get of our scripts and styles: the same code, line for line, no comments."""

from pathlib import Path

import pytest

from mixroom.settings import ROOT
from mixroom.web.packing import without_comments

OURS = sorted([*(ROOT / "static" / "js").rglob("*.js"), *(ROOT / "static" / "css").glob("*.css")])


def test_a_comment_stays_at_home_and_code_does_not() -> None:
    script = b'// What it is.\nlet a = "// no" // yes\n  // why\n\nlet b = "https://x"\n'
    assert without_comments(script) == b'\nlet a = "// no" // yes\n\n\nlet b = "https://x"\n'
    style = b"/* one\n   two */\na { b: c; } /* d */\n/* e */ f { }\n"
    assert without_comments(style) == b"\n\na { b: c; } /* d */\n/* e */ f { }\n"


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_our_files_lose_nothing_but_comments(path: Path) -> None:
    text = path.read_bytes()
    lean = without_comments(text)
    before, after = text.split(b"\n"), lean.split(b"\n")
    assert len(before) == len(after)
    for number, (line, kept) in enumerate(zip(before, after, strict=True)):
        if line != kept:
            assert kept == b""
            # inside a template literal it would be text, not a comment
            assert b"\n".join(after[:number]).count(b"`") % 2 == 0, f"{path.name}:{number + 1}"
