"""Modules are fetched beside each other: a page names all that its script imports, and no other."""

import json
import re
from pathlib import Path

import pytest

from mixroom.settings import ROOT
from mixroom.web.assets import importmap

JS = ROOT / "static" / "js"
PAGES = (
    "send/send.html",
    "review/review.html",
    "review/translations.html",
    "public/live.html",
    "wrap/wrap.html",
)
IMPORT = re.compile(r'^(?:import|export)\b[^"\n]*"(\.{1,2}/[^"]+)"', re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_every_module_that_its_script_imports(page: str) -> None:
    template = (ROOT / "templates" / page).read_text()
    listed = re.search(r"modules\(\[(.*?)\]", template, re.DOTALL)
    entry = re.search(r"js/screens/\w+\.js", template)
    assert listed
    assert entry
    named = re.findall(r'"([^"]+)"', listed[1])
    assert sorted(named) == sorted(_imported(ROOT / "static" / entry[0]))


def test_a_page_that_names_its_entry_gets_the_addresses_of_what_it_imports_and_no_more() -> None:
    mapped = json.loads(importmap("js/screens/send.js"))["imports"]
    everything = json.loads(importmap())["imports"]
    assert mapped.items() < everything.items()
    assert "/static/js/elements/asked.js" in mapped  # which is imported later
    assert not [name for name in mapped if "/wall/" in name]


def _imported(entry: Path) -> set[str]:
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        path = waiting.pop()
        for name in IMPORT.findall(path.read_text()):
            imported = (path.parent / name).resolve()
            if imported not in found and path.is_relative_to(JS):
                found.add(imported)
                waiting.append(imported)
    return {_name(path) for path in found}


def _name(path: Path) -> str:
    return path.relative_to(JS if path.is_relative_to(JS) else JS.parent).with_suffix("").as_posix()
