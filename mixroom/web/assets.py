"""Static files under addresses with a hash of the content, which browsers may cache for ever."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from itertools import chain
from pathlib import Path

from flask import Flask, Response, request, send_from_directory
from werkzeug.security import safe_join

from mixroom.settings import ROOT
from mixroom.web import compression

FOLDER = ROOT / "static"
TEXTS = (".js", ".css", ".svg")
FOR_EVER = "public, max-age=31536000, immutable"
IMPORTS = re.compile(r"""(?:^|\n|[;}\s])(?:import|export)[\s({][^;\n]*?["'](\.{1,2}/[^"']+)["']""")
LATER = re.compile(r"""\bimport\(["'](\.{1,2}/[^"']+)["']\)""")
EVERYWHERE = ("js/lib/softly.js", "js/screens/signed-in.js")  # in templates/base.html
Apart = Callable[[Callable[[], bytes]], bytes]


def init(app: Flask, apart: Apart) -> None:
    """Serve /static; templates get the addresses of files by `asset(…)`.

    `apart` runs a slow computation and returns its result.
    """

    @app.get("/static/<path:name>")
    def static(name: str) -> Response:
        response = send_from_directory(FOLDER, name)
        if name.endswith(TEXTS):
            response = _compressed(name, response, apart)
        response.headers["Cache-Control"] = FOR_EVER if _is_fixed(name) else "no-cache"
        return response


def asset(name: str) -> str:
    """Return the address of a static file, with a hash of its content."""
    path = safe_join(str(FOLDER), name)
    assert path is not None, name
    return f"/static/{name}?v={_digest(Path(path))}"


@cache
def importmap(entry: str = "") -> str:
    """Return the import map from modules to their addresses with a hash, as JSON.

    It has all modules, or those that one entry and the scripts of every page import, now or later.
    """
    modules = sorted([*FOLDER.glob("js/**/*.js"), *FOLDER.glob("vendor/**/*.js")])
    names = [path.relative_to(FOLDER).as_posix() for path in modules]
    if entry:
        names = [each for each in _imported((entry, *EVERYWHERE), LATER) if each.endswith(".js")]
    imports = {f"/static/{name}": asset(name) for name in names}
    return json.dumps({"imports": imports}, separators=(",", ":"))


@cache
def importmap_hash(entry: str = "") -> str:
    """Return the hash of the import map, for the content security policy."""
    digest = hashlib.sha256(importmap(entry).encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


@cache
def shell(*entries: str) -> tuple[str, ...]:
    """Return the addresses of these files and of everything their scripts import, sorted."""
    return tuple(asset(name) for name in _imported(entries))


def _imported(entries: tuple[str, ...], *more: re.Pattern[str]) -> list[str]:
    """Return the names of these files and of those that they import; `more` finds other imports."""
    found: set[str] = set()
    waiting = list(entries)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name.endswith(".js"):
            path = FOLDER / name
            text = path.read_text()
            for there in chain.from_iterable(each.findall(text) for each in (IMPORTS, *more)):
                target = (path.parent / there).resolve()
                if target.is_file():  # an example in a comment may name other files
                    waiting.append(target.relative_to(FOLDER).as_posix())
    return sorted(found)


@cache
def release() -> str:
    """Return a short hash over all static files, which names the release."""
    paths = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return hashlib.sha256("".join(_digest(path) for path in paths).encode()).hexdigest()[:12]


def _is_fixed(name: str) -> bool:
    """Return whether the content at this address will never change.

    Workers import modules by plain names, since import maps work in pages only; a page of the
    previous release asks for old hashes.
    """
    if name.startswith(("fonts/", "vendor/")):
        return True
    path = safe_join(str(FOLDER), name)
    return path is not None and request.args.get("v") == _digest(Path(path))


def _compressed(name: str, plain: Response, apart: Apart) -> Response:
    """Send a text compressed if the browser accepts it; the result is kept in memory."""
    how = compression.accepted()
    plain.vary.add("Accept-Encoding")
    if not how or plain.status_code != 200:  # noqa: PLR2004  a range, or not modified
        return plain
    path = FOLDER / name
    plain.close()
    data = apart(lambda: _compress(path, _digest(path), how))
    response = Response(data, mimetype=plain.mimetype)
    response.headers["Content-Encoding"] = how
    response.vary.add("Accept-Encoding")
    response.set_etag(f"{_digest(path)}-{how}")
    response.make_conditional(request)
    return response


@cache
def _compress(path: Path, _content: str, how: str) -> bytes:
    data = path.read_bytes()
    if not path.is_relative_to(FOLDER / "vendor"):  # there, comments contain licences
        shorten = compression.minified if path.suffix == ".css" else compression.without_comments
        data = shorten(data)
    return compression.compress(data, how, compression.MAX_EFFORT)


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
