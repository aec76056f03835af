"""The documents and the interface's texts, held to the code."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import mixroom
from mixroom.app import create_app
from mixroom.cli import cli
from mixroom.core.errors import MixroomError
from mixroom.features import declared, views
from mixroom.settings import ROOT, Settings, documented
from mixroom.web.api import ROUTES
from mixroom.web.problems import PROBLEMS, RULES

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
ADRS = sorted((DOCS / "adr").glob("*.md"))
NOT_TO_IMPORT = ("mixroom.serve", "mixroom.__main__", "mixroom.migrations")  # they act on import
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
NOT_KEPT = re.compile(r"(uploads|var|\.venv)(/|$)")  # what git does not keep


def test_the_reference_is_made_anew() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "docs.py"), "check"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


def test_every_setting_is_documented() -> None:
    text = (DOCS / "settings.md").read_text()
    for setting in documented():
        assert f"| `{setting['variable']}` | " in text


def test_every_command_is_documented() -> None:
    text = (DOCS / "cli.md").read_text()
    for name in _commands():
        assert f"## `{name}`" in text


def test_every_fact_and_every_view_is_documented() -> None:
    text = (DOCS / "events.md").read_text()
    for module in _modules():
        for fact in getattr(module, "Fact", ()):
            assert f"| `{fact.value}` | " in text
    for view in views():
        assert f"| `{view.name}` | " in text
        for fact in view.facts:
            line = next(line for line in text.splitlines() if line.startswith(f"| `{fact}` |"))
            assert f"`{view.name}`" in line


def test_every_route_is_documented(tmp_path: Path) -> None:
    env = {"MIXROOM_VAR": str(tmp_path), "MIXROOM_UPLOADS": str(tmp_path)}
    app = create_app(Settings.from_env(env))
    text = (DOCS / "api.md").read_text()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(ROUTES) or rule.rule.endswith(("/openapi.json", "/docs")):
            continue
        path = re.sub(r"<(\w+)>", r"{\1}", rule.rule.removeprefix(ROUTES))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert f"### {method} `{path}`" in text


def test_every_refusal_has_a_status_and_words() -> None:
    missing = {each.code for each in _below(MixroomError) if each.code != MixroomError.code}
    assert missing <= PROBLEMS.keys() | declared("problems")


def test_every_refusal_that_is_named_in_the_code_has_words() -> None:
    for call in _calls():
        name = getattr(call.func, "id", "")
        if name == "RefusedError" and len(call.args) == 1 and _text(call.args[0]):
            assert _text(call.args[0]) in {**PROBLEMS, **declared("problems")}
        if name == "InvalidError" and len(call.args) == 2 and _text(call.args[1]):
            assert _text(call.args[1]) in {**RULES, **declared("rules")}


def test_what_a_page_names_is_there() -> None:
    assert [f"{doc.name}: {name}" for doc in PAGES for name in _missing_from(doc)] == []


def _missing_from(doc: Path) -> Iterator[str]:
    text = FENCED.sub("", doc.read_text())
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"\w+:", target):
            path, _, anchor = target.partition("#")
            linked = doc.parent / path if path else doc
            if not linked.exists() or (anchor and anchor not in _anchors(linked)):
                yield target
    for name in re.findall(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|toml))`", text):
        kept = name.split("/")[0] in _top() and not NOT_KEPT.match(name)
        if kept and not (ROOT / name).exists() and not (DOCS / name).exists():
            yield name
    for target in re.findall(r"\bmake ([a-z-]+)`", text):
        if not re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE):
            yield f"make {target}"


def test_a_command_that_a_page_names_exists() -> None:
    known = {name.split()[1] for name in _commands() if " " in name}
    command = re.compile(r"(?:`|^|bin/|: )mixroom ([a-z]+)\b", re.MULTILINE)
    named = {
        (doc.name, name)
        for doc in [*PAGES, ROOT / "Procfile"]
        for name in command.findall(doc.read_text())
    }
    assert [(doc, name) for doc, name in named if name not in known] == []


def test_a_decision_has_its_parts() -> None:
    for adr in ADRS:
        text = adr.read_text()
        assert re.match(rf"# {int(adr.name[:4])}\. \S", text), adr.name
        assert re.search(r"^Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE), adr.name
        assert re.search(r"^Status: \w+", text, re.MULTILINE), adr.name
        for part in ("Context", "Decision", "Consequences"):
            assert re.search(rf"^## {part}\n\n\S", text, re.MULTILINE), f"{adr.name}: {part}"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(adr.name[:4]) for adr in ADRS]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_interface_text_has_its_french() -> None:
    french = {message.id: message for message in _french() if not message.fuzzy}
    missing = [
        f"{where}:{line}: {message!r}"
        for where, line, message in _messages()
        if not all(_strings(getattr(french.get(message), "string", None)))
    ]
    assert missing == []


def test_the_french_has_the_same_holes() -> None:
    for message in _french():
        holes = [set(_holes(text)) for text in _strings(message.id)]
        for text in _strings(message.string):
            assert set(_holes(text)) in holes, f"{message.id!r}: {text!r}"


def test_no_french_is_left_over() -> None:
    used = {message for _, _, message in _messages()}
    assert [message.id for message in _french() if message.id not in used] == []


def test_no_text_has_two_translations() -> None:
    said: dict[Any, Any] = {}
    for message in _french():
        earlier = said.setdefault(message.id, message.string)
        assert earlier == message.string, f"{message.id!r}: {earlier!r}, {message.string!r}"


@cache
def _modules() -> list[Any]:
    names = (each.name for each in pkgutil.walk_packages(mixroom.__path__, "mixroom."))
    return [importlib.import_module(name) for name in names if not name.startswith(NOT_TO_IMPORT)]


def _below(kind: type[MixroomError]) -> Iterator[type[MixroomError]]:
    _modules()
    for each in kind.__subclasses__():
        if each.__module__ in sys.modules:  # another test's package may be gone again
            yield each
        yield from _below(each)


def _calls() -> Iterator[ast.Call]:
    for module in _modules():
        for node in ast.walk(ast.parse(Path(module.__file__).read_text())):
            if isinstance(node, ast.Call):
                yield node


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _commands(command: click.Command = cli, name: str = "mixroom") -> Iterator[str]:
    yield name
    for sub in getattr(command, "commands", {}).values():
        if not sub.hidden:
            yield from _commands(sub, f"{name} {sub.name}")


@cache
def _anchors(page: Path) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@cache
def _top() -> set[str]:
    return {path.name for path in [*ROOT.iterdir(), *DOCS.iterdir()]}


@cache
def _messages() -> list[tuple[str, int, Any]]:
    """Return every text that is to be translated: file, line, text (or its two forms)."""
    found = []
    for folder, method in (("templates", "jinja2"), ("mixroom", "python")):
        for name, line, message, *_ in extract_from_dir(
            ROOT / folder,
            method_map=[("**.html", "jinja2"), ("**.py", "python")],
            keywords={"_": None, "gettext": None, "ngettext": (1, 2), "N_": None},
        ):
            found.append((f"{folder}/{name}", line, message))
        assert found, method
    return found


@cache
def _french() -> list[Message]:
    found = []
    for path in sorted((ROOT / "mixroom" / "translations" / "fr").glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale="fr", abort_invalid=True)
        found += [message for message in catalogue if message.id]
    return found


def _strings(text: Any) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, list | tuple) else (text or "",)


def _holes(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)s|\{\w+\}", text)
