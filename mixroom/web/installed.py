"""The app that phones install: manifest, service worker, sharing, help."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pydantic
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
)

from mixroom.core.speech import say
from mixroom.core.text import N_
from mixroom.web import assets
from mixroom.web.api import ROUTES, documented
from mixroom.web.declaration import Shortcut, parts
from mixroom.web.problems import RefusedError
from mixroom.web.security import changes_nothing, form_token, person

PAPER = "#f4f1ea"
# Files of the app in addition to those that features declare.
SHELL = (
    "css/base.css",
    "css/components.css",
    "css/reset.css",
    "css/tokens.css",
    "img/icon.svg",
    "js/lib/softly.js",
    "js/screens/signed-in.js",
)
WORKER = "js/workers/app.js"
WORKER_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "require-trusted-types-for 'script'"
)


class Session(pydantic.BaseModel):
    """The person signed in on this browser, a form token for its changes, and the release."""

    person: str
    csrf: str
    release: str


web = Blueprint("installed", __name__)


def init(
    app: Flask, shortcuts: Sequence[Shortcut], offline: Iterable[Mapping[str, Sequence[str]]]
) -> None:
    """Serve the app.

    Each mapping of `offline` names offline shells, such as the app's own `shell`, and the files
    that they need without a connection.
    """
    shells: dict[str, list[str]] = {"shell": [*SHELL]}
    for declared in offline:
        for name, files in declared.items():
            shells.setdefault(name, []).extend(files)
    app.extensions["shortcuts"], app.extensions["shells"] = shortcuts, shells
    app.register_blueprint(web)


@web.get("/manifest.webmanifest")
def manifest() -> Response:
    """Send the manifest of the app, in the language and with the shortcuts of the person."""
    response = jsonify(_manifest(current_app.extensions["shortcuts"]))
    response.mimetype = "application/manifest+json"
    return response


@web.get("/sw.js")
def worker() -> Response:
    """Send the service worker's script, with the release and the files of each offline shell."""
    shells = current_app.extensions["shells"]
    files = {name: assets.shell(*each) for name, each in shells.items()}
    about = json.dumps({"release": assets.release(), **files})
    script = f'import {{ serve }} from "{assets.asset(WORKER)}"\nserve({about})\n'
    response = make_response(script)
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Content-Security-Policy"] = WORKER_POLICY
    return response


@web.post("/send/share")
@changes_nothing
def shared() -> tuple[str, int]:
    """Explain that sharing needs the service worker, which handles this request if there is one."""
    person()
    return render_template("help/shared.html"), 409


@web.get("/send/share")
def shared_again() -> Response:
    """Redirect a phone that repeats a share without its files."""
    return make_response(redirect("/send", 303))


@web.get("/help/phones")
def phones() -> str:
    """Show how to install the app on a phone."""
    person()
    return render_template("help/phones.html", base_url=parts().settings.base_url)


@web.get(f"{ROUTES}/session")
@documented("Read who is signed in, and a new form token", {200: Session})
def session() -> Response:
    """Return the person who is signed in, and a form token."""
    if g.identity is None:
        raise RefusedError("not_signed_in")
    by, csrf = g.identity.person.id, form_token(parts().settings.secret_key, g.identity.secret)
    return jsonify({"person": by, "csrf": csrf, "release": assets.release()})


def _manifest(shortcuts: Sequence[Shortcut]) -> dict[str, Any]:
    lang = g.lang
    by = g.identity.person if g.identity else None
    return {
        "id": "/send",
        "name": "Mixroom",
        "short_name": "Mixroom",
        "description": say(lang, N_("What the media room sends to the wall.")),
        "lang": lang,
        "dir": "ltr",
        "start_url": "/send",
        "scope": "/",
        "display": "standalone",
        "orientation": "any",
        "background_color": PAPER,
        "theme_color": PAPER,
        "categories": ["news", "photo"],
        "icons": [
            _icon("icon-192.png", 192, "any"),
            _icon("icon-512.png", 512, "any"),
            _icon("maskable-192.png", 192, "maskable"),
            _icon("maskable-512.png", 512, "maskable"),
            {"src": assets.asset("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
        ],
        "shortcuts": [
            {
                "name": say(lang, each.title),
                "url": each.path,
                "icons": [_icon("icon-192.png", 192, "any")],
            }
            for each in shortcuts
            if not each.needs or (by and each.needs in by.verbs)
        ],
        "share_target": {
            "action": "/send/share",
            "method": "POST",
            "enctype": "multipart/form-data",
            "params": {"files": [{"name": "files", "accept": ["image/*", "video/*"]}]},
        },
    }


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    sizes = f"{size}x{size}"
    return {
        "src": assets.asset(f"img/{name}"),
        "sizes": sizes,
        "type": "image/png",
        "purpose": purpose,
    }
