#!/usr/bin/env python3
"""Makes the reference pages of `docs/` from the code, so that they cannot lie.

docs.py write    make the pages anew
docs.py check    change nothing; name the pages that are out of date, exit code 1 then
"""

import json
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import click
import sqlalchemy as sa

import mixroom
from mixroom.app import create_app
from mixroom.cli import cli
from mixroom.core.speech import both
from mixroom.features import declared, features
from mixroom.features import views as all_views
from mixroom.settings import Settings, documented
from mixroom.web import openapi
from mixroom.web.problems import PROBLEMS, RULES

DOCS = ROOT / "docs"
MADE = (
    "<!-- Made by scripts/docs.py from the code: change the code, then `scripts/docs.py write`. -->"
)
WIDTH = 88


def main() -> None:
    """Write or check."""
    if sys.argv[1:] not in (["write"], ["check"]):
        sys.exit(__doc__)
    made = pages()
    outdated = [name for name, text in made.items() if _differs(DOCS / name, text)]
    if sys.argv[1] == "check":
        if outdated:
            sys.exit(f"out of date: {', '.join(outdated)}; run scripts/docs.py write")
        return
    for name in outdated:
        (DOCS / name).write_text(made[name])
    print("\n".join(f"docs/{name}" for name in outdated) or "nothing has changed")


def pages() -> dict[str, str]:
    """Return every page by its name."""
    makers: dict[str, Callable[[], str]] = {
        "settings.md": settings,
        "cli.md": commands,
        "events.md": events,
        "api.md": api,
        "data-model.md": data_model,
    }
    return {name: f"{make().strip()}\n" for name, make in makers.items()}


def settings() -> str:
    """Return the page of every setting."""
    rows = [
        (f"`{each['variable']}`", each["what"], each["default"], f"`{each['example']}`")
        for each in documented()
    ]
    return _joined(
        "# Settings",
        MADE,
        "Mixroom reads its settings from the environment, once, at the start. A wrong value stops "
        "the start with one line that names the variable, its fault and an example.",
        _table(("Variable", "What it is", "Default", "Example"), rows),
    )


def commands() -> str:
    """Return the page of every command, as each explains itself."""
    parts = [f"## `{name}`\n\n```text\n{text}\n```" for name, text in _helps(cli, "mixroom")]
    return _joined(
        "# Commands",
        MADE,
        "In a checkout the command is `.venv/bin/mixroom`. Errors go to stderr and say what to do. "
        "Exit codes: 0 done, 1 refused or something is wrong, 2 wrong usage.",
        *parts,
    )


def _module_of_facts(feature: str) -> str:
    """Return the module that defines `Fact`: `moves.py` if the feature has one, else `model.py`."""
    moves = Path("mixroom") / feature / "moves.py"
    return str(moves if (ROOT / moves).exists() else moves.with_name("model.py"))


def events() -> str:
    """Return the page of every fact and view, and of the permissions."""
    views = all_views()
    parts = []
    for feature in features():
        rows = []
        for fact, meaning in feature.facts.items():
            changed = ", ".join(f"`{view.name}`" for view in views if fact in view.facts)
            rows.append((f"`{fact}`", meaning, changed or "none"))
        where = f"Named by `Fact` in `{_module_of_facts(feature.name)}`."
        if rows:
            parts += [
                f"## {feature.name}",
                where,
                _table(("Fact", "What happened", "Changes the views"), rows),
            ]
    lists = [
        (
            f"`{view.name}`",
            meaning,
            "its event" if view.belongs_to == "event" else "a person",
            ", ".join(sorted(str(role) for role in view.roles)),
        )
        for view, meaning in views.items()
    ]
    rights = [
        (f"`{permission}`", ", ".join(sorted(str(role) for role in roles)), feature.name)
        for feature in features()
        for permission, roles in feature.permissions.items()
    ]
    notices = [
        (f"`{notice.name}`", notice.title, feature.name)
        for feature in features()
        for notice in feature.notices
    ]
    return _joined(
        "# Facts, views, permissions, messages",
        MADE,
        "Every action records one fact in the journal, in the transaction of its change: `seq` "
        "(its number), `event_id`, `name`, `key` (the thing that changed), `owner` (the person or "
        "event it belongs to), `by` (the person who acted), `at`, and sometimes `particulars` (a "
        "small JSON object, such as the id of a photo). A fact carries no content: each view that "
        "it changes reads the item as it is now. [live.md](live.md) says how that reaches a "
        "client.",
        *parts,
        "## Views",
        "The lists that a client can follow. Visitors without sign-in may read `public` over HTTP.",
        _table(("View", "Items", "One list for", "Roles"), lists),
        "## Permissions",
        "A role has a permission or not; a view says itself which roles may follow it.",
        _table(("Permission", "Roles", "Declared by"), rights),
        "## Messages on phones",
        _table(("Message", "Title", "Declared by"), notices),
    )


def data_model() -> str:
    """Return the page of every table, drawn feature by feature."""
    parts = []
    for feature in features():
        if feature.tables:
            parts += [f"## {feature.name}", _drawn(feature.tables)]
    return _joined(
        "# Data model",
        MADE,
        "One database, SQLite or PostgreSQL, with one history of migrations. Ids are UUIDs of "
        "version 7 as text, so they sort by the time of their making; times are UTC. An arrow is a "
        "foreign key. Beside these, `core` keeps `journal`, `journal_head` and `journal_cursor` "
        "(what happened, in commit order, and who has read it), `job` and `worker` (what the "
        "worker has to do, and who does it).",
        *parts,
    )


