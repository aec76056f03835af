"""Static files under names that change with their content: browsers may keep them for ever."""

import hashlib
import json
from functools import cache
from pathlib import Path

from flask import Flask, Response, send_from_directory
from werkzeug.security import safe_join

from mixroom.settings import ROOT

FOLDER = ROOT / "static"


def init(app: Flask) -> None:
    """Serve /static, and let templates name files by `asset(…)`."""

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
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
def release() -> str:
    """Return a short name of what browsers are served, which changes with any file."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return hashlib.sha256("".join(_digest(path) for path in paths).encode()).hexdigest()[:12]


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
