"""The context of all templates, and the routes for health checks and metrics."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import prometheus_client
from flask import Flask, Response, current_app, g, jsonify, request

from mixroom.core.materialized import MaterializedViews
from mixroom.core.text import Bilingual
from mixroom.settings import Settings
from mixroom.web import assets
from mixroom.web.declaration import MenuEntry
from mixroom.web.identity import Event
from mixroom.web.language import switch_url
from mixroom.web.problems import RefusedError
from mixroom.web.security import form_token

BEHIND = 5.0  # seconds without reading the journal after which the process is `behind`
STUCK = 30.0  # seconds without reading the journal after which it should be restarted
STRETCH = 0.01  # seconds of rendering after which other threads get their turn
LOOPBACK = ("127.0.0.1", "::1", "[::1]", "localhost")
Check = Callable[[], str | None]


def init(
    app: Flask,
    settings: Settings,
    event_of: Callable[[Any], Event | None],
    menu: Sequence[MenuEntry],
    checks: dict[str, Check],
) -> None:
    """Set the context of templates; answer /healthz, /readyz and /metrics.

    `event_of` returns the event of a person, or the present one for None. `menu` are the entries of
    all features. A check returns a sentence if something is wrong, else None.
    """

    app.extensions["event_of"] = event_of
    ordered = sorted(menu, key=lambda each: each.position)

    def context() -> dict[str, Any]:
        identity = g.get("identity")
        verbs = identity.person.verbs if identity else ()
        return {
            "person": identity.person if identity else None,
            "verbs": verbs,
            "may": lambda verb: verb in verbs,
            "lang": g.get("lang", "fr"),
            "csrf": form_token(settings.secret_key, identity.secret) if identity else "",
            "event": current_event(),
            "menu": [each for each in ordered if not each.needs or each.needs in verbs],
            "asset": assets.asset,
            "importmap": assets.importmap(),
            "switch_url": switch_url() if "lang" in g else "",
        }

    app.context_processor(context)
    app.jinja_env.filters["say"] = _say
    app.jinja_env.filters["clock"] = _clock

    @app.get("/healthz")
    def healthz() -> tuple[Response, int]:
        lists: MaterializedViews = app.extensions["lists"]
        age = lists.age
        if lists.position is None or age < BEHIND:
            return jsonify({"status": "ok"}), 200
        body = {"status": "behind", "journal_read_seconds_ago": round(age, 1)}
        return jsonify(body), 200 if age < STUCK else 503

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        found = {name: check() for name, check in checks.items()}
        ready = not any(found.values())
        body = {"status": "ok" if ready else "unavailable", "checks": _faults(found)}
        return jsonify(body), 200 if ready else 503

    @app.get("/metrics")
    def metrics() -> Response:
        # A proxy on this machine uses loopback too, but passes on the public name of the host.
        asked = request.host.rpartition(":")[0] or request.host
        near = request.remote_addr in LOOPBACK and asked in LOOPBACK
        if not near and g.identity is None:
            raise RefusedError("not_signed_in")
        return Response(
            prometheus_client.generate_latest(), content_type="text/plain; version=0.0.4"
        )


def render(template: str, **context: Any) -> str:
    """Render a long page in pieces, giving other threads their turn in between."""
    current_app.update_template_context(context)
    pieces, since = [], time.monotonic()
    for piece in current_app.jinja_env.get_template(template).generate(context):
        pieces.append(piece)
        if time.monotonic() - since > STRETCH:
            time.sleep(0)
            since = time.monotonic()
    return "".join(pieces)


def current_event() -> Any:
    """Return the event of the person, or the present one for a visitor; None if there is none."""
    if "event" not in g:
        identity = g.get("identity")
        g.event = current_app.extensions["event_of"](identity.person if identity else None)
    return g.event


def _say(text: Bilingual | dict[str, str | None] | None) -> str:
    if isinstance(text, dict):
        text = Bilingual(text.get("fr"), text.get("en"))
    return text[g.get("lang", "fr")] if text else ""


def _clock(moment: datetime | str) -> str:
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    event = current_event()
    try:
        local = moment.astimezone(event.zone) if event else moment
    except OverflowError:  # an older release accepted times at the ends of the calendar
        return ""
    if g.get("lang", "fr") == "en":
        return local.strftime("%H:%M")
    return f"{local.hour}\u00a0h\u00a0{local.minute:02}"


def _faults(found: dict[str, str | None]) -> dict[str, str]:
    return {name: fault or "ok" for name, fault in found.items()}
