"""The application: the only place that knows every feature."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, jsonify, render_template
from sqlalchemy.engine import make_url

from mixroom import __version__
from mixroom.core import clock, db, doorbell, jobs
from mixroom.core.disk import DiskStore
from mixroom.core.errors import MixroomError, StartError
from mixroom.core.files import Store
from mixroom.core.materialized import PATIENCE, MaterializedViews
from mixroom.core.redis_bell import client
from mixroom.core.views import View
from mixroom.event import store as event_store
from mixroom.event.model import Event
from mixroom.media.api import blueprint as media_api
from mixroom.media.tus import blueprint as tus_api
from mixroom.push.api import blueprint as push_api
from mixroom.review.api import api as review_api
from mixroom.review.live import REPORTS
from mixroom.review.live import VIEW as REVIEW
from mixroom.review.web import web as review_web
from mixroom.settings import ROOT, Settings
from mixroom.sponsors.api import api as sponsors_api
from mixroom.sponsors.live import VIEW as SPONSORS
from mixroom.sponsors.web import blueprint as sponsors_web
from mixroom.submissions.api import api as submissions_api
from mixroom.submissions.live import DESK, PUBLIC, TRANSLATIONS
from mixroom.submissions.store import named_in
from mixroom.submissions.web import blueprint as submissions_web
from mixroom.team import actions as team_actions
from mixroom.team import store as team_store
from mixroom.team.api import blueprint as team_api
from mixroom.team.live import VIEW as CREW
from mixroom.team.model import Device, Person
from mixroom.team.web import blueprint as team_web
from mixroom.wall.actions import longest_caption
from mixroom.wall.api import api as wall_api
from mixroom.wall.api import reported
from mixroom.wall.live import RECALLS, SCREEN, SCREENS
from mixroom.wall.live import VIEW as WALL
from mixroom.wall.web import blueprint as wall_web
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
from mixroom.web.presence import Presence
from mixroom.web.shared import Shared
from mixroom.web.sockets import Live

VIEWS: tuple[View, ...] = (
    WALL,
    REVIEW,
    REPORTS,
    DESK,
    TRANSLATIONS,
    CREW,
    PUBLIC,
    SCREEN,
    SCREENS,
    RECALLS,
    SPONSORS,
)
MULTIPART_PARTS = 40
ROOM_FOR_THE_REST = 1_000_000  # bytes of a form beside its photos


class Team:
    """The team feature, as the web layer's directory."""

    def signed_in(self, secret: str) -> tuple[Person, Device] | None:
        """Return who holds a secret."""
        return team_actions.signed_in(secret)

    def still_in(self, device_ids: Iterable[str]) -> Mapping[str, Person]:
        """Return the devices that are still signed in, with their person as of now."""
        with db.reading(PATIENCE) as tx:
            return team_store.valid_devices(tx, device_ids, clock.now())


class PresentEvent:
    """The event that visitors see: looked up once for each fact that may have changed it."""

    def __init__(self, lists: MaterializedViews) -> None:
        self._lists = lists
        self._position: int | None = None
        self._event: Event | None = None

    def __call__(self) -> Event | None:
        """Return the event as it is now; while the database is away, as it was last known."""
        with suppress(MixroomError):  # an error page must not fail over its title
            self._lists.refresh()
            position = self._lists.position
            if position != self._position:
                with db.reading(PATIENCE) as tx:
                    self._event = event_store.get_present(tx)
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
    """Return the file that SQLite keeps the database in; None where it is no file."""
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
    directory, files, lists = Team(), store_of(settings, apart), MaterializedViews()
    app.extensions["lists"] = lists
    present = PresentEvent(lists)

    def event_of(person: Person | None) -> Event | None:
        if person is None:
            return present()
        with db.reading() as tx:
            return event_store.get(tx, person.event_id)

    def public_scope() -> str | None:
        if "event" not in g:
            g.event = present()
        return g.event.id if g.event else None

    problems.init(app)
    security.init(app, settings, directory)
    language.init(app)
    app.before_request(security.refuse_forged)
    visitors.init(app, settings)
    limits.init(app, settings)
    packing.init(app)
    assets.init(app, apart)
    pages.init(app, settings, event_of, _checks(settings, files, lists))
    app.register_blueprint(submissions_web(settings, files, event_of, longest_caption))
    app.register_blueprint(review_web)
    app.register_blueprint(wall_web(settings, event_of))
    app.register_blueprint(team_web(settings, named_in))
    app.register_blueprint(sponsors_web(files))
    app.register_blueprint(installed.blueprint(settings))
    for api in (
        media_api(settings, files),
        tus_api(settings, files),
        submissions_api,
        review_api,
        wall_api,
        team_api(settings.base_url),
        push_api(settings),
        sponsors_api,
        follow.blueprint({view.name: view for view in VIEWS}, lists, public_scope),
    ):
        app.register_blueprint(api, url_prefix=ROUTES)
    _describe(app)
    app.extensions["longest_caption"] = longest_caption
    malformed.keep_quiet()
    presence = Presence(settings.redis_url, process)
    app.extensions["live"] = Live(
        app,
        VIEWS,
        lists,
        directory,
        base_url=settings.base_url,
        mode=mode,
        presence=presence,
        says={"screen.report": reported},
    )
    app.wsgi_app = Shared(app.wsgi_app, lists)  # type: ignore[assignment, method-assign]
    return app


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
    """Say what is wrong with the database, in a sentence; None where nothing is."""
    try:
        with db.reading(PATIENCE) as tx:
            tx.execute(sa.text("SELECT seq FROM journal_head")).one()
    except (MixroomError, sa.exc.SQLAlchemyError) as error:
        return f"The database does not answer or is not migrated ({type(error).__name__})."
    return None


def journal_fault(lists: MaterializedViews) -> str | None:
    """Say whether followers of this process are told nothing new."""
    try:
        lists.refresh()
    except (MixroomError, sa.exc.SQLAlchemyError):
        return f"The journal was last read {lists.age:.0f} seconds ago."
    return None


def worker_fault() -> str | None:
    """Say whether no worker has been seen lately."""
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
