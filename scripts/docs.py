#!/usr/bin/env python3
"""Makes the reference pages of `docs/` from the code, so that they cannot lie.

docs.py write    make the pages anew
docs.py check    change nothing; name the pages that are out of date, exit code 1 then
"""

import importlib
import json
import pkgutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import click

import mixroom
from mixroom.app import VIEWS, create_app
from mixroom.cli import cli
from mixroom.core.speech import both
from mixroom.settings import Settings, documented
from mixroom.web import openapi
from mixroom.web.problems import PROBLEMS, RULES

DOCS = ROOT / "docs"
MADE = (
    "<!-- Made by scripts/docs.py from the code: change the code, then `scripts/docs.py write`. -->"
)
WIDTH = 88

# What each fact means for the people; the code has the name, the sentence is ours.
MEANINGS: Mapping[str, str] = {
    "event.edited": "An edition was opened, or its name, days, time zone, teams or places changed.",
    "person.added": "Someone, a script or a screen was put on the team.",
    "person.removed": "Someone was taken off the team; their devices are signed out.",
    "person.trusted": "A lead lets what someone sends go to the wall by itself, or no longer.",
    "person.bilingual": "Someone writes both languages and may be asked to translate, or not.",
    "device.added": "A device signed in.",
    "device.revoked": "A device was signed out; its sockets are closed.",
    "media.received": "A photo or a clip arrived, safe on the disk; a job to look at it waits.",
    "media.thumbed": "A first picture of it can be shown to its author and reviewers.",
    "media.converting": "More of a clip is converted; `progress` says how much, in percent.",
    "media.ready": "Every rendition of it can be fetched.",
    "media.set_aside": "The original is another picture than its preview, or was lost on the way.",
    "media.retouched": "A reviewer wants it cropped, turned or blurred; a job to do so waits.",
    "media.refused": "The photo or the clip cannot be used; its refusal says why.",
    "sponsor.added": "A sponsor is thanked on the walls from now on.",
    "sponsor.edited": "A sponsor's name, tier, promise, address, order or logo changed.",
    "sponsor.removed": "A sponsor is thanked no more; what was shown stays counted.",
    "sponsor.silenced": "The moments without sponsors changed.",
    "submission.submitted": "An author handed something to the reviewers.",
    "submission.edited": "The author mended it; what had been returned waits for review again.",
    "submission.amended": "A reviewer mended its words; where it is shown it changes at once.",
    "submission.flagged": "Someone says that they are in it; it stays, or is hidden already.",
    "submission.claimed": "A reviewer has it open; it is theirs for 75 seconds, or longer.",
    "submission.released": "The reviewer who had it open let go of it.",
    "submission.scheduled": "A reviewer cleared it for the wall and the public, for later.",
    "submission.reported": "Someone says that they are in it; hidden until a reviewer decides.",
    "submission.reopened": "The reviewer undid a decision moments after it; it waits again.",
    "submission.asked": "Someone was asked for the language that a shown item lacks, or nobody is.",
    "submission.translated": "Someone proposed that side; a reviewer has yet to take it in.",
    "submission.approved": "A reviewer cleared it for the wall and the public.",
    "submission.returned": "A reviewer asked the author to mend it, with a reason.",
    "submission.rejected": "A reviewer declined it for good, with a reason.",
    "submission.held": "A reviewer put it aside, with a reason; it stays in the queue.",
    "submission.withdrawn": "The author took it back; it leaves the wall if it was there.",
    "submission.recalled": "A reviewer took it off every screen.",
    "screen.changed": "A screen was set up, or something was asked of it.",
    "screen.acknowledged": "A screen says that it has let a recalled item go.",
}

LISTS: Mapping[str, str] = {
    "wall": "Everything approved, as the projectors show it",
    "review": "What waits for a decision: submitted or held",
    "reports": "Photos that someone says they are in, until a reviewer has looked",
    "desk": "What one person sent, in every status",
    "translations": "What is shown and lacks a language, or says something else in it",
    "crew": "Who is on the team; its beat says who is there",
    "sponsors": "Whom the walls thank, with their shares, and when they thank nobody",
    "public": "Everything approved, for everyone",
    "screen": "One screen's settings and what is asked of it now",
    "screens": "Every screen's settings and what is asked of it now",
    "recalls": "What was recalled, with the screens that were told and have let go",
}


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


def events() -> str:
    """Return the page of every fact, and who hears it."""
    parts = []
    for feature, facts in facts_by_feature().items():
        rows = []
        for fact in facts:
            heard = ", ".join(f"`{view.name}`" for view in VIEWS if fact.value in view.hears)
            rows.append((f"`{fact.value}`", MEANINGS[fact.value], heard or "no view"))
        where = f"Named by `Fact` in `mixroom/{feature}/model.py`."
        parts += [f"## {feature}", where, _table(("Fact", "What happened", "Heard by"), rows)]
    lists = [
        (
            f"`{view.name}`",
            LISTS[view.name],
            "its event" if view.whose == "event" else "a person",
            ", ".join(sorted(str(role) for role in view.roles)),
        )
        for view in VIEWS
    ]
    return _joined(
        "# Facts and views",
        MADE,
        "Every action records one fact in the journal, in the transaction of its change: "
        "`seq` (its number), `event_id`, `name`, `key` (what it happened to), `owner` (whose that "
        "is), `by` (who did it), `at`. A fact carries no content: a view that hears it reads the "
        "item as it is now. [live.md](live.md) says how that reaches a client.",
        *parts,
        "## Views",
        "What a client can follow. Visitors without sign-in may read `public` over HTTP.",
        _table(("View", "What it lists", "One list for", "Who may follow"), lists),
    )


def api() -> str:
    """Return the page of every route, its bodies and every refusal."""
    described = document()
    parts = []
    for path, methods in described["paths"].items():
        for method, route in methods.items():
            parts.append(_route(method, path, route))
    schemas = described["components"]["schemas"]
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
                for code, (status, text) in PROBLEMS.items()
            ],
        ),
        "The messages of `errors`:",
        _table(
            ("In English", "En français"),
            [(both(text).en or "", both(text).fr or "") for text in RULES.values()],
        ),
    )


def document() -> dict[str, Any]:
    """Return the OpenAPI document, as the server would answer it."""
    with tempfile.TemporaryDirectory() as folder:
        env = {"MIXROOM_VAR": folder, "MIXROOM_UPLOADS": folder, "SECRET_KEY": "x" * 64}
        app = create_app(Settings.from_env(env))
        return openapi.document(app, mixroom.__version__)


def facts_by_feature() -> dict[str, list[StrEnum]]:
    """Return the facts of every feature that has some."""
    found = {}
    for feature in sorted(p.name for p in pkgutil.iter_modules(mixroom.__path__) if p.ispkg):
        if (Path(mixroom.__path__[0]) / feature / "model.py").exists():
            model = importlib.import_module(f"mixroom.{feature}.model")
            if hasattr(model, "Fact"):
                found[feature] = list(model.Fact)
    missing = {f.value for facts in found.values() for f in facts} ^ MEANINGS.keys()
    if missing:
        sys.exit(f"scripts/docs.py: MEANINGS and the facts differ in {', '.join(sorted(missing))}")
    return found


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
