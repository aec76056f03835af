"""The application, made from the declarations of all features."""

from contextlib import suppress
from functools import cache
from typing import Any

from flask import Flask, g, jsonify, render_template

from mixroom import __version__
from mixroom.core.errors import MixroomError
from mixroom.core.materialized import MaterializedViews
from mixroom.core.views import View
from mixroom.features import declared, features, listed
from mixroom.features import views as all_views
from mixroom.installation import Apart, store_of
from mixroom.settings import ROOT, Settings
from mixroom.web import (
    assets,
    compiled_templates,
    compression,
    follow,
    health,
    installed,
    language,
    limits,
    malformed_packets,
    openapi,
    pages,
    problems,
    security,
    visitors,
)
from mixroom.web.api import ROUTES
from mixroom.web.declaration import Parts, named
from mixroom.web.identity import Directory, Event, Person
from mixroom.web.presence import Presence
from mixroom.web.shared_answers import SharedAnswers, Shown
from mixroom.web.slow_bodies import RecheckingRequest
from mixroom.web.sockets import Live

MAX_FORM_PARTS = 40
FORM_BYTES = 1_000_000  # for the fields of a form, in addition to its files


class PresentEvent:
    """The event that visitors see, looked up again after each new fact."""

    def __init__(self, lists: MaterializedViews, directory: Directory) -> None:
        self._lists, self._directory = lists, directory
        self._position: int | None = None
        self._event: Event | None = None

    def __call__(self) -> Event | None:
        """Return the event as it is now, or as last known while the database is down."""
        with suppress(MixroomError):  # an error page must not fail because of its title
            self._lists.refresh()
            position = self._lists.position
            if position != self._position:
                self._event = self._directory.present_event()
                self._position = position
        return self._event


def create_app(
    settings: Settings,
    *,
    mode: str = "threading",
    process: str = "0",
    apart: Apart = lambda wait: wait(),
) -> Flask:
    """Build the application.

    `mode` is that of Socket.IO, `process` the name of this process; `apart` runs a function that
    waits for the disk or computes for long.
    """
    app = Flask("mixroom", template_folder=str(ROOT / "templates"), static_folder=None)
    _limit_requests(app, settings)
    files, lists, directory = store_of(settings, apart), MaterializedViews(), directory_of()
    app.extensions["lists"], app.extensions["hooks"] = lists, declared("hooks")
    app.extensions["letter_templates"] = {each.name: each for each in listed("letters")}
    app.extensions["leaves"] = listed("leaves")
    app.extensions["alarm_rules"] = {rule.name: rule for rule in listed("alarms")}
    present = PresentEvent(lists, directory)

    def event_of(person: Person | None) -> Event | None:
        return directory.event(person.event_id) if person else present()

    def public_scope() -> str | None:
        if "event" not in g:
            g.event = present()
        return g.event.id if g.event else None

    problems.init(app, declared("problems"), declared("rules"))
    security.init(app, settings, directory)
    language.init(app)
    app.before_request(security.refuse_forged)
    visitors.init(app, settings)
    limits.init(app, settings)
    compression.init(app)
    assets.init(app, apart)
    compiled_templates.init(app)
    pages.init(app, settings, event_of, listed("menu"))
    health.init(app, settings, files, lists)
    installed.init(app, listed("shortcuts"), [each.offline for each in features()])
    views: dict[str, View] = {view.name: view for view in all_views()}
    on_public_page = (views[follow.PUBLIC], *listed("on_public_page"))

    def shown() -> Shown:
        event = present()
        if event is None:
            return Shown(None)
        found = tuple(lists.get(view, event.id, refreshed=True) for view in on_public_page)
        return Shown(event, found, tuple(each.seq for each in found))

    app.extensions["views"] = views
    app.extensions["panels"] = sorted(listed("panels"), key=lambda panel: panel.position)
    app.extensions["renews"] = listed("renews")
    app.extensions["calendars"] = listed("calendar")
    with_entries = [each for each in features() if each.calendar]
    app.extensions["calendar_views"] = [view for each in with_entries for view in each.views]
    app.extensions["steps"] = sorted(listed("steps"), key=lambda step: step.position)
    app.extensions["privacy"] = sorted(listed("privacy"), key=lambda kept: kept.position)
    app.register_blueprint(follow.blueprint(views, lists, public_scope), url_prefix=ROUTES)
    _serve_features(app, Parts(settings, files, apart))
    _serve_reference(app)
    malformed_packets.keep_quiet()
    app.extensions["live"] = Live(
        app,
        views.values(),
        lists,
        directory,
        base_url=settings.base_url,
        mode=mode,
        fan_out_by=settings.fan_out,
        presence=Presence(settings.redis_url, process),
        messages={name: named(handler) for name, handler in declared("messages").items()},
    )
    shared = SharedAnswers(app.wsgi_app, lists, shown, settings)
    app.wsgi_app = shared  # type: ignore[assignment, method-assign]
    return app


def directory_of() -> Directory:
    """Return the directory, which one of the features declares."""
    (directory,) = (each.directory for each in features() if each.directory)
    found: Directory = named(directory)()
    return found


def _limit_requests(app: Flask, settings: Settings) -> None:
    files_at_once = max(10 * settings.max_bytes(clip=False), settings.max_bytes(clip=True))
    app.request_class = RecheckingRequest
    app.config["MAX_CONTENT_LENGTH"] = files_at_once + FORM_BYTES
    app.config["MAX_FORM_PARTS"] = MAX_FORM_PARTS


def _serve_features(app: Flask, parts: Parts) -> None:
    app.extensions["parts"] = parts
    for routes in listed("pages"):
        app.register_blueprint(named(routes))
    for routes in listed("api"):
        app.register_blueprint(named(routes), url_prefix=ROUTES)


def _serve_reference(app: Flask) -> None:
    @cache
    def document() -> dict[str, Any]:
        return openapi.document(app, __version__)

    @app.get(f"{ROUTES}/openapi.json")
    def described() -> Any:
        return jsonify(document())

    @app.get(f"{ROUTES}/docs")
    def read() -> str:
        return render_template("api.html", document=document())
