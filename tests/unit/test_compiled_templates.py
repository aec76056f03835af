"""Compiled templates are kept like compiled modules: used while they fit, never required."""

import sys
from pathlib import Path

import jinja2
import pytest
from flask import Flask, render_template

from mixroom.web import compiled_templates


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have Python write what it compiles, into a folder of the test's own."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "compiled"))
    return tmp_path / "compiled"


def page(templates: Path, text: str) -> str:
    """Return a page, made by an application that has just started."""
    templates.mkdir(exist_ok=True)
    (templates / "page.html").write_text(text)
    app = Flask("page", template_folder=str(templates))
    compiled_templates.init(app)
    with app.test_request_context():
        return render_template("page.html", name="<Zoé>")


def test_the_next_start_compiles_nothing_until_a_template_changes(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = []
    compile_it = jinja2.Environment.compile

    def noted(self: jinja2.Environment, source: str, *more: object, **named: object) -> object:
        compiled.append(source)
        return compile_it(self, source, *more, **named)  # type: ignore[call-overload]

    monkeypatch.setattr(jinja2.Environment, "compile", noted)
    for text, said in [
        ("Bonjour {{ name }}", "Bonjour &lt;Zoé&gt;"),
        ("Salut {{ name }}", "Salut &lt;Zoé&gt;"),
    ]:
        for _ in range(2):
            assert page(tmp_path / "templates", text) == said
        assert compiled.count(text) == 1
    assert [path for path in prefix.rglob("*") if path.is_file()]


@pytest.mark.parametrize("fault", ["no folder", "a folder in a file's place", "damaged"])
def test_a_server_starts_without_them(prefix: Path, tmp_path: Path, fault: str) -> None:
    if fault == "no folder":
        prefix.write_text("in its place")
    else:
        page(tmp_path / "templates", "{{ name }}")
        for kept in [path for path in prefix.rglob("*") if path.is_file()]:
            kept.unlink()
            kept.mkdir() if fault.startswith("a folder") else kept.write_bytes(b"j2")
    assert page(tmp_path / "templates", "{{ name }}") == "&lt;Zoé&gt;"


def test_nothing_is_written_where_python_may_write_nothing(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert page(tmp_path / "templates", "{{ name }}") == "&lt;Zoé&gt;"
    assert not prefix.exists()