def _drawn(tables: Iterable[sa.Table]) -> str:
    lines = ["```mermaid", "erDiagram"]
    for table in tables:
        lines += [f"  {table.name} {{", *(f"    {_kind(c)} {c.name}" for c in table.columns), "  }"]
        targets = sorted({key.target_fullname.split(".")[0] for key in table.foreign_keys})
        lines += [f"  {table.name} }}o--|| {target} : of" for target in targets]
    return "\n".join([*lines, "```"])


def _kind(column: sa.Column[Any]) -> str:
    return type(column.type).__name__.lower()


def api() -> str:
    """Return the page of every route, its bodies and every refusal."""
    described = document()
    parts = []
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            parts.append(_route(method, path, route))
    schemas = described["components"]["schemas"]
    rules = {**RULES, **declared("rules")}
    return _joined(
        "# HTTP API",
        MADE,
        "Every path begins with `/api/v1`. A script sends `Authorization: Bearer TOKEN` "
        "(`mixroom token` makes one); a page sends its session cookie and, with anything but GET, "
        "the header `X-CSRF-Token`. Ids are UUIDs in their canonical form, made by the client or "
        "the server; times are RFC 3339 in UTC. The running server describes itself at "
        "`/api/v1/openapi.json` (OpenAPI 3.1), and to people at `/api/v1/docs`.",
        "## Routes",
        *parts,
        "## Bodies",
        *(_schema(name, schema) for name, schema in schemas.items() if "properties" in schema),
        *(_choices(name, schema) for name, schema in schemas.items() if "enum" in schema),
        "## Refusals",
        "A refusal is `application/problem+json` (RFC 9457): `type`, `title` in the reader's "
        "language (`Accept-Language`), `status`, the stable `code`, and where it helps `detail` "
        "and `errors: [{field, message}]`. 429 and 503 carry `Retry-After`.",
        _table(
            ("Code", "Status", "In English", "En français"),
            [
                (f"`{code}`", str(status), both(text).en or "", both(text).fr or "")
                for code, (status, text, _) in {**PROBLEMS, **declared("problems")}.items()
            ],
        ),
        "The messages of `errors`:",
        _table(
            ("In English", "En français"),
            [(both(text).en or "", both(text).fr or "") for text in rules.values()],
        ),
    )


def document() -> dict[str, Any]:
    """Return the OpenAPI document, as the server would answer it."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"MIXROOM_VAR": folder, "MIXROOM_UPLOADS": folder, "SECRET_KEY": "x" * 64}
        app = create_app(Settings.from_env(env))
        return openapi.document(app, mixroom.__version__)


def _helps(
    command: click.Command, name: str, parent: click.Context | None = None
) -> Iterator[tuple[str, str]]:
    context = click.Context(
        command, parent, name, terminal_width=WIDTH, color=False, **command.context_settings
    )
    yield context.command_path, command.get_help(context)
    for sub in getattr(command, "commands", {}).values():
        if not sub.hidden:
            yield from _helps(sub, sub.name, context)


def _route(method: str, path: str, route: Mapping[str, Any]) -> str:
    lines = [f"### {method.upper()} `{path}`", f"{route['summary']}."]
    if "security" in route:
        lines.append("No sign-in is needed.")
    sent = [
        f"- {each['in']} `{each['name']}`: {each['description']}"
        for each in route["parameters"]
        if each["description"]
    ]
    for kind, content in route.get("requestBody", {}).get("content", {}).items():
        sent.append(f"- body `{kind}`: {_type(content['schema'])}")
        for name, field in content["schema"].get("properties", {}).items():
            sent.append(f"  - `{name}` {field.get('description', '')}".rstrip())
    if sent:
        lines.append("\n".join(sent))
    answers = []
    for status, answer in route["responses"].items():
        if status != "default":
            content = answer.get("content", {}).get("application/json")
            answers.append(f"{status} {_type(content['schema']) if content else 'nothing'}")
    lines.append("Answers " + " or ".join(answers) + ".")
    return "\n\n".join(lines)


def _schema(name: str, schema: Mapping[str, Any]) -> str:
    rows = []
    for field, facts in schema["properties"].items():
        default = f"`{json.dumps(facts['default'])}`" if "default" in facts else ""
        needed = "yes" if field in schema.get("required", ()) else default
        rows.append((f"`{field}`", _type(facts), needed))
    return _joined(
        f"### {name}",
        " ".join(schema.get("description", "").split()),
        _table(("Field", "Type", "Required, or its default"), rows),
    )


def _choices(name: str, schema: Mapping[str, Any]) -> str:
    values = ", ".join(f"`{value}`" for value in schema["enum"])
    return _joined(f"### {name}", " ".join(schema.get("description", "").split()), values)


def _type(schema: Mapping[str, Any]) -> str:
    """Return a JSON schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema['items'])}" if schema.get("items") else "list"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), Mapping):
        return f"object of {_type(schema['additionalProperties'])}"
    return str(schema.get("type", "anything"))


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(each) for each in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _differs(path: Path, text: str) -> bool:
    return not path.exists() or path.read_text() != text


if __name__ == "__main__":
    main()
