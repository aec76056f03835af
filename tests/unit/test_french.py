"""French is set as in Québec, in every catalogue, template and text of the code."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted((ROOT / "mixroom" / "translations" / "fr").glob("*.po"))

LOOKS_FRENCH = re.compile(r"[àâçéèêëîïôûùœÉÈÀÇÊ]|\b[ldjnscqLDJNSCQ]['’]\w|\bqu['’]")
RULES = {
    "a no-break space before a colon": re.compile(
        r"(?<!mailto)(?<!https)(?<![A-Z]{3})(?<=[^\s\d/]):(?=[\s\"]|$)|[^\S\u00a0]:(?=\s|$)"
    ),
    "no space before ; ! ?": re.compile(r"\w?[\s\u00a0\u202f][;!?](?=\s|[\"’»)]|$)"),
    "no-break spaces inside « »": re.compile(r"«(?!\u00a0)|(?<!\u00a0)»"),
    "typographic apostrophes": re.compile(r"\w'\w"),
    "guillemets": re.compile(r"[“”]|(?<!=)\"(?=\w)|(?<=\w)\"(?!\w)"),
    "an ellipsis in one sign": re.compile(r"\.\.\."),
    "no thin spaces, which not every typeface has": re.compile(r"\u202f"),
    "a no-break space between a number and its unit": re.compile(
        r"(?:\d|\}|\)[sd])(?:[^\S\u00a0]|(?<=\d)(?=%))(?:%(?!\()|×|(?:h|min|s|m|cm|[kMG]o)\b(?!’))"
    ),
    "“14 h 30” and not “14:30” or “14h30”": re.compile(r"\b\d{1,2}[h:]\d{2}\b|\b\d{1,2}h\b"),
}
ENGLISH = re.compile(
    r"\b(the|and|with|your|you|this|that|from|is|are|was|not|has|have|their|manager|clips?)\b",
    re.IGNORECASE,
)
THE_SAME = {
    *(
        "Code",
        "Date",
        "Description",
        "Invitation",
        "publications",
        "Invitations",
        "Licence",
        "Messages",
        "Page",
        "Logo",
        "Message",
        "Moment",
        "Pages",
        "Pause",
        "Photo",
        "Photos",
        "Supports",
        "Version %(number)s",
        "version %(number)s",
        "%(num)s page",
        "programme",
        "publications",
        "%(num)s note",
        "%(num)s notes",
        "{n} note",
        "{n} notes",
        "Plan",
    ),
    *("Photo {n}", "Principal", "Programme", "%(num)s minute", "%(num)s minutes"),
}


def _catalogues() -> Iterator[tuple[str, str, str]]:
    for path in CATALOGUES:
        with path.open("rb") as file:
            for message in read_po(file, locale="fr", abort_invalid=True):
                ids, strings = message.id, message.string
                if not ids:
                    continue
                for text in strings if isinstance(strings, tuple) else (strings,):
                    first = ids[0] if isinstance(ids, tuple) else ids
                    yield f"{path.name}: {first}", str(first), str(text).replace("%%", "%")


def _templates() -> Iterator[tuple[str, str]]:
    """Return what templates say in French beside the catalogues."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for line, kind, value in Environment().lex(path.read_text()):
            for text in re.split(r"<[^>]*>", value) if kind == "data" else [value.strip("\"'")]:
                if kind in ("data", "string") and LOOKS_FRENCH.search(text):
                    yield f"{path.name}:{line}", text.strip("\n")


def _code() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "mixroom").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Expr):
                node.value = ast.Constant(None)  # a docstring
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and LOOKS_FRENCH.search(node.value)
            ):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def _data() -> Iterator[tuple[str, str]]:
    """Return the French texts of data files: what is under `fr` of anything."""
    for path in sorted((ROOT / "mixroom").rglob("*.toml")):
        for text in _french(tomllib.loads(path.read_text())):
            yield f"{path.relative_to(ROOT)}: {text[:40]}", text


def _french(found: object) -> Iterator[str]:
    if isinstance(found, list):
        for each in found:
            yield from _french(each)
    if isinstance(found, dict):
        for name, value in found.items():
            if name == "fr" and isinstance(value, str):
                yield value
            else:
                yield from _french(value)


@pytest.mark.parametrize("rule", RULES)
def test_french_is_set_with(rule: str) -> None:
    texts = [(where, text) for where, _, text in _catalogues()] + [
        *_templates(),
        *_code(),
        *_data(),
    ]
    assert [f"{where}: {text}" for where, text in texts if RULES[rule].search(text)] == []


def test_no_english_is_left_in_french() -> None:
    left = [
        f"{where}: {text}"
        for where, message, text in _catalogues()
        if ENGLISH.search(_words(text))
        or (text == message and text not in THE_SAME and re.search(r"\w{3}", _words(text)))
    ]
    assert left == []


def _words(text: str) -> str:
    return re.sub(r"%\(\w+\)s|\{\w+\}", "", text)


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_finds_what_it_is_about(rule: str) -> None:
    wrong = {
        "a no-break space before a colon": ["Retiré : {title}", "Retiré: {title}"],
        "no space before ; ! ?": ["Ça va ?", "Ça va\u00a0?", "Ça va\u202f!", "ici ; là"],
        "no-break spaces inside « »": ["« mur »", "«mur»"],
        "typographic apostrophes": ["l'atelier"],
        "guillemets": ["le “mur”", 'le "mur" ici'],
        "an ellipsis in one sign": ["Un instant..."],
        "no thin spaces, which not every typeface has": ["14\u202fh"],
        "a no-break space between a number and its unit": ["14 h", "33 %", "33%", "{n} Mo"],
        "“14 h 30” and not “14:30” or “14h30”": ["à 14h30", "à 14:30", "à 14h"],
    }
    right = "L’atelier\u00a0: «\u00a0Ça va?\u00a0» À 14\u00a0h\u00a030, 33\u00a0%, {n}\u00a0Mo; http://x…"
    for text in wrong[rule]:
        assert RULES[rule].search(text), text
    assert not RULES[rule].search(right)
