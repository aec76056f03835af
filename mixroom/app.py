"""The application: what all features declare, put together."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, jsonify, render_template
from sqlalchemy.engine import make_url

from mixroom import __version__
from mixroom.core import db, doorbell, jobs
from mixroom.core.disk import DiskStore
from mixroom.core.errors import MixroomError, StartError
from mixroom.core.files import Store
from mixroom.core.materialized import PATIENCE, MaterializedViews
from mixroom.core.redis_bell import client
from mixroom.core.views import View
from mixroom.features import declared, features, listed
from mixroom.settings import ROOT, Settings
from mixroom.web import (
    assets,
    follow,
    installed,
    language,
    limits,
    malformed,
    openapi,
    packing,
    pages,
    problems,
    security,
    visitors,
)
from mixroom.web.api import ROUTES
from mixroom.web.arriving import Arriving
from mixroom.web.declaration import Parts
from mixroom.web.identity import Directory, Event, Person
from mixroom.web.presence import Presence
from mixroom.web.shared import Shared
from mixroom.web.sockets import Live

MULTIPART_PARTS = 40
ROOM_FOR_THE_REST = 1_000_000  # bytes of a form beside its photos


class PresentEvent:
    """The event that visitors see: looked up once for each fact that may have changed it."""

    def __init__(self, lists: MaterializedViews, directory: Directory) -> None:
        self._lists, self._directory = lists, directory
        self._position: int | None = None
        self._event: Event | None = None

    def __call__(self) -> Event | None:
        """Return the event as it is now; while the database is away, as it was last known."""
        with suppress(MixroomError):  # an error page must not fail over its title
            self._lists.refresh()
            position = self._lists.position
            if position != self._position:
                self._event = self._directory.present_event()
                self._position = position
        return self._event


def connect(settings: Settings) -> None:
    """Open what every process of an installation shares: the database and the doorbell."""
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StartError(
            f"MIXROOM_VAR: impossible de créer {settings.var} ({error.strerror}). Choisissez un "
            f"autre dossier. · {settings.var} cannot be made ({error.strerror}). Choose another "
            "folder."
        ) from error
    db.connect(settings.database_url)
    doorbell.place(settings.database_url)


def places_of(settings: Settings) -> list[Path]:
    """Return the files and folders that are the server's own, and that nobody else may read."""
    kept = database_file(settings)
    beside = sorted(kept.parent.glob(f"{kept.name}*")) if kept else []
    return [settings.var, settings.uploads, *beside]


def database_file(settings: Settings) -> Path | None:
    """Return the file that SQLite keeps the database in; None if it is no file."""
    name = make_url(settings.database_url).database
    return Path(name) if settings.embedded and name else None


Apart = Callable[[Callable[[], Any]], Any]


def store_of(settings: Settings, apart: Apart = lambda wait: wait()) -> Store:
    """Return the media store; `apart` does what waits for the disk."""
    return DiskStore(settings.uploads, settings.reserve_mb * 1_000_000, apart)


def create_app(
    settings: Settings,
    *,
    mode: str = "threading",
    process: str = "0",
    apart: Apart = lambda wait: wait(),
) -> Flask:
    """Build the application; `mode` is Socket.IO's, `process` this process's name."""
    app = Flask("mixroom", template_folder=str(ROOT / "templates"), static_folder=None)
    files_at_once = max(10 * settings.most_bytes(clip=False), settings.most_bytes(clip=True))
    app.request_class = Arriving
    app.config["MAX_CONTENT_LENGTH"] = files_at_once + ROOM_FOR_THE_REST
    app.config["MAX_FORM_PARTS"] = MULTIPART_PARTS
    files, lists, directory = store_of(settings, apart), MaterializedViews(), directory_of()
    app.extensions["lists"], app.extensions["hooks"] = lists, declared("hooks")
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
    packing.init(app)
    assets.init(app, apart)
    pages.init(app, settings, event_of, listed("menu"), _checks(settings, files, lists))
    app.register_blueprint(
        installed.blueprint(settings, listed("shortcuts"), [each.offline for each in features()])
    )
    views: dict[str, View] = {view.name: view for view in declared("views")}
    app.register_blueprint(follow.blueprint(views, lists, public_scope), url_prefix=ROUTES)
    parts = app.extensions["parts"] = Parts(settings, files)
    for routes in listed("pages"):
        app.register_blueprint(routes(parts))
    for routes in listed("api"):
        app.register_blueprint(routes(parts), url_prefix=ROUTES)
    _describe(app)
    malformed.keep_quiet()
    app.extensions["live"] = Live(
        app,
        views.values(),
        lists,
        directory,
        base_url=settings.base_url,
        mode=mode,
        presence=Presence(settings.redis_url, process),
        messages=declared("messages"),
    )
    app.wsgi_app = Shared(app.wsgi_app, lists)  # type: ignore[assignment, method-assign]
    return app


def directory_of() -> Directory:
    """Return the directory that one of the features offers."""
    (directory,) = (each.directory for each in features() if each.directory)
    return directory


def _describe(app: Flask) -> None:
    @app.get(f"{ROUTES}/openapi.json")
    def described() -> Any:
        return jsonify(openapi.document(app, __version__))

    @app.get(f"{ROUTES}/docs")
    def read() -> str:
        return render_template("api.html", document=openapi.document(app, __version__))


def _checks(settings: Settings, files: Store, lists: MaterializedViews) -> dict[str, pages.Check]:
    checks: dict[str, pages.Check] = {
        "database": database_fault,
        "journal": lambda: journal_fault(lists),
        "media": files.check,
        "worker": worker_fault,
    }
    if settings.redis_url:
        url = settings.redis_url
        checks["redis"] = lambda: redis_fault(url)
    return checks


def database_fault() -> str | None:
    """Say what is wrong with the database, in a sentence; None if nothing is."""
    try:
        with db.reading(PATIENCE) as tx:
            tx.execute(sa.text("SELECT seq FROM journal_head")).one()
    except (MixroomError, sa.exc.SQLAlchemyError) as error:
        return f"The database does not answer or is not migrated ({type(error).__name__})."
    return None


def journal_fault(lists: MaterializedViews) -> str | None:
    """Return whether followers of this process are told nothing new."""
    try:
        lists.refresh()
    except (MixroomError, sa.exc.SQLAlchemyError):
        return f"The journal was last read {lists.age:.0f} seconds ago."
    return None


def worker_fault() -> str | None:
    """Return whether no worker has been seen lately."""
    try:
        with db.reading(PATIENCE) as tx:
            alive = jobs.alive(tx)
    except (MixroomError, sa.exc.SQLAlchemyError):
        return "Not known: the database does not answer."
    return None if alive else "No worker has been seen for 30 seconds: start `mixroom work`."


def redis_fault(url: str) -> str | None:
    """Say what is wrong with Redis."""
    try:
        client(url).ping()
    except Exception as error:
        return f"Redis does not answer ({type(error).__name__})."
    return None
