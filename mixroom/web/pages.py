"""The context of all templates, and the tools of pages."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

from flask import Flask, Response, current_app, g, make_response, redirect, request
from markupsafe import Markup

from mixroom.core import clock, ids
from mixroom.core.dates import format_date
from mixroom.core.text import Bilingual
from mixroom.settings import Settings
from mixroom.web import assets
from mixroom.web.declaration import MenuEntry
from mixroom.web.identity import Event
from mixroom.web.language import switch_url
from mixroom.web.menu import Menu, menu
from mixroom.web.security import form_token

STRETCH = 0.01  # seconds of rendering after which other threads get their turn


def init(
    app: Flask,
    settings: Settings,
    event_of: Callable[[Any], Event | None],
    entries: Sequence[MenuEntry],
) -> None:
    """Set the context of templates.

    `event_of` returns the event of a person, or the present one for None; `entries` are those of
    the menu, of all features.
    """
    app.extensions["event_of"] = event_of

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
            "just_saved": bool(request.args.get("saved")),
            "menu": menu(entries, identity.person, request.path) if identity else Menu(),
            "asset": assets.asset,
            "with_imports": assets.shell,
            "importmap": _importmap,
            "switch_url": switch_url() if "lang" in g else "",
        }

    app.context_processor(context)
    app.jinja_env.filters["capitalize"] = _capitalized
    app.jinja_env.filters["say"] = _say
    app.jinja_env.filters["clock"] = _clock
    app.jinja_env.filters["moment"] = _moment
    app.jinja_env.filters["dated"] = _dated
    app.jinja_env.filters["long_date"] = _long_date
    app.jinja_env.globals["new_id"] = ids.new
    app.jinja_env.filters["json_text"] = lambda value: json.dumps(value, default=str)


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


def saved_at(page: str) -> Response:
    """Lead to a page, perhaps to a part of it, which says that something was saved."""
    path, mark, part = page.partition("#")
    return make_response(redirect(f"{path}?saved=1{mark}{part}", 303))


def current_event() -> Any:
    """Return the event of the person, or the present one for a visitor; None if there is none."""
    if "event" not in g:
        identity = g.get("identity")
        g.event = current_app.extensions["event_of"](identity.person if identity else None)
    return g.event


def _importmap(entry: str = "") -> Markup:
    """Return the import map of a page, all modules unless it names its entry.

    The page's security policy lets in this one.
    """
    g.importmap_entry = entry
    return Markup(assets.importmap(entry))  # noqa: S704  made of the names of our own files


def _capitalized(text: str) -> str:
    """Return a text with a capital at its beginning; Jinja's own filter lowers all others."""
    return text[:1].upper() + text[1:]


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


def _moment(moment: datetime | str) -> str:
    """Return a time with its day, unless that is today."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    event = current_event()
    local, now = (each.astimezone(event.zone) if event else each for each in (moment, clock.now()))
    if local.date() == now.date():
        return _clock(moment)
    return f"{format_date(local, 'EEE d MMM', locale=g.get('lang', 'fr'))} {_clock(moment)}"


def _dated(moment: datetime) -> str:
    """Return a time with its date, for a sentence."""
    event = current_event()
    local = moment.astimezone(event.zone) if event else moment
    return f"{format_date(local, 'long', locale=g.get('lang', 'fr'))}, {_clock(moment)}"


def _long_date(day: date | str) -> str:
    """Return a date with its year; as a text it is `2015-11-07`."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return format_date(day, "long", locale=g.get("lang", "fr"))
