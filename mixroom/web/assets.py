"""Static files under names that change with their content: browsers may keep them for ever."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.security import safe_join

from mixroom.settings import ROOT

FOLDER = ROOT / "static"
FOR_EVER = "public, max-age=31536000, immutable"
IMPORTS = re.compile(r"""(?:^|\n|[;}\s])(?:import|export)[\s({][^;\n]*?["'](\.{1,2}/[^"']+)["']""")


def init(app: Flask) -> None:
    """Serve /static, and let templates name files by `asset(…)`."""

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        response.headers["Cache-Control"] = FOR_EVER if _is_fixed(name) else "no-cache"
        return response


def asset(name: str) -> str:
    """Return the address of a static file, with the hash of its content."""
    path = safe_join(str(FOLDER), name)
    assert path is not None, name
    return f"/static/{name}?v={_digest(Path(path))}"


@cache
def importmap() -> str:
    """Return the import map that gives every module its hashed address, as JSON."""
    modules = sorted([*FOLDER.glob("js/**/*.js"), *FOLDER.glob("vendor/**/*.js")])
    names = [path.relative_to(FOLDER).as_posix() for path in modules]
    return json.dumps({"imports": {f"/static/{name}": asset(name) for name in names}})


@cache
def shell(*entries: str) -> tuple[str, ...]:
    """Return the addresses of scripts and of all that they import, in the order of their names."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js"):
            path = FOLDER / name
            for there in IMPORTS.findall(path.read_text()):
                target = (path.parent / there).resolve()
                if target.is_file():  # an example in a comment names files that are not here
                    waiting.append(target.relative_to(FOLDER).as_posix())
    return tuple(asset(name) for name in sorted(found))


@cache
def release() -> str:
    """Return a short name of what browsers are served, which changes with any file."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return hashlib.sha256("".join(_digest(path) for path in paths).encode()).hexdigest()[:12]


def _is_fixed(name: str) -> bool:
    """Say whether this address will never have another content.

    Workers ask for their modules by the plain name, since import maps are for pages only; a page of
    the release before asks for hashes that are not ours.
    """
    if name.startswith(("fonts/", "vendor/")):
        return True
    path = safe_join(str(FOLDER), name)
    return path is not None and request.args.get("v") == _digest(Path(path))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
